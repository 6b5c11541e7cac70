import { createStudy } from "../lib/tuning/study.ts";
import type { Sampler } from "../lib/tuning/samplers/sampler.ts";
import { MemoryStorage } from "../lib/tuning/storage/memory_storage.ts";
import { type TuningProblem, variantOf } from "./tuning_problems.ts";

/** Best values of many studies of one problem, one entry for each seed. */
export interface TuningCurves {
  /** Best value after so many trials. */
  readonly best: Readonly<Record<string, readonly number[]>>;
  /** Mean over the trials of the best value so far. */
  readonly mean: readonly number[];
  readonly seconds: number;
}

const CLOCK = { now: () => 0 };

/** Trials after which the best value is kept. */
const MARKS = [25, 50, 100];

/** Runs one study for each seed. */
export async function runProblem(
  problem: TuningProblem,
  sampler: Sampler,
  { firstSeed, seeds, trials }: {
    readonly firstSeed: number;
    readonly seeds: number;
    readonly trials: number;
  },
): Promise<TuningCurves> {
  const start = performance.now();
  const curves: number[][] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    curves.push(await runStudy(problem, sampler, seed, trials));
  }
  return {
    best: Object.fromEntries(
      MARKS.filter((mark) => mark <= trials)
        .map((mark) => [mark, curves.map((curve) => curve[mark - 1]!)]),
    ),
    mean: curves.map((curve) => curve.reduce((a, b) => a + b) / trials),
    seconds: (performance.now() - start) / 1000,
  };
}

async function runStudy(
  problem: TuningProblem,
  sampler: Sampler,
  seed: number,
  trials: number,
): Promise<number[]> {
  const study = await createStudy({
    name: problem.name,
    storage: new MemoryStorage(CLOCK),
    clock: CLOCK,
    sampler,
    seed,
  });
  const variant = variantOf(seed, 16);
  const curve: number[] = [];
  await study.optimize(async (trial) => {
    const value = await problem.evaluate(trial, variant);
    curve.push(Math.min(value, curve.at(-1) ?? Infinity));
    return value;
  }, { trials });
  return curve;
}
