/**
 * Sessions of an engine, the broker and client of Tradovate against its double, in virtual time: each
 * fault alone, in pairs and several at random, the double's guesses switched at random, every third
 * session killed on its way. What was lost, doubled or assumed is told by the double's own books.
 *
 * Run: `deno task bench faults [--sessions N] [--from SEED] [--json]`.
 */
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { nakedFaults, nakedTime } from "../tests/fixtures/tradovate_naked.ts";
import { tradovateScenario } from "../tests/fixtures/tradovate_scenarios.ts";
import { runTradovateSession } from "../tests/fixtures/tradovate_session.ts";

function flag(name: string, usual: number): number {
  const at = Deno.args.findIndex((argument) => argument.split("=")[0] === `--${name}`);
  if (at < 0) return usual;
  const value = Number(Deno.args[at]!.split("=")[1] ?? Deno.args[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`error: --${name} needs a whole number above 0`);
  Deno.exit(2);
}

const count = flag("sessions", 1_000), from = flag("from", 1);
const began = performance.now();
const total = { sessions: 0, lost: 0, doubled: 0, assumed: 0 };
let fills = 0, struck = 0, halted = 0;
const wrong: { readonly seed: number; readonly what: readonly string[] }[] = [];
const byFault: Record<string, number> = {};
for (let seed = from; seed < from + count; seed++) {
  const scenario = tradovateScenario(seed);
  const verdict = await runTradovateSession(scenario);
  total.sessions++;
  total.lost += verdict.lost;
  total.doubled += verdict.doubled;
  total.assumed += verdict.assumed;
  fills += verdict.fills;
  struck += verdict.struck;
  if (verdict.halts.length > 0) halted++;
  for (const { name } of scenario.faults) byFault[name] = (byFault[name] ?? 0) + 1;
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
  naked.push((await nakedTime(seed, nakedFaults(seed))).nakedMs);
}
const result = {
  ...total,
  ...{ wrong, fills, struck, halted, byFault },
  nakedMs: { entries: naked.length, longest: Math.max(...naked) },
  secondsEach: (performance.now() - began) / 1_000 / count,
  ...{ from, hardware: hardware(), versions: versions() },
};
console.log(
  Deno.args.includes("--json") ? JSON.stringify(result) : JSON.stringify(result, null, 2),
);
if (wrong.length > 0) Deno.exit(1);
