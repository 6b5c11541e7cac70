import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { expectedSpans } from "../lib/data/mod.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { createRolledFeed, createVenueFeed } from "../lib/feeds/mod.ts";
import { ManualControls, runSession, type SessionSlot, shareFeed } from "../lib/live/mod.ts";
import { createCalendar, findInstrument, sessionMarks } from "../lib/market/mod.ts";
import { createTradovateSandbox, SANDBOX_USER } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { timeSeriesMomentum } from "../lib/strategies/mod.ts";
import { createMemoryTransport } from "../lib/trading/mod.ts";
import {
  createTradovateBars,
  currentContract,
  memoryLedger,
  memoryTokenStore,
  openTradovateBroker,
  TRADOVATE_DEMO,
  TradovateClient,
} from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { decideBy } from "./fixtures/session_fixture.ts";

const MES = findInstrument("MES"), MINUTE = 60_000, LOOK_BACK = 3, FEE = 950_000;
/** From then on the contract of December ends within eight days. */
const ROLL_AT = Date.parse("2026-12-10T14:30Z");

const BARS = simulateBars({
  ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 1_100, seed: 4 },
  ...{ intervalMs: MINUTE, start: Date.parse("2026-12-09T23:00Z"), startPrice: 6_000 },
  volatilityTicks: 8,
});
const CALENDAR = createCalendar(MES);
const LIMITS = { bracket: { stopLossTicks: 30, takeProfitTicks: 40 } };
const CONDITIONS = {
  costs: { feePerSideMicros: FEE, slippageTicks: 1 },
  ...{ marginPerLotUsd: 1_000, maxLots: 2 },
  sizing: { kind: "fixed", lots: 2 },
  ...{ limits: LIMITS, flattenAtSessionEnd: false },
} as const;

const EMPTY = { ...BARS, length: 0 };
const SLOT: SessionSlot = {
  ...{ ...CONDITIONS, instrument: MES, intervalMs: MINUTE, from: 0, warmupBars: LOOK_BACK + 1 },
  rolls: true,
  deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
  start: decideBy(timeSeriesMomentum(LOOK_BACK), {
    ...{ bars: EMPTY, calendar: CALENDAR, session: sessionMarks(EMPTY, CALENDAR) },
    ...{ problemCounts: {}, notes: [] },
    source: { path: "test", bytes: 0, sha256: "", request: null },
  }, LOOK_BACK),
};
const PROGRAM = { codeSha256: "0".repeat(64), inference: null, versions: {} };

/** Trades a root over the roll of its contract. */
async function tradeOverRoll() {
  const clock = new VirtualClock(ROLL_AT - 30 * MINUTE + 20_000);
  const sandbox = createTradovateSandbox({ clock, bars: BARS, seed: 4, feePerSideMicros: FEE });
  const journal = new MemoryJournal(), stopping = new AbortController();
  const transport = createMemoryTransport(clock, sandbox.servers, { delayMs: () => 30 });
  const controls = new ManualControls();
  const client = new TradovateClient({
    ...{ transport, clock, random: createRandom(1), urls: TRADOVATE_DEMO },
    ...{ tokens: memoryTokenStore() },
    credentials: { ...SANDBOX_USER, appVersion: "1", deviceId: "device" },
  });
  const market = { instrument: MES, intervalMs: MINUTE };
  const follow = (contract: string, past: { history: number; since?: number }, own: object) => {
    const { transport, venue } = createTradovateBars({ client, contract, intervalMs: MINUTE });
    return createVenueFeed(venue, {
      ...{ name: contract, market, lookBack: 50, openSpans: expectedSpans(CALENDAR, MINUTE) },
      ...{ clock, transport, ...past, ...own },
    });
  };
  const run = async () => {
    const { broker } = await openTradovateBroker({
      ...{ client, account: "DEMO1", tag: "roll", ledger: memoryLedger() },
      markets: [{ instrument: MES, contract: "MESZ6", feePerSideMicros: FEE }],
      onHalt: (reason) => controls.tell({ kind: "halt", via: "venue", reason }),
    });
    const feed = await shareFeed("venue", 1, (onNews) =>
      Promise.resolve(createRolledFeed({
        ...{ name: "MES", market, lookBack: 50, clock, onNews, signal: stopping.signal },
        first: { name: "MESZ6", adjustment: 0 },
        current: async () => (await currentContract(client, MES)).name,
        open: (contract, after, own) =>
          follow(contract, after === null ? { history: 10 } : { history: 30, since: after }, own),
      })));
    return await runSession({
      ...{ name: "roll", mode: "demo", initialCashUsd: 50_000, feed, broker, clock, controls },
      ...{ slots: [SLOT], journal, checklist: [], settings: null, program: PROGRAM },
    }, stopping.signal).finally(() => broker.close());
  };
  const ended = run();
  await clock.advance(60 * MINUTE);
  stopping.abort();
  await clock.advance(10_000);
  const outcome = await ended;
  const [account] = sandbox.truth().accounts;
  sandbox.close();
  return { account: account!, journal, outcome };
}

