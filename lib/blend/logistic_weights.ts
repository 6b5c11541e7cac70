/** A fitted line in log-odds: `logit p = intercept + Σ weights[j] · x[j]`. */
export interface LogisticWeights {
  /** Log-odds where all inputs are 0. */
  readonly intercept: number;
  /** One per input column. */
  readonly weights: readonly number[];
}

/** Settings of `fitLogisticWeights`. */
export interface LogisticWeightsOptions {
  /** Penalty `l2 / 2 · Σ weights²` on the summed loss; the intercept goes free. @default {1} */
  readonly l2?: number;
  /** Whether weights below 0 are forbidden. @default {false} */
  readonly nonNegative?: boolean;
}

/** Probabilities are kept this far from 0 and 1, so that their log-odds stay finite. */
const CLIP = 1e-6;
const MAX_STEPS = 60;
const MAX_SWEEPS = 200;
const TOLERANCE = 1e-10;

/** Probability from log-odds. */
export function fromLogit(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Log-odds of a probability that is clipped to within a millionth of 0 and 1. */
export function logit(probability: number): number {
  const p = Math.min(1 - CLIP, Math.max(CLIP, probability));
  return Math.log(p / (1 - p));
}

/** Probability that the fitted line gives to one row of inputs. */
export function logisticProbability(
  { intercept, weights }: LogisticWeights,
  row: ArrayLike<number>,
): number {
  let logOdds = intercept;
  for (let j = 0; j < weights.length; j++) logOdds += weights[j]! * row[j]!;
  return fromLogit(logOdds);
}

/**
 * Fits a logistic line with an L2 penalty, on request with weights of at least 0.
 *
 * Proximal Newton (Lee, Sun & Saunders 2014): each step minimises the quadratic model by
 * coordinate descent, which keeps bounds exactly, and is halved until the loss falls.
 *
 * @param inputs row-major `[outcomes.length, width]`, finite
 * @param outcomes 1 where the event happened, else 0
 * @throws RangeError when sizes do not match or there are no rows.
 * @example
 * ```ts
 * import { fitLogisticWeights, logisticProbability } from "./logistic_weights.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // One binary input: 1 of 4 without it, 3 of 4 with it.
 * const inputs = Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1);
 * const outcomes = Uint8Array.of(1, 0, 0, 0, 1, 1, 1, 0);
 * const line = fitLogisticWeights(inputs, 1, outcomes, { l2: 0 });
 * assertClose(logisticProbability(line, [1]), 0.75, 1e-6);
 * ```
 */
export function fitLogisticWeights(
  inputs: Float64Array,
  width: number,
  outcomes: Uint8Array,
  options: LogisticWeightsOptions = {},
): LogisticWeights {
  const { l2 = 1, nonNegative = false } = options;
  const rows = outcomes.length;
  if (rows === 0 || inputs.length !== rows * width) {
    throw new RangeError(
      `Cannot fit as ${rows} outcomes of width ${width} need as many inputs: current value is ${inputs.length}`,
    );
  }
  const problem: Problem = { inputs, width, outcomes, l2, nonNegative };
  // The intercept comes first.
  let line: Float64Array = new Float64Array(width + 1);
  let loss = penalisedLoss(problem, line);
  for (let step = 0; step < MAX_STEPS; step++) {
    const aim = minimiseModel(problem, line);
    let share = 1, next = aim, nextLoss = penalisedLoss(problem, aim);
    while (nextLoss > loss && share > 1e-6) {
      share /= 2;
      next = line.map((value, j) => value + share * (aim[j]! - value));
      nextLoss = penalisedLoss(problem, next);
    }
    if (!(loss - nextLoss > TOLERANCE * (1 + Math.abs(loss)))) break;
    line = next;
    loss = nextLoss;
  }
  return { intercept: line[0]!, weights: Array.from(line.subarray(1)) };
}

interface Problem {
  readonly inputs: Float64Array;
  readonly width: number;
  readonly outcomes: Uint8Array;
  readonly l2: number;
  readonly nonNegative: boolean;
}

function logOddsOf({ inputs, width }: Problem, line: Float64Array, row: number): number {
  let sum = line[0]!;
  for (let j = 0; j < width; j++) sum += line[j + 1]! * inputs[row * width + j]!;
  return sum;
}

function penalisedLoss(problem: Problem, line: Float64Array): number {
  const { outcomes, l2 } = problem;
  let loss = 0;
  for (let row = 0; row < outcomes.length; row++) {
    const logOdds = logOddsOf(problem, line, row);
    const signed = outcomes[row] === 1 ? -logOdds : logOdds;
    loss += signed > 0 ? signed + Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed));
  }
  for (let j = 1; j < line.length; j++) loss += l2 / 2 * line[j]! ** 2;
  return loss;
}

/** Minimum of the quadratic model of the loss around `line`, within the bounds. */
function minimiseModel(problem: Problem, line: Float64Array): Float64Array {
  const { gradient, curvature } = derivatives(problem, line);
  const size = line.length;
  const aim = line.slice();
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let moved = 0;
    for (let j = 0; j < size; j++) {
      let slope = gradient[j]!;
      for (let k = 0; k < size; k++) slope += curvature[j * size + k]! * (aim[k]! - line[k]!);
      // A column without any variation has no curvature; it keeps its weight.
      const bend = curvature[j * size + j]!;
      const free = bend > 0 ? aim[j]! - slope / bend : aim[j]!;
      const bounded = problem.nonNegative && j > 0 ? Math.max(0, free) : free;
      moved = Math.max(moved, Math.abs(bounded - aim[j]!));
      aim[j] = bounded;
    }
    if (moved < 1e-12) break;
  }
  return aim;
}

function derivatives(
  problem: Problem,
  line: Float64Array,
): { gradient: Float64Array; curvature: Float64Array } {
  const { inputs, width, outcomes, l2 } = problem;
  const size = width + 1;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const input = (row: number, j: number) => j === 0 ? 1 : inputs[row * width + j - 1]!;
  for (let row = 0; row < outcomes.length; row++) {
    const p = fromLogit(logOddsOf(problem, line, row));
    const spread = Math.max(p * (1 - p), 1e-9);
    for (let j = 0; j < size; j++) {
      const x = input(row, j);
      gradient[j]! += (p - outcomes[row]!) * x;
      for (let k = 0; k < size; k++) curvature[j * size + k]! += spread * x * input(row, k);
    }
  }
  for (let j = 1; j < size; j++) {
    gradient[j]! += l2 * line[j]!;
    curvature[j * size + j]! += l2;
  }
  return { gradient, curvature };
}
