import { type AdamWState, createAdamW } from "../../tensor/mod.ts";

/** Why a member learns no further. */
export const STOP_REASONS = ["epochs", "patience", "diverged"] as const;
/** One of `STOP_REASONS`. */
export type NetworkStop = typeof STOP_REASONS[number];

/** Everything that the further course of one member's fit depends on. */
export interface MemberState {
  /** All weights, as `layersOf` reads them. */
  readonly weights: Float32Array;
  /** Those with the lowest validation loss so far. */
  readonly best: Float32Array;
  /** The optimizer's memory. */
  readonly optimizer: AdamWState;
  /** Epochs done. */
  epoch: number;
  /** Batches done in the epoch that has begun. */
  batch: number;
  /** Weighted loss of those batches, summed over their rows. */
  lossSum: number;
  /** Epoch of `best`, counted from 1; 0 for none yet. */
  bestEpoch: number;
  /** How often the validation loss has stalled. */
  stalls: number;
  /** Mean training loss per epoch. */
  readonly training: number[];
  /** Mean validation loss per epoch. */
  readonly validation: number[];
  /** Null while it learns. */
  stop: NetworkStop | null;
}

/** The state before the first step. */
export function createMemberState(weights: Float32Array): MemberState {
  return {
    weights,
    best: weights.slice(),
    optimizer: createAdamW(weights.length),
    epoch: 0,
    batch: 0,
    lossSum: 0,
    bestEpoch: 0,
    stalls: 0,
    training: [],
    validation: [],
    stop: null,
  };
}

/** Why a member stopped, in words. */
export function describeStop(member: number, state: MemberState): string {
  const { stop, epoch, bestEpoch, validation } = state;
  const kept = `kept epoch ${bestEpoch} with validation loss ${
    validation[bestEpoch - 1]?.toFixed(4)
  }`;
  switch (stop) {
    case "diverged":
      return `Member ${member} stopped in epoch ${
        epoch + 1
      } as its loss or its weights were no longer finite; ${kept}. A lower learning rate avoids it.`;
    case "patience":
      return `Member ${member} stopped after ${epoch} epochs without a lower validation loss since; ${kept}.`;
    default:
      return `Member ${member} learnt for all ${epoch} epochs; ${kept}.`;
  }
}
