import type { Fold } from "../../labels/mod.ts";
import { mixSeed } from "../../core/mod.ts";
import type { HybridControl, HybridInput } from "./hybrid_input.ts";
import { fitNetworkPart, networkControl } from "./network_part.ts";
import type { HybridParameters } from "./parameters.ts";
import { predictScaled } from "./predict_hybrid.ts";
import { stackingFolds } from "./stacking_folds.ts";

/** Fits on the training rows of a fold and gives probabilities `[fold.test.length, classes]`. */
export type PredictFold = (fold: Fold, index: number) => Promise<Float32Array>;

/**
 * Probabilities of all rows, each from the fold that tests it.
 *
 * @param rows ascending; each is tested by one fold
 * @returns row-major `[rows.length, classes]`
 */
export async function outOfFoldProbabilities(
  folds: readonly Fold[],
  rows: Int32Array,
  classCount: number,
  predictFold: PredictFold,
): Promise<Float32Array> {
  const positions = new Map(Array.from(rows, (row, position) => [row, position]));
  const all = new Float32Array(rows.length * classCount).fill(NaN);
  for (const [index, fold] of folds.entries()) {
    const probabilities = await predictFold(fold, index);
    fold.test.forEach((row, i) => {
      const own = probabilities.subarray(i * classCount, (i + 1) * classCount);
      all.set(own, positions.get(row)! * classCount);
    });
  }
  return all;
}

/** What a hybrid's networks say of its rows. */
export interface LevelOne {
  /** Row-major `[rows.length, classes]`, all out of fold. */
  readonly probabilities: Float32Array;
  /** What a reader should know of their fits, in words. */
  readonly remarks: readonly string[];
}

/**
 * Fits a network for each fold and asks it of the rows that it has not learnt from. Each scaler is
 * fitted on what its network learns from.
 *
 * @param input whose rows all have a whole window
 */
export async function fitLevelOne(
  input: HybridInput,
  parameters: HybridParameters,
  control: HybridControl,
): Promise<LevelOne> {
  const { frame, rows, classCount } = input;
  const { stackingFolds: count, network: { window } } = parameters;
  const folds = stackingFolds({ ...input, window }, count);
  const remarks: string[] = [];
  const probabilities = await outOfFoldProbabilities(
    folds,
    rows,
    classCount,
    async (fold, index) => {
      const name = `stacking fold ${index + 1}`;
      const part = await fitNetworkPart(input, fold.train, parameters, {
        ...networkControl(control, name, [index, count + 1]),
        seed: mixSeed(control.seed, index + 1),
      });
      const { hasDiverged, stopped, remarks: own } = part.fitted;
      remarks.push(
        ...[...own, ...hasDiverged ? stopped : []].map((remark) => `In ${name}: ${remark}`),
      );
      return predictScaled(part, frame, fold.test);
    },
  );
  return { probabilities, remarks };
}
