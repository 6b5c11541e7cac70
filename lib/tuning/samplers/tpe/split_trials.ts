import { violationOf } from "../../constraints.ts";
import type { Direction } from "../../storage/storage.ts";
import { lastStep, type Trial } from "../../trial.ts";
import { dominationRanks, type Losses, selectByHypervolume, toLosses } from "../pareto.ts";
import type { Past, TrialHistory } from "./trial_history.ts";

/** Numbers of the good trials and of the others, both ascending. */
export interface TrialSplit {
  /** The good ones. */
  readonly below: readonly number[];
  /** All others, running ones among them. */
  readonly above: readonly number[];
}

/** How many of n trials with a value are good, as in Optuna: a tenth; with one objective 25 at most. */
export function goodCount(count: number, objectives: number): number {
  const tenth = Math.ceil(0.1 * count);
  return objectives === 1 ? Math.min(tenth, 25) : tenth;
}

/**
 * Parts the good trials from the others. Complete ones come first by value, then pruned ones by how
 * far they got, then those that break a constraint by how much. Running and failed ones are never
 * good.
 */
export function splitTrials(
  history: TrialHistory,
  { failed, finished, running }: Past,
  directions: readonly Direction[],
): TrialSplit {
  const count = goodCount(finished.length, directions.length);
  const good = new Set(directions.length === 1 ? firstOf(history.ranking, finished, count) : []);
  if (good.size < count) {
    const ranked = rank(finished.map((number) => history.trial(number)), directions, count);
    for (const { number } of ranked) if (good.size < count) good.add(number);
  }
  const below = [...good].sort((a, b) => a - b);
  const above = withoutSorted(finished, below);
  if (running.size + failed.length > 0) {
    above.push(...running.keys(), ...failed);
    above.sort((a, b) => a - b);
  }
  return { below, above };
}

/** All numbers but some; both ascending. */
function withoutSorted(all: readonly number[], some: readonly number[]): number[] {
  const rest: number[] = [];
  let next = 0;
  for (const number of all) {
    if (number === some[next]) next++;
    else rest.push(number);
  }
  return rest;
}

/** The first numbers of a ranking that are among some ascending ones. */
function firstOf(ranking: readonly number[], among: readonly number[], count: number): number[] {
  const first: number[] = [];
  for (let i = 0; i < ranking.length && first.length < count; i++) {
    if (includesSorted(among, ranking[i]!)) first.push(ranking[i]!);
  }
  return first;
}

function includesSorted(numbers: readonly number[], number: number): boolean {
  let from = 0, to = numbers.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numbers[middle]! < number) from = middle + 1;
    else to = middle;
  }
  return numbers[from] === number;
}

/** At least the best trials, in order; several objectives have no order among the best. */
function rank(
  trials: readonly Trial[],
  directions: readonly Direction[],
  count: number,
): readonly Trial[] {
  const violations = new Map(trials.map((trial) => [trial, violationOf(trial)]));
  const feasible = trials.filter((trial) => violations.get(trial) === 0);
  const complete = feasible.filter(({ state }) => state === "COMPLETE");
  return [
    ...(directions.length === 1 ? [] : bestOfSeveral(complete, directions, count)),
    ...bestPruned(feasible.filter(({ state }) => state === "PRUNED"), directions[0]!),
    ...trials.filter((trial) => violations.get(trial)! > 0)
      .sort((a, b) => violations.get(a)! - violations.get(b)!),
  ];
}

/** Fronts as long as they fit; of the next one those that add most hypervolume. */
function bestOfSeveral(
  trials: readonly Trial[],
  directions: readonly Direction[],
  count: number,
): readonly Trial[] {
  const losses = trials.map(({ values }) => toLosses(values!, directions));
  const ranks = dominationRanks(losses);
  const chosen: Trial[] = [];
  for (let rank = 0; chosen.length < Math.min(count, trials.length); rank++) {
    const front = [...trials.keys()].filter((index) => ranks[index] === rank);
    const missing = count - chosen.length;
    const points = front.map((index) => losses[index]!);
    const kept = front.length <= missing
      ? front
      : selectByHypervolume(points, missing, referencePoint(points)).map((i) => front[i]!);
    chosen.push(...kept.map((index) => trials[index]!));
  }
  return chosen;
}

/** A little worse than the worst in every objective, as in Optuna. */
function referencePoint(points: readonly Losses[]): Losses {
  return points[0]!.map((_, objective) => {
    const worst = Math.max(...points.map((point) => point[objective]!));
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
}

function bestPruned(trials: readonly Trial[], direction: Direction): readonly Trial[] {
  const sign = direction === "maximize" ? -1 : 1;
  const keys = new Map(trials.map((trial) => {
    const step = lastStep(trial);
    if (step === null) return [trial, [1, 0]] as const;
    const value = sign * trial.intermediateValues.get(step)!;
    return [trial, [-step, Number.isNaN(value) ? Infinity : value]] as const;
  }));
  return trials.toSorted((a, b) => {
    const [stepA, valueA] = keys.get(a)!, [stepB, valueB] = keys.get(b)!;
    // Infinities are equal, though their difference is no number.
    return stepA - stepB || (valueA === valueB ? 0 : valueA - valueB);
  });
}
