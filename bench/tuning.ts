/**
 * Our optimizer beside Python's Optuna 5: the best values of twelve problems over many seeds, and
 * the time of one ask and tell when 1,000 trials have finished. Prints a table, or with --json one
 * document. Optuna takes about a quarter of an hour; --optuna=FILE reads what
 * `tuning_optuna.py run default 0 100 100` printed before, --skip-quality leaves the problems out.
 *
 * Run: `deno run -A bench/tuning.ts [--json] [--seeds=100] [--optuna=FILE] [--skip-quality]`
 */
import { cpus } from "node:os";
import { float } from "../lib/adaptive/tuning/distribution.ts";
import { randomSampler } from "../lib/adaptive/tuning/samplers/random_sampler.ts";
import type { Sampler } from "../lib/adaptive/tuning/samplers/sampler.ts";
import { tpeSampler } from "../lib/adaptive/tuning/samplers/tpe/tpe_sampler.ts";
import { MemoryStorage } from "../lib/adaptive/tuning/storage/memory_storage.ts";
import { createStudy } from "../lib/adaptive/tuning/study.ts";
import { createRandom } from "../lib/utils/random.ts";
import { TUNING_PROBLEMS, variantOf } from "./tuning_problems.ts";
import { runProblem, type TuningCurves } from "./tuning_run.ts";

const SCRIPT = new URL("./tuning_optuna.py", import.meta.url).pathname;
const TRIALS = 100;
/** The claim: not worse by more than this, with 95 % confidence. Fixed before the run. */
const MARGIN = 0.45;
const RESAMPLES = 2000;

/** What tuning_optuna.py prints. */
interface OptunaRun {
  readonly optuna: string;
  readonly python: string;
  readonly results: Readonly<Record<string, TuningCurves>>;
}

/** Ours, by name of the system. */
const SYSTEMS: Readonly<Record<string, () => Sampler>> = {
  default: () => tpeSampler(),
  optunaRules: () => tpeSampler({ rules: "optuna" }),
  independent: () => tpeSampler({ rules: "optuna", multivariate: false }),
  random: () => randomSampler(),
};

function option(name: string): string | undefined {
  return Deno.args.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1];
}

async function python<Result>(args: readonly string[]): Promise<Result | null> {
  const program = Deno.env.get("OPTUNA_PYTHON") ?? "python3";
  const command = new Deno.Command(program, { args: [SCRIPT, ...args], stderr: "inherit" });
  const output = await command.output().catch(() => null);
  return output?.success ? JSON.parse(new TextDecoder().decode(output.stdout)) : null;
}

/** Chance that one of ours is below one of theirs, ties counting half. */
function commonLanguageEffect(ours: readonly number[], theirs: readonly number[]): number {
  let wins = 0;
  for (const a of ours) for (const b of theirs) wins += a < b ? 1 : a === b ? 0.5 : 0;
  return wins / (ours.length * theirs.length);
}

type Pair = readonly [ours: readonly number[], theirs: readonly number[]];

