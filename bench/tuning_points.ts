import { randomSampler } from "../lib/tuning/samplers/random_sampler.ts";
import { MemoryStorage } from "../lib/tuning/storage/memory_storage.ts";
import { createStudy } from "../lib/tuning/study.ts";
import type { Trial } from "../lib/tuning/trial.ts";
import { TUNING_PROBLEMS, variantOf } from "./tuning_problems.ts";

const POINTS_PER_PROBLEM = 84;

/** A set of parameters of a problem with its value here, for another program to evaluate. */
export interface ProblemPoint {
  readonly problem: string;
  readonly seed: number;
  readonly params: Trial["params"];
  readonly value: number;
}

/** Random points of all problems, 1,008 together. */
export async function problemPoints(): Promise<readonly ProblemPoint[]> {
  const clock = { now: () => 0 };
  const points: ProblemPoint[] = [];
  for (const problem of TUNING_PROBLEMS) {
    const study = await createStudy({
      name: problem.name,
      storage: new MemoryStorage(clock),
      clock,
      sampler: randomSampler(),
    });
    for (let seed = 0; seed < POINTS_PER_PROBLEM; seed++) {
      const trial = await study.ask();
      const value = await problem.evaluate(trial, variantOf(seed, 16));
      points.push({ problem: problem.name, seed, params: trial.params, value });
    }
  }
  return points;
}
