const MAX_ITERATIONS = 100;
/** Newton stops when a step changes neither coefficient by more than this. */
const TOLERANCE = 1e-10;

/** p(x) = sigmoid(slope · x + intercept). */
export interface LogisticLine {
  /** Per unit of x. */
  readonly slope: number;
  /** Log odds at x = 0. */
  readonly intercept: number;
}

/**
 * Logistic regression on one column by Newton's method with step halving
 * (Lin, Lin & Weng 2007, "A note on Platt's probabilistic outputs").
 *
 * @param x finite numbers
 * @param targets in [0, 1], one per `x`
 * @param weights non-negative with a positive sum, one per `x`
 * @returns null when no finite line is best: the targets are all 0, all 1 or separated by `x`
 * @example
 * ```ts
 * import { fitLogisticLine } from "./logistic_line.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * // Odds of 1:3 at x = 0 and 3:1 at x = 1.
 * const line = fitLogisticLine([0, 1], [0.25, 0.75], [1, 1])!;
 * assertClose(line.intercept, -Math.log(3), 1e-9);
 * assertClose(line.slope, 2 * Math.log(3), 1e-9);
 * ```
 */
export function fitLogisticLine(
  x: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): LogisticLine | null {
  const { center, scale } = spread(x, weights);
  // Newton's system of a column far from 0, or that hardly varies, loses all its digits.
  const data = { x: Float64Array.from(x, (value) => (value - center) / scale), targets, weights };
  const rate = meanTarget(data);
  if (!(rate > 0 && rate < 1) || isSeparated(data)) return null;
  let line: LogisticLine = { slope: 0, intercept: Math.log(rate / (1 - rate)) };
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = newtonStep(data, line);
    const change = Math.max(
      Math.abs(next.slope - line.slope),
      Math.abs(next.intercept - line.intercept),
    );
    line = next;
    if (change <= TOLERANCE * (1 + Math.abs(line.slope) + Math.abs(line.intercept))) {
      const slope = line.slope / scale;
      return { slope, intercept: line.intercept - slope * center };
    }
  }
  return null;
}

/** Weighted mean and standard deviation; the scale of a column that does not vary is infinite. */
function spread(
  x: ArrayLike<number>,
  weights: ArrayLike<number>,
): { center: number; scale: number } {
  let total = 0, mean = 0, squares = 0;
  for (let i = 0; i < x.length; i++) {
    if (weights[i] === 0) continue;
    total += weights[i]!;
    const deviation = x[i]! - mean;
    mean += deviation * weights[i]! / total;
    squares += weights[i]! * deviation * (x[i]! - mean);
  }
  const deviation = Math.sqrt(squares / total);
  return { center: mean, scale: deviation > 1e-9 * (1 + Math.abs(mean)) ? deviation : Infinity };
}

/** The logistic function, without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

interface Data {
  readonly x: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

function meanTarget({ targets, weights }: Data): number {
  let sum = 0, total = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += weights[i]! * targets[i]!;
    total += weights[i]!;
  }
  return sum / total;
}

/** Whether some x parts all ones from all zeros: then the best slope is infinite. */
function isSeparated({ x, targets, weights }: Data): boolean {
  let lowestZero = Infinity, highestZero = -Infinity, lowestOne = Infinity, highestOne = -Infinity;
  for (let i = 0; i < x.length; i++) {
    if (weights[i] === 0) continue;
    // A target inside (0, 1) is a row of both kinds.
    if (targets[i]! < 1) {
      lowestZero = Math.min(lowestZero, x[i]!);
      highestZero = Math.max(highestZero, x[i]!);
    }
    if (targets[i]! > 0) {
      lowestOne = Math.min(lowestOne, x[i]!);
      highestOne = Math.max(highestOne, x[i]!);
    }
  }
  const isConstant = Math.min(lowestZero, lowestOne) === Math.max(highestZero, highestOne);
  return !isConstant && (highestZero <= lowestOne || highestOne <= lowestZero);
}

function newtonStep(data: Data, line: LogisticLine): LogisticLine {
  const { x, targets, weights } = data;
  let gradientSlope = 0, gradientIntercept = 0, curveSlope = 0, curveBoth = 0, curveIntercept = 0;
  for (let i = 0; i < x.length; i++) {
    const p = sigmoid(line.slope * x[i]! + line.intercept);
    const error = weights[i]! * (p - targets[i]!);
    const curvature = weights[i]! * p * (1 - p);
    gradientSlope += error * x[i]!;
    gradientIntercept += error;
    curveSlope += curvature * x[i]! * x[i]!;
    curveBoth += curvature * x[i]!;
    curveIntercept += curvature;
  }
  // A trace of ridge keeps the system solvable when every x is the same.
  const ridge = 1e-12 * (curveSlope + curveIntercept) + Number.MIN_VALUE;
  const a = curveSlope + ridge, b = curveBoth, c = curveIntercept + ridge;
  const determinant = a * c - b * b;
  const slopeStep = (c * gradientSlope - b * gradientIntercept) / determinant;
  const interceptStep = (a * gradientIntercept - b * gradientSlope) / determinant;

  const before = loss(data, line);
  for (let size = 1; size > 1e-10; size /= 2) {
    const next = {
      slope: line.slope - size * slopeStep,
      intercept: line.intercept - size * interceptStep,
    };
    if (loss(data, next) <= before) return next;
  }
  return line;
}

/** Weighted cross-entropy. */
function loss({ x, targets, weights }: Data, line: LogisticLine): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const z = line.slope * x[i]! + line.intercept;
    sum += weights[i]! * (Math.max(z, 0) - targets[i]! * z + Math.log1p(Math.exp(-Math.abs(z))));
  }
  return sum;
}
