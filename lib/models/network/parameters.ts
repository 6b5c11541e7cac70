import { z } from "zod";
import { InputError } from "../../core/mod.ts";

/** How the learning rate goes down after the warm-up. */
export const SCHEDULES = ["constant", "cosine", "plateau"] as const;
/** One of `SCHEDULES`. */
export type Schedule = typeof SCHEDULES[number];

/** How an LSTM classifier is built and fitted. */
export interface NetworkParameters {
  /** Feature rows that one prediction reads, its own included. */
  readonly window: number;
  /** Widths of the LSTM layers, first to last. */
  readonly units: readonly number[];
  /**
   * True puts a layer normalisation over the columns of each row in front. It takes away how large
   * a row is as a whole, which is information where there are few columns.
   */
  readonly inputNormalization: boolean;
  /** Share of each LSTM layer's outputs that is left out while learning, 0 … 0.9. */
  readonly dropout: number;
  /**
   * Share of each weight that is taken off per step, times the learning rate; biases and
   * normalisation keep theirs.
   */
  readonly weightDecay: number;
  /** Largest size of a step. */
  readonly learningRate: number;
  /**
   * `cosine` goes down to 0 over `maximumEpochs`; `plateau` halves when the validation loss stalls.
   */
  readonly schedule: Schedule;
  /** Epochs, or parts of one, in which the learning rate grows from 0. */
  readonly warmUpEpochs: number;
  /** Longest gradient, as a Euclidean norm over all weights. */
  readonly clipNorm: number;
  /** Windows per step. */
  readonly batchSize: number;
  /** Most passes over the rows. */
  readonly maximumEpochs: number;
  /** Epochs without a lower validation loss after which a member stops. */
  readonly patience: number;
  /** Share of the rows, the newest, that early stopping watches and nothing learns from. */
  readonly validationShare: number;
  /** Networks that differ by their seed; their probabilities are averaged. */
  readonly members: number;
  /** True weighs every class alike; false as often as it occurs. */
  readonly classWeights: boolean;
}

/**
 * A small network. On the two-state world of docs/methods.md#two-states-of-drift (m = 0.3, p =
 * 0.95) one member reaches the value of the best possible filter after 30,000 bars.
 */
export const DEFAULT_NETWORK: NetworkParameters = {
  window: 32,
  units: [32],
  inputNormalization: false,
  dropout: 0.2,
  weightDecay: 0.01,
  learningRate: 3e-3,
  schedule: "cosine",
  warmUpEpochs: 0.5,
  clipNorm: 1,
  batchSize: 128,
  maximumEpochs: 12,
  patience: 4,
  validationShare: 0.15,
  members: 3,
  classWeights: true,
};

/** The rule for each parameter. */
const networkParametersSchema = z.strictObject({
  window: z.int().min(1).max(4_096),
  units: z.array(z.int().min(1).max(1_024)).min(1).max(4),
  inputNormalization: z.boolean(),
  dropout: z.number().min(0).max(0.9),
  weightDecay: z.number().min(0).max(10),
  learningRate: z.number().gt(0).max(1),
  schedule: z.enum(SCHEDULES),
  warmUpEpochs: z.number().min(0),
  clipNorm: z.number().gt(0),
  batchSize: z.int().min(1),
  maximumEpochs: z.int().min(1),
  patience: z.int().min(1),
  validationShare: z.number().min(0.02).max(0.5),
  members: z.int().min(1).max(32),
  classWeights: z.boolean(),
});

/**
 * Checks the parameters of a fit.
 *
 * @throws {RangeError} when one is out of range
 */
export function checkNetworkParameters(parameters: NetworkParameters): void {
  const issue = networkParametersSchema.safeParse(parameters).error?.issues[0];
  if (issue === undefined) return;
  throw new RangeError(`Cannot fit a network as ${issue.path.join(".")}: ${issue.message}`);
}

/**
 * Checks network parameters of unknown origin; what is absent is taken from `DEFAULT_NETWORK`.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parseNetworkParameters } from "./parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseNetworkParameters({ units: [64, 32] }).units, [64, 32]);
 * ```
 */
export function parseNetworkParameters(json: unknown): NetworkParameters {
  const result = networkParametersSchema.partial().safeParse(json);
  if (result.success) {
    const given = Object.entries(result.data).filter(([, value]) => value !== undefined);
    return { ...DEFAULT_NETWORK, ...Object.fromEntries(given) };
  }
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".");
  throw new InputError(`Cannot read the network parameters: ${issue.message}`, {
    ...(path === "" ? {} : { where: path }),
    remedy: `the parameters are ${Object.keys(DEFAULT_NETWORK).join(", ")}`,
  });
}
