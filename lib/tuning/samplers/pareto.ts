import type { Direction } from "../storage/storage.ts";

/** One number for each objective, less is better. */
export type Losses = readonly number[];

/** Values as losses: what is to be maximized changes its sign. */
export function toLosses(values: readonly number[], directions: readonly Direction[]): Losses {
  return values.map((value, i) => directions[i] === "maximize" ? -value : value);
}

/** Whether `a` is as good as `b` in every objective and better in one. */
export function dominates(a: Losses, b: Losses): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) better = true;
  }
  return better;
}

/**
 * Ranks of non-domination (Deb et al. 2002): 0 for the Pareto front, 1 for the front without it,
 * and so on.
 *
 * @example
 * ```ts
 * import { dominationRanks } from "./pareto.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(dominationRanks([[1, 2], [2, 1], [2, 2], [3, 3]]), [0, 0, 1, 2]);
 * ```
 */
export function dominationRanks(points: readonly Losses[]): number[] {
  const ranks = new Array<number>(points.length).fill(0);
  // In lexicographic order nothing is dominated by what follows it.
  const order = points.map((_, i) => i).sort((a, b) => compareLosses(points[a]!, points[b]!));
  const fronts: number[][] = [];
  for (const index of order) {
    const point = points[index]!;
    let rank = 0;
    while (fronts[rank]?.some((other) => dominates(points[other]!, point))) rank++;
    (fronts[rank] ??= []).push(index);
    ranks[index] = rank;
  }
  return ranks;
}

function compareLosses(a: Losses, b: Losses): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/**
 * Volume of the space that the points dominate, up to a reference point. Slices along the last
 * objective: exact, and fast enough for the few objectives and points of a study.
 *
 * @example
 * ```ts
 * import { hypervolume } from "./pareto.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(hypervolume([[1, 2], [2, 1]], [3, 3]), 3);
 * ```
 */
export function hypervolume(points: readonly Losses[], reference: Losses): number {
  const last = reference.length - 1;
  const inside = points.filter((point) => point.every((loss, i) => loss < reference[i]!));
  if (inside.length === 0) return 0;
  if (last === 0) return reference[0]! - Math.min(...inside.map((point) => point[0]!));
  const sorted = inside.toSorted((a, b) => a[last]! - b[last]!);
  let volume = 0;
  for (let i = 0; i < sorted.length; i++) {
    const depth = (sorted[i + 1]?.[last] ?? reference[last]!) - sorted[i]![last]!;
    if (depth === 0) continue;
    const slice = sorted.slice(0, i + 1).map((point) => point.slice(0, last));
    volume += depth * hypervolume(slice, reference.slice(0, last));
  }
  return volume;
}

/**
 * Chooses points one after the other, each the one that adds most volume (greedy hypervolume
 * subset selection, Guerreiro et al. 2016).
 *
 * @returns indexes of the chosen points
 */
export function selectByHypervolume(
  points: readonly Losses[],
  count: number,
  reference: Losses,
): number[] {
  const chosen: number[] = [];
  const rest = new Set(points.keys());
  while (chosen.length < count && rest.size > 0) {
    const before = chosen.map((index) => points[index]!);
    let best = -1, most = -Infinity;
    for (const index of rest) {
      const volume = hypervolume([...before, points[index]!], reference);
      if (volume > most) [best, most] = [index, volume];
    }
    chosen.push(best);
    rest.delete(best);
  }
  return chosen;
}
