import { logNormalMass } from "../statistics/mod.ts";
import {
  describeDistribution,
  type Distribution,
  type NumericDistribution,
  ownValue,
  singleInternal,
  toInternal,
} from "../core/mod.ts";
import { dominationRanks, toLosses } from "./samplers/pareto.ts";
import type { Direction } from "./storage/storage.ts";
import type { Trial } from "./trial.ts";

/** The best tenth of the trials is compared with all of them. */
const TOP_SHARE = 0.1;

/** Points of the grid on which densities are compared. */
const GRID_POINTS = 50;

/** The prior counts as one trial. */
const PRIOR_WEIGHT = 1;

/**
 * How much each parameter decides whether a trial is among the best tenth: PED-ANOVA (Watanabe et
 * al. 2023) with the treatment of conditional parameters of Optuna 5. Considers complete trials with
 * finite values.
 *
 * @returns shares by name that sum to 1, largest first; null with fewer than two trials, since then
 * nothing can be compared
 * @example
 * ```ts
 * import { float } from "../core/distribution.ts";
 * import { parameterImportances } from "./importance.ts";
 * import { MemoryStorage } from "./storage/memory_storage.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const storage = new MemoryStorage({ now: () => 0 });
 * const study = storage.createStudy("lines", ["minimize"])!;
 * for (let i = 0; i < 100; i++) {
 *   storage.createTrial(study, {
 *     state: "COMPLETE",
 *     values: [i],
 *     params: { steep: i, flat: (i * 37) % 100 },
 *     distributions: { steep: float(0, 99), flat: float(0, 99) },
 *   });
 * }
 * const importances = parameterImportances(storage.trials(study), ["minimize"])!;
 * assert(importances.steep! > 0.8);
 * ```
 */
export function parameterImportances(
  trials: readonly Trial[],
  directions: readonly Direction[],
): Readonly<Record<string, number>> | null {
  const complete = trials.filter(({ state, values }) =>
    state === "COMPLETE" && values!.every(Number.isFinite)
  );
  if (complete.length < 2) return null;
  const top = topTrials(complete, directions);
  const names = new Set(complete.flatMap(({ distributions }) => Object.keys(distributions)));
  const raw = [...names].map((name) => [name, importanceOf(name, complete, top)] as const);
  const sum = raw.reduce((total, [, value]) => total + value, 0);
  return Object.fromEntries(
    raw.map(([name, value]) => [name, sum > 0 ? value / sum : 1 / raw.length] as const)
      .sort(([, a], [, b]) => b - a),
  );
}

/** The best tenth, with all that are as good as its last; of several objectives the first fronts. */
function topTrials(trials: readonly Trial[], directions: readonly Direction[]): ReadonlySet<Trial> {
  const losses = trials.map(({ values }) => toLosses(values!, directions));
  const keys = directions.length === 1 ? losses.map(([loss]) => loss!) : dominationRanks(losses);
  const limit = keys.toSorted((a, b) => a - b)[Math.ceil(TOP_SHARE * trials.length) - 1]!;
  return new Set(trials.filter((_, i) => keys[i]! <= limit));
}

/** Sums over the distributions that the parameter has had; see theorem 4.2 of arXiv 2601.20800. */
function importanceOf(name: string, trials: readonly Trial[], top: ReadonlySet<Trial>): number {
  const regimes = new Map<string, Trial[]>();
  for (const trial of trials) {
    const distribution = ownValue(trial.distributions, name);
    if (distribution === undefined) continue;
    const key = describeDistribution(distribution);
    const members = regimes.get(key);
    if (members === undefined) regimes.set(key, [trial]);
    else members.push(trial);
  }
  let sum = 0;
  for (const members of regimes.values()) {
    const distribution = members[0]!.distributions[name]!;
    const best = members.filter((trial) => top.has(trial));
    if (members.length < 2 || best.length === 0 || singleInternal(distribution) !== null) continue;
    const shareOfTop = best.length / top.size, shareOfAll = members.length / trials.length;
    sum += shareOfTop ** 2 / shareOfAll * pearsonDivergence(
      density(gridCounts(name, distribution, best), distribution.type === "categorical"),
      density(gridCounts(name, distribution, members), distribution.type === "categorical"),
    );
  }
  return sum;
}

