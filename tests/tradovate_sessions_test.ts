import { createRandom } from "../lib/core/random.ts";
import { TRADOVATE_FAULT_NAMES } from "../lib/sandbox/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { nakedTime } from "./fixtures/naked_time.ts";
import { faultPlan, nakedFaults, tradovateScenario } from "./fixtures/tradovate_scenarios.ts";
import { runTradovateSession, tradovateVenue } from "./fixtures/tradovate_session.ts";
import type { VenueVerdict } from "./fixtures/venue_session.ts";

/** Nothing lost, nothing twice, nothing assumed, and the venue's own position, cash and orders. */
function assertRight({ assumed, doubled, lost, wrong }: VenueVerdict, name: string): void {
  assertEquals(
    { lost, doubled, assumed, wrong },
    { lost: 0, doubled: 0, assumed: 0, wrong: [] },
    name,
  );
}

Deno.test("sessions under each fault of the double alone end with the venue's own books", async () => {
  let struck = 0, fills = 0;
  // Those of charts and quotes have nothing to strike here.
  const names = TRADOVATE_FAULT_NAMES.filter((name) => !/^(chart|quotes|entitlement)-/.test(name));
  for (const [index, name] of names.entries()) {
    const faults = [faultPlan(name, createRandom(index))];
    const verdict = await runTradovateSession({ seed: 1_000 + index, faults, bars: 3 });
    assertRight(verdict, name);
    if (verdict.struck > 0) struck++;
    fills += verdict.fills;
  }
  assert(struck > 28, `${struck} faults struck`);
  assert(fills > 60, `${fills} fills`);
});

Deno.test("an entry whose events are all lost is guarded by a stop within 3 s, its own or another", async () => {
  for (let seed = 1; seed <= 24; seed++) {
    const { lots, nakedMs } = await nakedTime(tradovateVenue(), seed, nakedFaults(seed));
    assert(lots > 0 && nakedMs <= 3_000, `seed ${seed}: ${lots} lots stood ${nakedMs} ms`);
  }
});

Deno.test("sessions under random faults and guesses end with the venue's own books", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const scenario = tradovateScenario(seed);
    const names = scenario.faults.map(({ name }) => name).join(", ");
    assertRight(await runTradovateSession({ ...scenario, bars: 6 }), `seed ${seed}: ${names}`);
  }
});
