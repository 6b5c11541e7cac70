import { createRandom } from "../lib/core/random.ts";
import { assert, assertEquals } from "./assert.ts";
import { nakedTime } from "./fixtures/naked_time.ts";
import {
  BROKER_FAULTS,
  LATER_FAULTS,
  projectXFaultPlan,
  projectXNakedFaults,
  projectXScenario,
} from "./fixtures/projectx_scenarios.ts";
import { projectXVenue, runProjectXSession } from "./fixtures/projectx_session.ts";
import type { VenueVerdict } from "./fixtures/venue_verdict.ts";

/** Nothing lost, nothing twice, nothing assumed, and the venue's own position, cash and orders. */
function assertRight({ assumed, doubled, lost, wrong }: VenueVerdict, name: string): void {
  assertEquals(
    { lost, doubled, assumed, wrong },
    { lost: 0, doubled: 0, assumed: 0, wrong: [] },
    name,
  );
}

Deno.test("sessions at ProjectX under each fault alone end with the venue's own books", async () => {
  let struck = 0, fills = 0;
  for (const [index, name] of [...BROKER_FAULTS, ...LATER_FAULTS].entries()) {
    const faults = [projectXFaultPlan(name, createRandom(index))];
    const verdict = await runProjectXSession({ seed: 1_000 + index, faults, bars: 3 });
    assertRight(verdict, name);
    if (verdict.struck > 0) struck++;
    fills += verdict.fills;
  }
  assert(struck > 38, `${struck} faults struck`);
  assert(fills > 150, `${fills} fills`);
});

Deno.test("an entry at ProjectX whose events are all lost is guarded by a stop within 3 s", async () => {
  for (let seed = 1; seed <= 18; seed++) {
    const { lots, nakedMs } = await nakedTime(projectXVenue(), seed, projectXNakedFaults(seed));
    assert(lots > 0 && nakedMs <= 3_000, `seed ${seed}: ${lots} lots stood ${nakedMs} ms`);
  }
});

Deno.test("sessions at ProjectX under random faults and guesses end with the venue's own books", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const scenario = projectXScenario(seed);
    const names = scenario.faults.map(({ name }) => name).join(", ");
    assertRight(await runProjectXSession({ ...scenario, bars: 6 }), `seed ${seed}: ${names}`);
  }
});

Deno.test("sessions at ProjectX beside a person end with their own lots closed and his left", async () => {
  let besideOwn = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const verdict = await runProjectXSession({ ...projectXScenario(seed), bars: 8, person: true });
    assertRight(verdict, `seed ${seed}`);
    besideOwn += verdict.besideOwn;
  }
  assert(besideOwn > 5, `${besideOwn} trades came while own lots were held`);
});
