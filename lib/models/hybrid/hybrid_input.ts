import type { FitControl } from "../classifier.ts";
import type { FeatureFrame } from "../../features/mod.ts";
import type { Checkpoints } from "../../core/mod.ts";
import type { NetworkInput } from "../network/network_input.ts";

/** What a hybrid learns from. */
export interface HybridInput
  extends Pick<NetworkInput, "rows" | "labels" | "classCount" | "weights" | "embargoBars"> {
  /** Unscaled. */
  readonly frame: FeatureFrame;
}

/** How a fit is watched, stopped and resumed. */
export interface HybridControl extends FitControl {
  /** Of every random choice. */
  readonly seed: number;
  /** Threads of the forest; the result does not depend on it. */
  readonly workers?: number;
  /**
   * Keeps the state of each network, by the names `stacking fold 1`, `stacking fold 2` … and
   * `network`.
   */
  readonly checkpoints?: Checkpoints;
}

/**
 * The control of one part of a fit: its progress goes from one fraction of the whole to another.
 */
export function partOfControl(
  { seed, workers, signal, onProgress }: HybridControl,
  [begin, end]: readonly [number, number],
): FitControl & { readonly seed: number; readonly workers?: number } {
  return {
    seed,
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (fraction) => onProgress?.(begin + (end - begin) * fraction),
  };
}
