import { type Experience, nextRow } from "./experience.ts";
import type { QFeatures } from "./q_features.ts";

/** Most blocks of consecutive windows that are resampled. */
const MOST_BLOCKS = 100;

/** Where the sums of a block lie in one flat array; a step's numbers lie one after the other. */
export interface SumLayout {
  /** Decisions of a window. */
  readonly horizon: number;
  /** Features of the action values; 0 when none are fitted. */
  readonly features: number;
  /** Windows. */
  readonly windows: number;
  /** Reward, by step. */
  readonly reward: number;
  /** Importance weight, by step. */
  readonly weight: number;
  /** Weighted reward, by step. */
  readonly weighted: number;
  /** Squared weight, by step. */
  readonly square: number;
  /** `Σ φ(s, a) φ(s, a)ᵀ` over rows. */
  readonly gram: number;
  /** `Σ φ(s, a) φ(s', π)ᵀ` over rows. */
  readonly later: number;
  /** `Σ φ(s, a) r` over rows. */
  readonly target: number;
  /** `Σ φ(s, π)` over the first rows of windows. */
  readonly start: number;
  /** `Σ w φ(s, a)` with the weight up to and with the step, by step. */
  readonly chosen: number;
  /** `Σ w φ(s, π)` with the weight up to the step before, by step. */
  readonly expected: number;
  /** Numbers in all. */
  readonly length: number;
}

/** Everything that off-policy estimates need of a log, as sums over blocks of its windows. */
export interface WindowSums {
  /** Where what lies. */
  readonly layout: SumLayout;
  /** One array per block of consecutive windows. */
  readonly blocks: readonly Float64Array[];
}

/**
 * First rows of all stretches of `horizon` decisions within a run, in order of time. They overlap:
 * every decision is the first of one, so that each step's estimate rests on nearly all rewards of
 * the log. Runs over the same bars lie side by side, as they share the luck of the market.
 */
export function windowStarts(experience: Experience, horizon: number): Int32Array {
  const starts: number[] = [];
  for (let row = 0; row + horizon <= experience.rows; row++) {
    if (experience.episode[row] === experience.episode[row + horizon - 1]) starts.push(row);
  }
  const { time } = experience;
  return Int32Array.from(starts).sort((a, b) => time[a]! - time[b]! || a - b);
}

/**
 * Sums over windows. All estimates are smooth functions of these sums, so that a resampled log is
 * nothing but another count of its blocks.
 *
 * @param target row-major `[rows, actions]`
 * @param q null where no action values are to be fitted
 */
export function sumWindows(
  experience: Experience,
  target: Float64Array,
  { horizon, q }: { readonly horizon: number; readonly q: QFeatures | null },
): WindowSums {
  const starts = windowStarts(experience, horizon);
  const layout = layoutOf(horizon, q?.length ?? 0);
  const count = Math.min(MOST_BLOCKS, starts.length);
  const blocks = Array.from({ length: count }, () => new Float64Array(layout.length));
  starts.forEach((first, window) => {
    const block = blocks[Math.floor(window * count / starts.length)]!;
    addWindow(experience, target, { first, layout, q }, block);
  });
  return { layout, blocks };
}

/** Sums of a log in which block `i` occurs `counts[i]` times. */
export function combineBlocks({ blocks, layout }: WindowSums, counts: Int32Array): Float64Array {
  const sums = new Float64Array(layout.length);
  blocks.forEach((block, index) => {
    const times = counts[index]!;
    if (times === 0) return;
    for (let i = 0; i < sums.length; i++) sums[i]! += times * block[i]!;
  });
  return sums;
}

function layoutOf(horizon: number, features: number): SumLayout {
  let length = 0;
  const take = (numbers: number): number => (length += numbers) - numbers;
  const places = {
    windows: take(1),
    reward: take(horizon),
    weight: take(horizon),
    weighted: take(horizon),
    square: take(horizon),
    gram: take(features ** 2),
    later: take(features ** 2),
    target: take(features),
    start: take(features),
    chosen: take(horizon * features),
    expected: take(horizon * features),
  };
  return { horizon, features, ...places, length };
}

function addWindow(
  experience: Experience,
  target: Float64Array,
  { first, layout, q }: {
    readonly first: number;
    readonly layout: SumLayout;
    readonly q: QFeatures | null;
  },
  sums: Float64Array,
): void {
  const { action, header: { actions }, propensity, reward } = experience;
  sums[layout.windows]! += 1;
  if (q !== null) {
    q.addMean(first, target, 1, sums, layout.start);
    addRegression(experience, target, { row: first, layout, q }, sums);
  }
  let weight = 1;
  for (let step = 0; step < layout.horizon; step++) {
    const row = first + step;
    q?.addMean(row, target, weight, sums, layout.expected + step * q.length);
    weight *= target[row * actions.length + action[row]!]! / propensity[row]!;
    q?.add(row, action[row]!, weight, sums, layout.chosen + step * q.length);
    sums[layout.reward + step]! += reward[row]!;
    sums[layout.weight + step]! += weight;
    sums[layout.weighted + step]! += weight * reward[row]!;
    sums[layout.square + step]! += weight * weight;
  }
}

/** The normal equations of one decision; none where what followed it is not known. */
function addRegression(
  experience: Experience,
  target: Float64Array,
  { layout, q, row }: {
    readonly row: number;
    readonly layout: SumLayout;
    readonly q: QFeatures;
  },
  sums: Float64Array,
): void {
  const next = nextRow(experience, row);
  if (next < 0 && experience.end[row] === 0) return;
  const chosen = new Float64Array(q.length), later = new Float64Array(q.length);
  q.add(row, experience.action[row]!, 1, chosen, 0);
  if (next >= 0) q.addMean(next, target, 1, later, 0);
  for (let i = 0; i < q.length; i++) {
    const value = chosen[i]!;
    if (value === 0) continue;
    sums[layout.target + i]! += value * experience.reward[row]!;
    for (let j = 0; j < q.length; j++) {
      sums[layout.gram + i * q.length + j]! += value * chosen[j]!;
      sums[layout.later + i * q.length + j]! += value * later[j]!;
    }
  }
}