/** Mean over the problems, and the lower end of its one-sided 95 % bootstrap interval. */
function summarize(pairs: readonly Pair[]): { readonly mean: number; readonly lower: number } {
  const random = createRandom(1);
  const resample = (values: readonly number[]): number[] =>
    values.map(() => values[random.integer(values.length)]!);
  const meanOf = (sample: readonly Pair[]): number =>
    sample.reduce((sum, pair) => sum + commonLanguageEffect(...pair), 0) / sample.length;
  const means = Array.from(
    { length: RESAMPLES },
    () => meanOf(pairs.map(([ours, theirs]) => [resample(ours), resample(theirs)] as const)),
  ).sort((a, b) => a - b);
  return { mean: meanOf(pairs), lower: means[Math.floor(0.05 * RESAMPLES)]! };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

async function measureQuality(seeds: number) {
  const stored = option("optuna");
  const peer: OptunaRun | null = stored === undefined
    ? await python<OptunaRun>(["run", "default", "0", String(seeds), String(TRIALS)])
    : JSON.parse(await Deno.readTextFile(stored));
  const systems: Record<string, Record<string, TuningCurves>> = {};
  for (const [name, create] of Object.entries(SYSTEMS)) {
    systems[name] = {};
    for (const problem of TUNING_PROBLEMS) {
      systems[name][problem.name] = await runProblem(problem, create(), {
        firstSeed: 0,
        seeds,
        trials: TRIALS,
      });
    }
  }
  const againstOptuna = peer === null ? null : Object.fromEntries(
    Object.entries(systems).map(([name, results]) => {
      const pairs = TUNING_PROBLEMS.map((problem): Pair => [
        results[problem.name]!.best[TRIALS]!,
        peer.results[problem.name]!.best[TRIALS]!,
      ]);
      const problems = Object.fromEntries(
        TUNING_PROBLEMS.map(({ name }, i) => [name, {
          a12: commonLanguageEffect(...pairs[i]!),
          median: median(pairs[i]![0]),
          optunaMedian: median(pairs[i]![1]),
        }]),
      );
      return [name, { ...summarize(pairs), problems }];
    }),
  );
  const versions = peer === null ? null : { optuna: peer.optuna, python: peer.python };
  return { seeds, trials: TRIALS, margin: MARGIN, peer: versions, againstOptuna, systems };
}

/** Milliseconds of one ask and tell with 1,000 to 1,050 finished trials. */
async function measureOurSpeed(dimensions: number): Promise<number[]> {
  const clock = { now: () => 0 };
  const storage = new MemoryStorage(clock);
  const study = await createStudy({
    name: "speed",
    storage,
    clock,
    sampler: tpeSampler(),
    seed: 1,
  });
  const names = Array.from({ length: dimensions }, (_, i) => `x${i}`);
  const distributions = Object.fromEntries(names.map((name) => [name, float(-5, 5)]));
  const uniforms = variantOf(7, 1000 * dimensions);
  const sphere = (x: readonly number[]): number => x.reduce((sum, v) => sum + v * v, 0);
  for (let i = 0; i < 1000; i++) {
    const x = names.map((_, j) => -5 + 10 * uniforms[i * dimensions + j]!);
    const params = Object.fromEntries(names.map((name, j) => [name, x[j]!]));
    await study.addTrial({ state: "COMPLETE", params, distributions, values: [sphere(x)] });
  }
  const milliseconds: number[] = [];
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    const trial = await study.ask();
    const x: number[] = [];
    for (const name of names) x.push(await trial.suggestFloat(name, -5, 5));
    await study.tell(trial, sphere(x));
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

async function measureSpeed(dimensions: number) {
  const ours: number[][] = [], theirs: number[][] = [];
  // The first rounds warm up; then both take turns.
  for (let round = 0; round < 4; round++) await measureOurSpeed(dimensions);
  for (let round = 0; round < 5; round++) {
    ours.push(await measureOurSpeed(dimensions));
    const peer = await python<{ seconds: number[] }>(["speed", "1000", String(dimensions), "50"]);
    if (peer !== null) theirs.push(peer.seconds.map((seconds) => 1000 * seconds));
  }
  const middle = (runs: readonly number[][]): number | null =>
    runs.length === 0 ? null : median(runs.map((run) => median(run.slice(5))));
  const best = (runs: readonly number[][]): number | null =>
    runs.length === 0 ? null : Math.min(...runs.flat());
  const ratio = (a: number | null, b: number | null) => a === null || b === null ? null : a / b;
  return {
    dimensions,
    milliseconds: middle(ours),
    optunaMilliseconds: middle(theirs),
    timesFaster: ratio(middle(theirs), middle(ours)),
    /** Of the fastest ask and tell of either side, which other work on the machine disturbs least. */
    timesFasterAtBest: ratio(best(theirs), best(ours)),
  };
}

const quality = Deno.args.includes("--skip-quality")
  ? null
  : await measureQuality(Number(option("seeds") ?? 100));
const speed = [];
for (const dimensions of [2, 5, 10]) speed.push(await measureSpeed(dimensions));

if (Deno.args.includes("--json")) {
  const versions = { deno: Deno.version.deno, v8: Deno.version.v8 };
  const hardware = { cpu: cpus()[0]?.model ?? "unknown", cores: navigator.hardwareConcurrency };
  // Seven digits tell all values apart and halve the file.
  const shorten = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(7)) : value;
  console.log(JSON.stringify({ versions, hardware, speed, quality }, shorten));
} else {
  console.table(speed);
  for (const [name, result] of Object.entries(quality?.againstOptuna ?? {})) {
    console.log(
      `${name}: mean A12 ${result.mean.toFixed(4)}, lower end ${result.lower.toFixed(4)}`,
    );
    console.table(result.problems);
  }
}
