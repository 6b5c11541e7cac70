/**
 * 250 seeded sessions of one to three systems on joined contracts, with a roll in some 60 bars: fills,
 * books and profit must be those of the backtests, what is held while a roll runs never more than
 * before or after, and an audit must find nothing.
 *
 * Run: `deno task bench rolls [--json]`
 */
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { runRolledSession } from "../tests/fixtures/rolled_session.ts";

const SESSIONS = 250;

const started = performance.now();
const broken: { readonly seed: number; readonly faults: readonly string[] }[] = [];
let rolls = 0, opposite = 0, fills = 0;
for (let seed = 1; seed <= SESSIONS; seed++) {
  const session = await runRolledSession(seed, 1 + seed % 3);
  rolls += session.rolls;
  opposite += session.opposite;
  fills += session.fills;
  if (session.faults.length > 0) broken.push({ seed, faults: session.faults });
}
const document = {
  benchmark: "rolls",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  ...{ sessions: SESSIONS, rolls, opposite, fills, broken },
  seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
};
console.log(
  Deno.args.includes("--json")
    ? JSON.stringify(document, null, 2)
    : `${SESSIONS} sessions, ${rolls} rolls, ${opposite} of systems on either side, ${fills} fills: ${broken.length} unlike their backtest`,
);
if (broken.length > 0) Deno.exit(1);