function pearsonDivergence(top: Float64Array, all: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < all.length; i++) sum += all[i]! * (top[i]! / all[i]! - 1) ** 2;
  return sum;
}

/** How many trials have each choice, or fall to each point of an even grid. */
function gridCounts(
  name: string,
  distribution: Distribution,
  trials: readonly Trial[],
): Float64Array {
  if (distribution.type === "categorical") {
    const counts = new Float64Array(distribution.choices.length);
    for (const { params } of trials) counts[toInternal(distribution, params[name]!)!]!++;
    return counts;
  }
  const scale = distribution.log ? Math.log : (value: number): number => value;
  const counts = new Float64Array(gridSize(distribution));
  const low = scale(distribution.low), high = scale(distribution.high);
  const width = (high - low) / (counts.length - 1);
  for (const { params } of trials) {
    // Half-way between two points goes to the lower one, as in Optuna.
    const point = Math.ceil((scale(params[name] as number) - low) / width - 0.5);
    counts[Math.min(counts.length - 1, Math.max(0, point))]!++;
  }
  return counts;
}

function gridSize({ type, low, high, log, step }: NumericDistribution): number {
  if (type === "int" && log) {
    return Math.min(GRID_POINTS, Math.ceil(Math.log2(high - low + 1)) + 1);
  }
  return step === null ? GRID_POINTS : Math.min(GRID_POINTS, Math.round((high - low) / step) + 1);
}

/** Smoothed shares of the points: a kernel on each that has trials, and the prior. */
function density(counts: Float64Array, isCategorical: boolean): Float64Array {
  const size = counts.length;
  const observed = [...counts.keys()].filter((point) => counts[point]! > 0);
  const total = observed.reduce((sum, point) => sum + counts[point]!, PRIOR_WEIGHT);
  const result = new Float64Array(size).fill(1e-12);
  const add = (weight: number, kernel: (point: number) => number): void => {
    for (let point = 0; point < size; point++) result[point]! += weight / total * kernel(point);
  };
  if (isCategorical) {
    const share = PRIOR_WEIGHT / (observed.length + 1), sum = 1 + size * share;
    for (const own of observed) {
      add(counts[own]!, (point) => (share + (point === own ? 1 : 0)) / sum);
    }
    add(PRIOR_WEIGHT, () => 1 / size);
  } else {
    const width = bandwidth(counts, observed);
    for (const own of observed) add(counts[own]!, discreteGaussian(own, width, size));
    add(PRIOR_WEIGHT, discreteGaussian((size - 1) / 2, size, size));
  }
  return result;
}

/** A Gaussian whose mass on the cells of the grid sums to 1. */
function discreteGaussian(center: number, width: number, size: number): (point: number) => number {
  const whole = logNormalMass((-0.5 - center) / width, (size - 0.5 - center) / width);
  return (point) =>
    Math.exp(
      logNormalMass((point - 0.5 - center) / width, (point + 0.5 - center) / width) - whole,
    );
}

/** Scott's rule on counted points; at least so much that 90 % of a kernel fill its cell. */
function bandwidth(counts: Float64Array, observed: readonly number[]): number {
  const total = observed.reduce((sum, point) => sum + counts[point]!, 0);
  const mean = observed.reduce((sum, point) => sum + counts[point]! * point, 0) / total;
  const squares = observed.reduce((sum, point) => sum + counts[point]! * (point - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const cumulated: number[] = [];
  for (const point of observed) cumulated.push((cumulated.at(-1) ?? 0) + counts[point]!);
  const first = cumulated.findIndex((count) => count >= Math.floor(total / 4));
  const third = cumulated.findIndex((count) => count > Math.floor(total * 3 / 4));
  const spread = observed.at(third)! - observed[first]!;
  return Math.max(0.5 / 1.64, 1.059 * Math.min(spread / 1.34, deviation) * total ** -0.2);
}
