/**
 * Ends a scripted session by SIGKILL at every write to a file or a database that it makes, the last
 * one done by half, and starts it again. On paper its broker is killed in turn as well; at a venue
 * the double lives on. Every time journal, engine and broker must have the books of the paper broker
 * or of the venue, each execution once, and no order may have been written before a checklist
 * without a refusal.
 *
 * Run: `deno task bench kill [--broker paper|tradovate|projectx] [--every N] [--at-once N] [--json]`
 */
import { hardware, versions } from "../lib/core/program.ts";
import { KILLED_VENUES } from "../tests/fixtures/killed_venue.ts";
import type { KilledAtWrites } from "./every_write.ts";
import { killPaper } from "./kill_paper.ts";
import { killVenue } from "./kill_venue.ts";
import { countFlag, textFlag } from "./flags.ts";

function refuse(message: string): never {
  console.error(`error: ${message}`);
  Deno.exit(2);
}

const writes = { every: countFlag("every", 1), atOnce: countFlag("at-once", 2) };
const broker = textFlag("broker", "paper");
const venue = KILLED_VENUES.find((name) => name === broker);
if (broker !== "paper" && venue === undefined) {
  refuse(`--broker needs one of paper, ${KILLED_VENUES.join(", ")}: ${broker}`);
}
const begun = performance.now();
const results: Readonly<Record<string, KilledAtWrites>> = venue === undefined
  ? await killPaper(writes)
  : await killVenue(venue, writes);
console.log(JSON.stringify(
  {
    benchmark: "kill",
    broker,
    date: new Date().toISOString(),
    ...{ hardware: hardware(), versions: versions(), ...writes },
    seconds: Math.round((performance.now() - begun) / 1_000),
    ...results,
  },
  null,
  2,
));
if (Object.values(results).some(({ faults }) => faults.length > 0)) Deno.exit(1);