Deno.test("a session of a root rolls at the venue, exits along; its audit leaves nothing over", async () => {
  const { account, journal, outcome } = await tradeOverRoll();
  assertEquals([outcome.reason, outcome.halted], ["stopped", null]);
  const bars = journal.kept.flatMap((entry) => entry.kind === "bar" ? [entry.bar] : []);
  const first = bars.findIndex(({ contract }) => contract?.name === "MESH7");
  assertEquals(bars[0]!.contract, { name: "MESZ6", method: "difference", adjustment: 0 });
  // The double's next contract lies 20 ticks above.
  assertEquals(bars[first]!.contract!.adjustment, -20 * MES.tickSize);
  const times = bars.map(({ time }) => time);
  assertEquals(times.every((time, row) => row === 0 || time === times[row - 1]! + MINUTE), true);
  const reasons = outcome.fills.map(({ reason }) => reason);
  assertEquals(reasons.filter((reason) => reason === "roll").length >= 2, true, `${reasons}`);
  assert(reasons.includes("stop-loss") || reasons.includes("take-profit"), `${reasons}`);
  const held = account.positions.filter(({ lots }) => lots !== 0);
  assertEquals(held.every(({ contract }) => contract === "MESH7"), true);
  assertEquals(outcome.slots[0]!.positionLots, held.reduce((sum, { lots }) => sum + lots, 0));
  assertEquals(outcome.fills.length, account.fills.length);
  const found = await auditSession(await readStory(journal.entries()), {
    systems: { slotOf: () => SLOT, start: (_, __, saved) => SLOT.start(saved) },
    ...{ reference: null, program: PROGRAM },
  });
  assertEquals(found.residualMicros, 0);
  const causes: readonly string[] = found.causes.map(({ name }) => name);
  assertEquals(["exit", "roll"].filter((name) => causes.includes(name)), ["exit", "roll"]);
});

Deno.test("a bracket is around every entry, and what is held is closed before the other side is entered", () => {
  const { fills } = runEngine(BARS, {
    ...{ ...CONDITIONS, strategy: timeSeriesMomentum(LOOK_BACK) },
    session: sessionMarks(BARS, CALENDAR),
    executor: createSimulatedExecutor(CONDITIONS.costs),
    ...{ initialCashUsd: 50_000, from: 10, to: BARS.length, closesAtEnd: false },
  });
  let held = 0, entered = 0, exits = 0;
  for (const { lots, priceTicks, reason } of fills) {
    const after = held + lots;
    assert(held * after >= 0, `${held} became ${after}`);
    if (held === 0) entered = priceTicks;
    if (reason === "stop-loss" || reason === "take-profit") {
      exits++;
      const distance = Math.abs(priceTicks - entered);
      // Slippage of a stop beside it; a gap may make either larger.
      assert(distance >= (reason === "stop-loss" ? 30 : 40), `${reason} at ${distance} ticks`);
    }
    held = after;
  }
  assert(exits > 10, `${exits} exits`);
});
