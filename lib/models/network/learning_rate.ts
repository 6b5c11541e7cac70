import type { NetworkParameters } from "./parameters.ts";

/** Where a fit stands. */
export interface RatePosition {
  /** Epochs done, parts of one included. */
  readonly epochs: number;
  /** How often the validation loss has stalled. */
  readonly stalls: number;
}

/** What the learning rate depends on. */
export type RateParameters = Pick<
  NetworkParameters,
  "learningRate" | "schedule" | "warmUpEpochs" | "maximumEpochs"
>;

/**
 * The learning rate of one step: a straight line from 0 over the warm-up, times the schedule.
 *
 * `cosine` goes from 1 to 0 along half a cosine between the warm-up and the last epoch (Loshchilov
 * & Hutter 2017, without restarts); `plateau` halves at each stall; `constant` stays.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "./learning_rate.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const parameters = {
 *   learningRate: 0.1,
 *   schedule: "cosine",
 *   warmUpEpochs: 2,
 *   maximumEpochs: 12,
 * } as const;
 * assertClose(learningRateAt(parameters, { epochs: 1, stalls: 0 }), 0.05, 1e-12);
 * assertClose(learningRateAt(parameters, { epochs: 7, stalls: 0 }), 0.05, 1e-12);
 * ```
 */
export function learningRateAt(
  { learningRate, schedule, warmUpEpochs, maximumEpochs }: RateParameters,
  { epochs, stalls }: RatePosition,
): number {
  if (epochs < warmUpEpochs) return learningRate * epochs / warmUpEpochs;
  switch (schedule) {
    case "constant":
      return learningRate;
    case "cosine": {
      const share = (epochs - warmUpEpochs) / Math.max(1, maximumEpochs - warmUpEpochs);
      return learningRate * (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;
    }
    case "plateau":
      return learningRate / 2 ** stalls;
  }
}
