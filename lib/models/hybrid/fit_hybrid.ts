import type { Hybrid } from "./hybrid_model.ts";
import type { LearningCurve } from "../../records/mod.ts";
import { fitForest } from "../forest/forest.ts";
import { rowsWithWindow } from "../network/network_input.ts";
import { type HybridControl, type HybridInput, partOfControl } from "./hybrid_input.ts";
import { fitLevelOne } from "./level_one.ts";
import { forestRows, forestSet } from "./level_two.ts";
import { fitNetworkPart, NETWORK_SHARE, networkControl } from "./network_part.ts";
import { type HybridParameters, isStackingFolds } from "./parameters.ts";

export type { HybridControl, HybridInput };

/** A fitted hybrid with what happened on the way. */
export interface FittedHybrid {
  /** The network that learnt from all rows, and the forest on top. */
  readonly model: Hybrid;
  /** Losses of that network's members. */
  readonly curves: readonly LearningCurve[];
  /** Why that network's members stopped, in words. */
  readonly stopped: readonly string[];
  /** What else a reader should know, in words. */
  readonly remarks: readonly string[];
}

/**
 * Fits a network and a forest stacked without leakage (docs/methods.md#purging-and-stacking). The
 * forest learns from the features and from log probabilities that the network gives out of fold, as
 * `stackingFolds` cuts them; the network is then fitted again on all rows, with the seed that it
 * would have alone.
 *
 * @throws {InputError} when there are too few rows for the folds
 * @throws {RangeError} when the input or the parameters are out of range
 * @throws the reason of `control.signal` when it is aborted
 * @example
 * ```ts
 * import { fitHybrid } from "./fit_hybrid.ts";
 * import { DEFAULT_HYBRID } from "./parameters.ts";
 * import { predictHybrid } from "./predict_hybrid.ts";
 * import { assert } from "../../../tests/assert.ts";
 *
 * // Class 1 where the column rises.
 * const rows = Int32Array.from({ length: 300 }, (_, row) => row);
 * const values = Float32Array.from(rows, (row) => Math.sin(row));
 * const classes = Int8Array.from(rows, (row) => values[row]! > Math.sin(row - 1) ? 1 : 0);
 * const { network, forest } = DEFAULT_HYBRID;
 * const { model } = await fitHybrid({
 *   frame: { columns: ["height"], rows: 300, values, firstValidRow: 0 },
 *   rows: rows.subarray(0, 200),
 *   labels: { classes, start: rows, end: rows },
 *   classCount: 2,
 *   embargoBars: 0,
 * }, {
 *   network: { ...network, window: 4, units: [6], learningRate: 0.03, batchSize: 32 },
 *   forest: { ...forest, trees: 20 },
 *   stackingFolds: 2,
 * }, { seed: 1 });
 * const frame = { columns: ["height"], values };
 * const [down, up] = await predictHybrid(model, frame, Int32Array.of(290));
 * assert((up! > down!) === (classes[290] === 1));
 * ```
 */
export async function fitHybrid(
  input: HybridInput,
  parameters: HybridParameters,
  control: HybridControl,
): Promise<FittedHybrid> {
  const { stackingFolds, network: { window } } = parameters;
  if (!isStackingFolds(stackingFolds)) {
    throw new RangeError(
      `Cannot fit a hybrid as it has 2 to 10 stacking folds: current value is ${stackingFolds}`,
    );
  }
  const { frame, classCount } = input;
  const rows = rowsWithWindow({ ...input, firstValidRow: frame.firstValidRow }, window);
  const stack = { ...input, rows };
  const levelOne = await fitLevelOne(stack, parameters, control);
  const { fitted, network, networkScaler } = await fitNetworkPart(
    stack,
    rows,
    parameters,
    networkControl(control, "network", [stackingFolds, stackingFolds + 1]),
  );
  const forest = await fitForest(
    forestSet(stack, rows, forestRows(frame, rows, levelOne.probabilities)),
    parameters.forest,
    partOfControl(control, [NETWORK_SHARE, 1]),
  );
  const features = frame.columns.length;
  const model: Hybrid = {
    kind: "hybrid",
    features,
    classes: classCount,
    window,
    network,
    networkScaler,
    forest,
  };
  const { curves, stopped, remarks } = fitted;
  return { model, curves, stopped, remarks: [...levelOne.remarks, ...remarks] };
}
