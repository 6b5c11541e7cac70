/**
 * Whether an audit finds what is hidden: seeded sessions over simulated bars with one to four causes
 * that make them differ from their backtest, each audited from its journal. Half of them are audited
 * against true bars, half without.
 *
 * Run: `deno task bench audit [--json] [--sessions N] [--bars N]`
 */
import { auditSession, readStory } from "../lib/evaluation/mod.ts";
import { hardware, versions } from "../lib/core/program.ts";
import { troubledSession } from "../tests/fixtures/troubled_session.ts";
import { countFlag } from "./flags.ts";

const SESSIONS = countFlag("sessions", 200), BARS = countFlag("bars", 700);
const byCause = new Map<string, { hidden: number; named: number; invented: number }>();
const tally = (name: string) => {
  const known = byCause.get(name) ?? { hidden: 0, named: 0, invented: 0 };
  byCause.set(name, known);
  return known;
};
let fills = 0, differences = 0, unexplained = 0, withResidual = 0, notAddingUp = 0;
let absoluteUsd = 0, interactionUsd = 0;
const faults: string[] = [];
const started = performance.now();
let auditMs = 0;
for (let seed = 0; seed < SESSIONS; seed++) {
  const { asked, hidden, journal, request } = await troubledSession(seed, BARS);
  const begun = performance.now();
  const found = await auditSession(await readStory(journal.entries()), request);
  auditMs += performance.now() - begun;
  const named = new Set<string>(found.causes.map(({ name }) => name));
  for (const name of hidden) {
    tally(name).hidden++;
    if (named.has(name)) tally(name).named++;
    else faults.push(`seed ${seed} (${asked}): ${name} was not named`);
  }
  for (const name of named) {
    if (hidden.has(name)) continue;
    tally(name).invented++;
    faults.push(`seed ${seed} (${asked}): ${name} was invented`);
  }
  const { causes, interactionMicros, pnl, residualMicros } = found;
  const sum = causes.reduce((sum, { micros }) => sum + micros, interactionMicros + residualMicros);
  if (sum !== pnl.differenceMicros) notAddingUp++;
  if (residualMicros !== 0) withResidual++;
  fills += found.compared.fill.session;
  differences += found.differences.length;
  unexplained += found.differences.filter(({ causes }) => causes.length === 0).length;
  absoluteUsd += Math.abs(pnl.difference);
  interactionUsd += Math.abs(found.interaction);
}
const total = [...byCause.values()].reduce(
  (sum, { hidden, invented, named }) => ({
    hidden: sum.hidden + hidden,
    named: sum.named + named,
    invented: sum.invented + invented,
  }),
  { hidden: 0, named: 0, invented: 0 },
);
const result = {
  benchmark: "audit",
  date: new Date().toISOString(),
  ...{ hardware: hardware(), versions: versions() },
  ...{ sessions: SESSIONS, bars: BARS, fills },
  causes: { ...total, namedShare: total.named / total.hidden },
  parts: { notAddingUp, withResidual },
  differences: { all: differences, unexplained },
  dollars: {
    meanDifference: Math.round(absoluteUsd / SESSIONS * 100) / 100,
    meanInteraction: Math.round(interactionUsd / SESSIONS * 100) / 100,
  },
  byCause: Object.fromEntries([...byCause].toSorted()),
  faults,
  seconds: Math.round((performance.now() - started) / 100) / 10,
  auditMsPerSession: Math.round(auditMs / SESSIONS),
};
if (Deno.args.includes("--json")) console.log(JSON.stringify(result, null, 2));
else {
  console.table(result.byCause);
  console.log({ ...result.causes, ...result.parts, ...result.differences, ...result.dollars });
  for (const fault of faults) console.log(fault);
}
if (total.named < 0.95 * total.hidden || total.invented > 0 || notAddingUp > 0) Deno.exit(1);
