/** One level of a fitted step function: all points between the same two steps. */
interface Block {
  /** Weighted mean of the predictions. */
  readonly x: number;
  /** Weighted sum of the targets; a sum keeps the mean of zeros and ones exact. */
  readonly sum: number;
  readonly weight: number;
  readonly points: number;
}

/**
 * Least-squares fit of non-decreasing values: pool adjacent violators.
 *
 * @param targets in order of the prediction
 * @param weights positive, one per target
 * @returns the fitted value of each target
 * @example
 * ```ts
 * import { poolAdjacentViolators } from "./isotonic.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const fitted = poolAdjacentViolators([0, 1, 0, 0, 1, 1, 0, 1], Array(8).fill(1));
 * assertEquals(fitted, [0, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 2 / 3, 1]);
 * ```
 */
export function poolAdjacentViolators(
  targets: readonly number[],
  weights: readonly number[],
): number[] {
  const points = targets.map((target, i) => point(i, target, weights[i]!));
  return pool(points, (left, right) => level(left) > level(right))
    .flatMap((block) => new Array<number>(block.points).fill(level(block)));
}

/** A curve by its knots: linear between them, constant outside. */
export interface Curve {
  /** Strictly increasing. */
  readonly x: readonly number[];
  /** Strictly increasing, unless there is one knot. */
  readonly y: readonly number[];
}

/**
 * Steepest rise between two knots. Steeper steps rest on rounding noise of the predictions: at
 * this slope one unit in the last place of a float32 probability moves the curve by 1e-6 at most.
 */
const STEEPEST = 16;

/**
 * Centred isotonic regression: pool adjacent violators, then one knot at the weighted mean of each
 * block. Against the plain step function it keeps the order of any two predictions inside the
 * range, has less error and needs one knot a block (Oron & Flournoy 2017, Statistics in
 * Biopharmaceutical Research 9(3)).
 *
 * @param predictions in any order, one per target
 * @param targets numbers in [0, 1]
 * @param weights positive, one per target
 * @example
 * ```ts
 * import { fitIsotonic } from "./isotonic.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const curve = fitIsotonic([0.2, 0.4, 0.6, 0.8], [0, 1, 0, 1], [1, 1, 1, 1]);
 * assertEquals(curve, { x: [0.2, 0.5, 0.8], y: [0, 0.5, 1] });
 * ```
 */
export function fitIsotonic(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): Curve {
  const order = Uint32Array.from(predictions, (_, i) => i)
    .sort((i, j) => predictions[i]! - predictions[j]!);
  const points = Array.from(order, (i) => point(predictions[i]!, targets[i]!, weights[i]!));
  const distinct = pool(points, (left, right) => left.x === right.x);
  const rising = pool(distinct, (left, right) => level(left) >= level(right));
  const blocks = pool(rising, (left, right) => {
    const rise = level(right) - level(left);
    return rise <= 0 || rise > STEEPEST * (right.x - left.x);
  });
  return { x: blocks.map((block) => block.x), y: blocks.map(level) };
}

/**
 * Height of the curve at `x`.
 *
 * @example
 * ```ts
 * import { interpolate } from "./isotonic.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const curve = { x: [0, 1], y: [0.5, 1] };
 * assertEquals([-1, 0.5, 2].map((x) => interpolate(curve, x)), [0.5, 0.75, 1]);
 * ```
 */
export function interpolate(curve: Curve, x: number): number {
  const last = curve.x.length - 1;
  if (x <= curve.x[0]!) return curve.y[0]!;
  if (x >= curve.x[last]!) return curve.y[last]!;
  let low = 0, high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (curve.x[middle]! <= x) low = middle;
    else high = middle;
  }
  const slope = (curve.y[high]! - curve.y[low]!) / (curve.x[high]! - curve.x[low]!);
  return curve.y[low]! + (x - curve.x[low]!) * slope;
}

/** Merges neighbours from left to right while `belongTogether`, looking back after each merge. */
function pool(
  blocks: readonly Block[],
  belongTogether: (left: Block, right: Block) => boolean,
): Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let merged = block;
    while (pooled.length > 0 && belongTogether(pooled.at(-1)!, merged)) {
      merged = merge(pooled.pop()!, merged);
    }
    pooled.push(merged);
  }
  return pooled;
}

function point(x: number, target: number, weight: number): Block {
  return { x, sum: target * weight, weight, points: 1 };
}

function level(block: Block): number {
  return block.sum / block.weight;
}

function merge(left: Block, right: Block): Block {
  const weight = left.weight + right.weight;
  return {
    x: left.x + (right.x - left.x) * (right.weight / weight),
    sum: left.sum + right.sum,
    weight,
    points: left.points + right.points,
  };
}
