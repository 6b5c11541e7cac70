/**
 * Our optimizer beside Python's Optuna 5: the best values of twelve problems over many seeds, and
 * the time of one ask and tell when 1,000 trials have finished. Prints a table, or with --json one
 * document. Optuna takes about a quarter of an hour; --optuna=FILE reads what
 * `tuning_optuna.py run default 0 100 100` printed before. --skip-quality leaves the problems out,
 * --skip-speed the times. The python3 of the PATH has to have Optuna.
 *
 * Run: `deno task bench tuning [--json] [--first-seed=0] [--seeds=100] [--optuna=FILE]`
 */
import { cpus } from "node:os";
import { float } from "../lib/core/distribution.ts";
import { randomSampler } from "../lib/tuning/samplers/random_sampler.ts";
import type { Sampler } from "../lib/tuning/samplers/sampler.ts";
import { tpeSampler } from "../lib/tuning/samplers/tpe/tpe_sampler.ts";
import { MemoryStorage } from "../lib/tuning/storage/memory_storage.ts";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import type { StudyStorage } from "../lib/tuning/storage/storage.ts";
import { createStudy } from "../lib/tuning/study.ts";
import { problemPoints } from "./tuning_points.ts";
import { TUNING_PROBLEMS, variantOf } from "./tuning_problems.ts";
import { runProblem, type TuningCurves } from "./tuning_run.ts";
import { commonLanguageEffect, median, type Pair, summarize } from "./tuning_statistics.ts";
import { countFlag, textFlag } from "./flags.ts";

const SCRIPT = new URL("./tuning_optuna.py", import.meta.url).pathname;
const TRIALS = 100;
/** The claim: not worse by more than this, with 95 % confidence. Fixed before the run. */
const MARGIN = 0.45;

/** What tuning_optuna.py prints. */
interface OptunaRun {
  readonly optuna: string;
  readonly python: string;
  readonly results: Readonly<Record<string, TuningCurves>>;
}

/** Ours, by name of the system. */
const SYSTEMS: Readonly<Record<string, () => Sampler>> = {
  default: () => tpeSampler(),
  independent: () => tpeSampler({ multivariate: false }),
  optunaRules: () => tpeSampler({ rules: "optuna" }),
  random: () => randomSampler(),
};

async function python<Result>(args: readonly string[]): Promise<Result | null> {
  const command = new Deno.Command("python3", { args: [SCRIPT, ...args], stderr: "null" });
  try {
    const output = await command.output();
    return output.success ? JSON.parse(new TextDecoder().decode(output.stdout)) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** How far the two languages' problems are apart: the largest relative difference of 1,008 points. */
async function measureDifference(): Promise<number | null> {
  const points = await problemPoints();
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify(points));
    const values = await python<readonly number[]>(["points", path]);
    const differences = points.map(({ value }, i) =>
      Math.abs(value - (values?.[i] ?? NaN)) / Math.max(1, Math.abs(value))
    );
    return values === null ? null : Math.max(...differences);
  } finally {
    await Deno.remove(path);
  }
}

async function measureQuality(firstSeed: number, seeds: number) {
  const stored = textFlag("optuna", "");
  const peer: OptunaRun | null = stored === ""
    ? await python<OptunaRun>(["run", "default", "0", String(seeds), String(TRIALS)])
    : JSON.parse(await Deno.readTextFile(stored));
  const systems: Record<string, Record<string, TuningCurves>> = {};
  for (const [name, create] of Object.entries(SYSTEMS)) {
    systems[name] = {};
    for (const problem of TUNING_PROBLEMS) {
      systems[name][problem.name] = await runProblem(problem, create(), {
        firstSeed,
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
          lower: summarize([pairs[i]!]).lower,
          median: median(pairs[i]![0]),
          optunaMedian: median(pairs[i]![1]),
        }]),
      );
      return [name, { ...summarize(pairs), problems }];
    }),
  );
  return {
    firstSeed,
    seeds,
    trials: TRIALS,
    margin: MARGIN,
    peer: peer === null ? null : { optuna: peer.optuna, python: peer.python },
    largestDifference: await measureDifference(),
    againstOptuna,
    systems,
  };
}

const CLOCK = { now: () => Date.now() };

/** Where the study of a speed measurement lies. */
type SpeedStorage = "memory" | "sqlite";

/** Milliseconds of each ask and tell with 1,000 to 1,050 finished trials. */
async function measureOurSpeed(kind: SpeedStorage, dimensions: number): Promise<number[]> {
  if (kind === "memory") return await timeSteps(new MemoryStorage(CLOCK), dimensions);
  const folder = await Deno.makeTempDir({ prefix: "trading-ai-" });
  try {
    await using storage = await openStorage(`${folder}/study.db`, CLOCK);
    return await timeSteps(storage, dimensions);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function timeSteps(storage: StudyStorage, dimensions: number): Promise<number[]> {
  const study = await createStudy({
    name: "speed",
    storage,
    clock: CLOCK,
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

async function measureSpeed(storage: SpeedStorage, dimensions: number) {
  const ours: number[][] = [], theirs: number[][] = [];
  // The first rounds warm up; then both take turns.
  for (let round = 0; round < 4; round++) await measureOurSpeed("memory", dimensions);
  for (let round = 0; round < 5; round++) {
    ours.push(await measureOurSpeed(storage, dimensions));
    const peer = await python<{ seconds: number[] }>(
      ["speed", "1000", String(dimensions), "50", storage],
    );
    if (peer !== null) theirs.push(peer.seconds.map((seconds) => 1000 * seconds));
  }
  const middle = (runs: readonly number[][]): number | null =>
    runs.length === 0 ? null : median(runs.map((run) => median(run.slice(5))));
  const best = (runs: readonly number[][]): number | null =>
    runs.length === 0 ? null : Math.min(...runs.flat());
  const ratio = (a: number | null, b: number | null) => a === null || b === null ? null : a / b;
  return {
    storage,
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
  : await measureQuality(countFlag("first-seed", 0, 0), countFlag("seeds", 100));
const speed = [];
if (!Deno.args.includes("--skip-speed")) {
  for (const dimensions of [2, 5, 10]) speed.push(await measureSpeed("memory", dimensions));
  speed.push(await measureSpeed("sqlite", 5));
}

if (Deno.args.includes("--json")) {
  const versions = { deno: Deno.version.deno, v8: Deno.version.v8 };
  const hardware = { cpu: cpus()[0]?.model ?? "unknown", cores: navigator.hardwareConcurrency };
  // Seven digits tell all values apart and halve the file.
  const shorten = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(7)) : value;
  const date = new Date().toISOString().slice(0, 10);
  console.log(JSON.stringify({ date, versions, hardware, speed, quality }, shorten));
} else {
  console.table(speed);
  for (const [name, result] of Object.entries(quality?.againstOptuna ?? {})) {
    console.log(
      `${name}: mean A12 ${result.mean.toFixed(4)}, lower end ${result.lower.toFixed(4)}`,
    );
    console.table(result.problems);
  }
}
