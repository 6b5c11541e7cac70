import type { FitControl, TrainingSet } from "../classifier.ts";
import type { Logistic } from "./logistic_model.ts";
import type { LogisticParameters } from "./parameters.ts";
import { minimize } from "./minimize.ts";
import { checkTrainingSet } from "../training_set.ts";

/**
 * Fits a multinomial logistic regression: it minimises
 * `sum of weight · cross-entropy + l2 / 2 · sum of squared weights` in float64 by L-BFGS, starting
 * from 0. Intercepts carry no penalty. The columns should be scaled alike. The weights are those
 * of scikit-learn with C = 1 / l2; its two-class model, which has one row of weights for two,
 * equals this one at C = 2 / l2.
 *
 * When `maxIterations` end the fit before `tolerance` does, the last iterate is returned: with
 * `l2: 0` and classes that a plane separates no finite best exists.
 *
 * @throws {RangeError} when the set or a parameter is out of range; see `checkTrainingSet`
 * @throws the reason of `control.signal` when it is aborted
 * @example
 * ```ts
 * import { fitLogistic } from "./logistic.ts";
 * import { DEFAULT_LOGISTIC } from "./parameters.ts";
 * import { assert } from "../../../tests/assert.ts";
 *
 * const model = fitLogistic({
 *   rows: 4,
 *   columns: 1,
 *   values: Float32Array.of(-2, -1, 1, 2),
 *   classes: Int8Array.of(0, 0, 1, 1),
 *   classCount: 2,
 * }, DEFAULT_LOGISTIC);
 * const [down, up] = model.weights;
 * assert(down! < 0 && up! > 0);
 * ```
 */
export function fitLogistic(
  set: TrainingSet,
  parameters: LogisticParameters,
  control: FitControl = {},
): Logistic {
  checkTrainingSet(set);
  checkParameters(parameters);
  const { columns, classCount } = set;
  const { maxIterations } = parameters;
  const weightSum = set.weights?.reduce((sum, weight) => sum + weight, 0) ?? set.rows;
  const solution = minimize(createObjective(set, parameters.l2), (columns + 1) * classCount, {
    maxIterations,
    tolerance: parameters.tolerance * weightSum,
    onIteration: (iteration) => {
      control.signal?.throwIfAborted();
      control.onProgress?.(iteration / maxIterations);
    },
  });
  control.onProgress?.(1);
  return {
    kind: "logistic",
    features: columns,
    classes: classCount,
    weights: Float32Array.from(solution.subarray(0, columns * classCount)),
    intercepts: Float32Array.from(solution.subarray(columns * classCount)),
  };
}

/**
 * Loss at `point` with its gradient. A point holds the weights `[columns, classes]`, then the
 * intercepts `[classes]`.
 */
function createObjective(
  { rows, columns, values, classes, classCount, weights }: TrainingSet,
  l2: number,
): (point: Float64Array, gradient: Float64Array) => number {
  const intercepts = columns * classCount;
  const logits = new Float64Array(classCount);
  return (point, gradient) => {
    let loss = 0;
    for (let i = 0; i < intercepts; i++) {
      loss += l2 / 2 * point[i]! * point[i]!;
      gradient[i] = l2 * point[i]!;
    }
    gradient.fill(0, intercepts);
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      if (weight === 0) continue;
      const first = row * columns;
      // Along the memory of the point: a quarter less time than class by class, and the same bits.
      for (let k = 0; k < classCount; k++) logits[k] = point[intercepts + k]!;
      for (let c = 0, at = 0; c < columns; c++) {
        const value = values[first + c]!;
        for (let k = 0; k < classCount; k++) logits[k]! += value * point[at++]!;
      }
      loss += weight * crossEntropy(logits, classes[row]!);
      for (let k = 0; k < classCount; k++) {
        logits[k]! *= weight;
        gradient[intercepts + k]! += logits[k]!;
      }
      for (let c = 0, at = 0; c < columns; c++) {
        const value = values[first + c]!;
        for (let k = 0; k < classCount; k++) gradient[at++]! += logits[k]! * value;
      }
    }
    return loss;
  };
}

/** -log softmax(logits)[label]; leaves its gradient, softmax - one-hot, in `logits`. */
function crossEntropy(logits: Float64Array, label: number): number {
  let largest = -Infinity, sum = 0;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]!);
  const own = logits[label]! - largest;
  for (let k = 0; k < logits.length; k++) sum += logits[k] = Math.exp(logits[k]! - largest);
  for (let k = 0; k < logits.length; k++) logits[k]! /= sum;
  logits[label]! -= 1;
  return Math.log(sum) - own;
}

function checkParameters({ l2, maxIterations, tolerance }: LogisticParameters): void {
  const check = (isRight: boolean, rule: string, current: number): void => {
    if (!isRight) {
      throw new RangeError(
        `Cannot fit a logistic regression as ${rule}: current value is ${current}`,
      );
    }
  };
  check(l2 >= 0 && l2 < Infinity, "l2 is finite and at least 0", l2);
  check(
    Number.isInteger(maxIterations) && maxIterations >= 1,
    "maxIterations is an integer of at least 1",
    maxIterations,
  );
  check(tolerance > 0, "tolerance is positive", tolerance);
}
