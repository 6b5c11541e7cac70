/**
 * 250 seeded sessions of two systems on one account, over early closes, half days, changes of the
 * clock and ends of contracts: over no bar may a position be held that the rules want closed. Then
 * how long a flatten takes while what decides spins in an endless loop.
 *
 * Run: `deno task bench sessions [--json]`
 */
import { join } from "node:path";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { PROJECT } from "../tests/fixtures/run_command.ts";
import { runSeededSession } from "../tests/fixtures/seeded_session.ts";

const SESSIONS = 250, FLATTENS = 20;

const started = performance.now();
const counts: Record<string, number> = {};
const broken: { readonly seed: number; readonly bars: readonly string[] }[] = [];
const heldShares: number[] = [];
let bars = 0, fills = 0, shortSessions = 0;
for (let seed = 1; seed <= SESSIONS; seed++) {
  const session = await runSeededSession(seed);
  counts[session.rule] = (counts[session.rule] ?? 0) + 1;
  if (session.broken.length > 0) broken.push({ seed, bars: session.broken });
  heldShares.push(session.heldShare);
  bars += session.outcome.bars;
  fills += session.outcome.fills.length;
  shortSessions += session.shortSessions;
}
const seconds = (performance.now() - started) / 1_000;

const flattenMs: number[] = [];
for (let i = 0; i < FLATTENS; i++) flattenMs.push(await timeFlatten());
flattenMs.sort((a, b) => a - b);

const document = {
  benchmark: "sessions",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  sessions: SESSIONS,
  rules: counts,
  bars,
  fills,
  shortSessions,
  leastHeldShare: Math.min(...heldShares),
  broken,
  seconds: Number(seconds.toFixed(1)),
  flattenWhileSpinning: {
    runs: FLATTENS,
    medianMs: flattenMs[Math.floor(FLATTENS / 2)],
    worstMs: flattenMs.at(-1),
  },
};
console.log(
  Deno.args.includes("--json")
    ? JSON.stringify(document, null, 2)
    : `${SESSIONS} sessions, ${bars} bars, ${fills} fills, ${shortSessions} short sessions, ` +
      `${broken.length} broke a rule; flatten while spinning: median ` +
      `${document.flattenWhileSpinning.medianMs} ms, worst ${document.flattenWhileSpinning.worstMs} ms`,
);
if (broken.length > 0) Deno.exit(1);

/** Milliseconds from hearing the signal to a flat account, in a process whose decider spins. */
async function timeFlatten(): Promise<number> {
  const folder = await Deno.makeTempDir();
  const script = join(PROJECT, "tests/fixtures/spinning_child.ts");
  const child = new Deno.Command("sh", {
    args: [
      ...["-c", 'exec "$0" run -q -A --no-check --cached-only "$1" "$2" 600000'],
      ...[Deno.execPath(), script, folder],
    ],
    stdout: "piped",
  }).spawn();
  try {
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const isNew = !text.includes("spins");
      text += part;
      if (isNew && text.includes("spins")) child.kill("SIGUSR2");
      const took = /^flat ([\d.]+)$/m.exec(text)?.[1];
      if (took !== undefined) return Number(took);
    }
    throw new Error(`the session said ${JSON.stringify(text)}`);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}
