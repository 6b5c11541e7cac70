import type { FitControl } from "../classifier.ts";
import type { Network } from "./network_model.ts";
import type { LearningCurve } from "../../records/mod.ts";
import { type Checkpoint, mixSeed } from "../../core/mod.ts";
import { initializeWeights, layersOf, type NetworkShape, weightCount } from "./architecture.ts";
import { fitMember } from "./fit_member.ts";
import { createMemberState, describeStop, type MemberState } from "./member_state.ts";
import { type NetworkInput, splitInput } from "./network_input.ts";
import { checkNetworkParameters, type NetworkParameters } from "./parameters.ts";
import { startTensorflow } from "./start_tensorflow.ts";
import { openStateKeeper } from "./state_keeper.ts";

export type { NetworkInput };

/** How a fit is watched, stopped and resumed. */
export interface NetworkControl extends FitControl {
  /** Of every random choice. */
  readonly seed: number;
  /**
   * Keeps the state, after every epoch, every 500 steps and when the fit is aborted. A fit that
   * finds the state of the same fit there goes on from it, to the same bytes as without the
   * interruption; one that is finished is not repeated. The caller clears it.
   */
  readonly checkpoint?: Checkpoint;
}

/** A fitted network with what happened on the way. */
export interface FittedNetwork {
  /** The members with their best weights. */
  readonly model: Network;
  /** Losses of each member. */
  readonly curves: readonly LearningCurve[];
  /** Why each member stopped, in words. */
  readonly stopped: readonly string[];
  /**
   * True when the loss or the weights of a member were no longer finite; `stopped` says of which.
   */
  readonly hasDiverged: boolean;
  /** What else a reader should know: a checkpoint that was not used. */
  readonly remarks: readonly string[];
}

/**
 * Fits an ensemble of LSTM classifiers: weighted cross-entropy, AdamW, clipped gradients, dropout;
 * each member keeps the weights with the lowest loss on a purged tail of the rows. The same input,
 * parameters and seed give the same bytes.
 *
 * @throws {InputError} when too few rows have a whole window, or the loss is not finite from the start
 * @throws {RangeError} when the input or the parameters are out of range
 * @throws the reason of `control.signal` when it is aborted; the state is saved before
 * @example
 * ```ts
 * import { fitNetwork } from "./fit_network.ts";
 * import { DEFAULT_NETWORK } from "./parameters.ts";
 * import { predictNetwork } from "./predict_network.ts";
 * import { assert } from "../../../tests/assert.ts";
 *
 * // Class 1 where the column rises.
 * const rows = Int32Array.from({ length: 400 }, (_, row) => row);
 * const values = Float32Array.from(rows, (row) => Math.sin(row));
 * const classes = Int8Array.from(rows, (row) => values[row]! > Math.sin(row - 1) ? 1 : 0);
 * const { model } = await fitNetwork({
 *   values,
 *   columns: 1,
 *   firstValidRow: 0,
 *   rows,
 *   labels: { classes, start: rows, end: rows },
 *   classCount: 2,
 *   embargoBars: 0,
 * }, { ...DEFAULT_NETWORK, window: 4, units: [6], learningRate: 0.03, batchSize: 32 }, { seed: 1 });
 * const [down, up] = await predictNetwork(model, Float32Array.of(-0.9, -0.9, -0.3, 0.6), Int32Array.of(3));
 * assert(up! > down!);
 * ```
 */
export async function fitNetwork(
  input: NetworkInput,
  parameters: NetworkParameters,
  control: NetworkControl,
): Promise<FittedNetwork> {
  checkNetworkParameters(parameters);
  const split = splitInput(input, parameters);
  control.signal?.throwIfAborted();
  await startTensorflow();

  const { members, remarks, keep } = await openStateKeeper(input, parameters, control);
  const shape = { columns: input.columns, classCount: input.classCount };
  for (let index = 0; index < parameters.members; index++) {
    const seed = mixSeed(control.seed, index);
    const state = members[index] ??= startMember(parameters, shape, seed);
    const onBatch = (share: number) => control.onProgress?.((index + share) / parameters.members);
    await fitMember(state, { parameters, shape, split, seed, onBatch, onState: keep });
    onBatch(1);
  }
  return {
    model: {
      kind: "lstm",
      features: input.columns,
      classes: input.classCount,
      window: parameters.window,
      members: members.map(({ best }) => layersOf(parameters, shape, best)),
    },
    curves: members.map(({ training, validation }, index) => ({
      member: index + 1,
      training,
      validation,
    })),
    stopped: members.map((state, index) => describeStop(index + 1, state)),
    hasDiverged: members.some(({ stop }) => stop === "diverged"),
    remarks,
  };
}

function startMember(
  parameters: NetworkParameters,
  shape: NetworkShape,
  seed: number,
): MemberState {
  const weights = new Float32Array(weightCount(parameters, shape));
  initializeWeights(layersOf(parameters, shape, weights), seed);
  return createMemberState(weights);
}
