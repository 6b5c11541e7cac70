/**
 * Sessions of an engine, the broker and client of a venue against its double, in virtual time: each
 * fault alone, in pairs and several at random, the double's guesses switched at random, every third
 * session killed on its way. What was lost, doubled or assumed is told by the double's own books.
 *
 * Run: `deno task bench faults [--broker tradovate|projectx] [--sessions N] [--from SEED]
 * [--person] [--pairs] [--rolls] [--json]`; with a person who trades in the account of every session
 * too, with orders that cancel one another, with a roll on the way.
 */
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { nakedTime } from "../tests/fixtures/naked_time.ts";
import { projectXNakedFaults, projectXScenario } from "../tests/fixtures/projectx_scenarios.ts";
import { projectXVenue } from "../tests/fixtures/projectx_session.ts";
import { nakedFaults, tradovateScenario } from "../tests/fixtures/tradovate_scenarios.ts";
import { tradovateVenue } from "../tests/fixtures/tradovate_session.ts";
import { runVenueSession, type TriedVenue } from "../tests/fixtures/venue_session.ts";
import type { FaultPlan } from "../lib/sandbox/mod.ts";
import { countFlag, textFlag } from "./flags.ts";

/** How the broker at a venue is tried. */
interface Trial {
  /** Names of the faults of a session, and the venue with them. */
  readonly scenario: (seed: number) => readonly [faults: readonly string[], venue: TriedVenue];
  readonly venue: () => TriedVenue;
  readonly nakedFaults: (seed: number) => readonly FaultPlan[];
}

const has = (name: string): boolean => Deno.args.includes(`--${name}`);
const person = has("person"), pairs = has("pairs"), rolls = has("rolls");

const TRIALS: Readonly<Record<string, Trial>> = {
  tradovate: {
    scenario: (seed) => {
      const { faults, guesses } = tradovateScenario(seed);
      return [faults.map(({ name }) => name), tradovateVenue(faults, guesses)];
    },
    ...{ venue: tradovateVenue, nakedFaults },
  },
  projectx: {
    scenario: (seed) => {
      const { faults, guesses } = projectXScenario(seed);
      return [faults.map(({ name }) => name), projectXVenue(faults, guesses, rolls)];
    },
    ...{ venue: projectXVenue, nakedFaults: projectXNakedFaults },
  },
};

const broker = textFlag("broker", "tradovate");
const trial = Object.hasOwn(TRIALS, broker) ? TRIALS[broker] : undefined;
if (trial === undefined) {
  console.error(`error: --broker needs one of ${Object.keys(TRIALS).join(", ")}: ${broker}`);
  Deno.exit(2);
}
const count = countFlag("sessions", 1_000), from = countFlag("from", 1);
const began = performance.now();
const total = { sessions: 0, lost: 0, doubled: 0, assumed: 0 };
let fills = 0, struck = 0, halted = 0, besideOwn = 0, heardOtherwise = 0;
const wrong: { readonly seed: number; readonly what: readonly string[] }[] = [];
const byFault: Record<string, number> = {};
for (let seed = from; seed < from + count; seed++) {
  const [faults, venue] = trial.scenario(seed);
  const rollAt = rolls ? 14 + seed % 6 : Infinity;
  const verdict = await runVenueSession(venue, { seed, person, pairs, rollAt });
  total.sessions++;
  total.lost += verdict.lost;
  total.doubled += verdict.doubled;
  total.assumed += verdict.assumed;
  fills += verdict.fills;
  struck += verdict.struck;
  besideOwn += verdict.besideOwn;
  if (verdict.isHeardOtherwise) heardOtherwise++;
  if (verdict.halts.length > 0) halted++;
  for (const name of faults) byFault[name] = (byFault[name] ?? 0) + 1;
  const { assumed, doubled, lost } = verdict;
  const isRight = lost + doubled + assumed + verdict.wrong.length === 0;
  if (!isRight) {
    wrong.push({ seed, what: [...verdict.wrong, JSON.stringify({ lost, doubled, assumed })] });
  }
  if (total.sessions % 500 === 0) console.error(`${total.sessions} sessions`);
}
// An entry whose every event is lost, answers within half a second.
const naked: number[] = [];
for (let seed = from; seed < from + Math.min(count, 1_000); seed++) {
  naked.push((await nakedTime(trial.venue(), seed, trial.nakedFaults(seed))).nakedMs);
}
const result = {
  broker,
  ...total,
  ...{
    ...(person ? { person, besideOwn, heardOtherwise } : {}),
    ...(pairs ? { pairs } : {}),
    ...(rolls ? { rolls } : {}),
    wrong,
    fills,
    struck,
    halted,
    byFault,
  },
  nakedMs: { entries: naked.length, longest: Math.max(...naked) },
  secondsEach: (performance.now() - began) / 1_000 / count,
  ...{ from, date: new Date().toISOString(), hardware: hardware(), versions: versions() },
};
console.log(
  Deno.args.includes("--json") ? JSON.stringify(result) : JSON.stringify(result, null, 2),
);
if (wrong.length > 0) Deno.exit(1);
