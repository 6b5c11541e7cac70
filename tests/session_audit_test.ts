import { runEngine } from "../lib/engine/run_engine.ts";
import { type AuditFindings, auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { AUDIT_CAUSES } from "../lib/records/session_audit.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import { assert, assertEquals } from "./assert.ts";
import { TROUBLED, type TroubledSession, troubledSession } from "./fixtures/troubled_session.ts";

const BARS = 400;

async function audit({ journal, request }: TroubledSession): Promise<AuditFindings> {
  return await auditSession(await readStory(journal.entries()), request);
}

/** The parts come to the difference, to the micro-dollar, and nothing is left over. */
function assertAddsUp({ causes, interactionMicros, pnl, residualMicros }: AuditFindings): void {
  const parts = causes.reduce((sum, { micros }) => sum + micros, interactionMicros);
  assertEquals(parts + residualMicros, pnl.differenceMicros);
  assertEquals(pnl.sessionMicros - pnl.replayMicros, pnl.differenceMicros);
  assertEquals(residualMicros, 0);
}

Deno.test("a session without troubles is its backtest: nothing differs, nothing is left over", async () => {
  const session = await troubledSession(1, 1_000, []);
  const found = await audit(session);
  const { bars, session: marks } = session.opened;
  const tested = runEngine(bars, {
    ...session.conditions,
    strategy: timeSeriesMomentum(TROUBLED.lookBack),
    executor: createSimulatedExecutor(session.conditions.costs),
    initialCashUsd: TROUBLED.cashUsd,
    session: marks,
    from: TROUBLED.from,
    to: bars.length,
    closesAtEnd: false,
  });
  assert(tested.fills.length > 50, `only ${tested.fills.length} fills`);
  assertEquals(found.compared.fill, {
    session: tested.fills.length,
    replay: tested.fills.length,
    different: 0,
  });
  assertEquals(found.pnl.replayMicros, tested.equityMicros.at(-1)! - tested.initialMicros);
  assertEquals([found.causes, found.differences], [[], []]);
  assertAddsUp(found);
});

Deno.test("each trouble is named alone, with the entries that show it", async () => {
  const covered = new Set<string>();
  for (const [index, trouble] of TROUBLED.troubles.entries()) {
    const session = await troubledSession(index, BARS, [trouble]);
    assertEquals(session.hidden.size, 1, trouble);
    const found = await audit(session);
    assertEquals(found.causes.map(({ name }) => name as string), [...session.hidden], trouble);
    for (const { count, evidence, name } of found.causes) {
      covered.add(name);
      assert(count >= evidence.length && evidence.length > 0, name);
      const entries = await Array.fromAsync(session.journal.entries());
      for (const { sequence } of evidence) assert(entries[sequence - 1] !== undefined, name);
    }
    assertAddsUp(found);
    assertEquals(found.interactionMicros, 0, trouble);
  }
  // Exits are those of a venue: `venue_rolled_session_test.ts`.
  const all = AUDIT_CAUSES.map(([name]) => name as string).filter((name) => name !== "exit");
  assertEquals(covered, new Set(all));
});

Deno.test("hidden causes are named, none is invented, and the parts add up", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const session = await troubledSession(seed, BARS);
    const found = await audit(session);
    const named = new Set<string>(found.causes.map(({ name }) => name));
    assertEquals(named, new Set(session.hidden), `seed ${seed}: ${session.asked}`);
    assertAddsUp(found);
    // What differs is laid at causes that were found.
    for (const { causes } of found.differences) assert(causes.every((cause) => named.has(cause)));
  }
});
