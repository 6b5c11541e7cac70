import { normalCdf } from "../../statistics/mod.ts";

/** From here on the normal approximation is used, as in SciPy. */
const EXACT_UP_TO = 50;

/**
 * One-sided Wilcoxon signed-rank test: how likely differences this large are if each were as likely
 * to have the other sign. Exact up to 50 differences, ties included; half of the rank of a zero
 * counts on either side (`zero_method="zsplit"` of SciPy).
 *
 * @returns the p-value against "not greater than 0"
 * @example
 * ```ts
 * import { signedRankGreater } from "./signed_rank.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * assertClose(signedRankGreater([1, 2, 3]), 1 / 8, 1e-15);
 * ```
 */
export function signedRankGreater(differences: readonly number[]): number {
  const count = differences.length;
  const doubledRanks = doubledMidranks(differences.map(Math.abs));
  let observed = 0, zeros = 0;
  const flippable: number[] = [];
  for (let i = 0; i < count; i++) {
    const rank = doubledRanks[i]!;
    if (differences[i] === 0) zeros += rank;
    else flippable.push(rank);
    if (differences[i]! > 0) observed += rank;
  }
  if (count <= EXACT_UP_TO) return exactTail(flippable, observed);
  const mean = count * (count + 1) / 4;
  const variance = (count * (count + 1) * (2 * count + 1) - tieCorrection(doubledRanks) / 2) / 24;
  const plus = observed / 2 + zeros / 4;
  return variance > 0 ? normalCdf((mean - plus) / Math.sqrt(variance)) : 1;
}

/** Twice the ranks from 1, which are whole numbers: equal values share the mean of their ranks. */
function doubledMidranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = start + 1 + end;
  }
  return ranks;
}

/** Share of all ways to choose signs in which the positive ranks sum to the observed or more. */
function exactTail(ranks: readonly number[], observed: number): number {
  const total = ranks.reduce((a, b) => a + b, 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    for (let sum = total; sum >= 0; sum--) {
      chances[sum] = 0.5 * (chances[sum]! + (sum >= rank ? chances[sum - rank]! : 0));
    }
  }
  return Math.min(1, chances.subarray(observed).reduce((a, b) => a + b, 0));
}

/** Sum of t³ - t over the groups of t equal values. */
function tieCorrection(ranks: readonly number[]): number {
  const groups = new Map<number, number>();
  for (const rank of ranks) groups.set(rank, (groups.get(rank) ?? 0) + 1);
  let sum = 0;
  for (const size of groups.values()) sum += size ** 3 - size;
  return sum;
}
