import { createRandom } from "../lib/core/random.ts";

const RESAMPLES = 2000;

/** Chance that one of ours is below one of theirs, ties counting half. */
export function commonLanguageEffect(ours: readonly number[], theirs: readonly number[]): number {
  let wins = 0;
  for (const a of ours) for (const b of theirs) wins += a < b ? 1 : a === b ? 0.5 : 0;
  return wins / (ours.length * theirs.length);
}

/** The best values of our studies and of theirs. */
export type Pair = readonly [ours: readonly number[], theirs: readonly number[]];

/** Mean over the problems, and the lower end of its one-sided 95 % bootstrap interval. */
export function summarize(
  pairs: readonly Pair[],
): { readonly mean: number; readonly lower: number } {
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

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
