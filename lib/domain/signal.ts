/** The three classes every supervised model predicts, in column order. */
export const CLASSES = ["down", "flat", "up"] as const;

/** Number of classes: the width of every probability matrix. */
export const CLASS_COUNT: number = CLASSES.length;

/** One prediction for the bars after the row it was made at. */
export interface Signal {
  /** Calibrated probabilities of down, flat, up; they sum to 1. */
  readonly probabilities: readonly [down: number, flat: number, up: number];
  /** Bars ahead the prediction speaks of, counted from the fill bar. */
  readonly horizonBars: number;
  /** Model name. */
  readonly source: string;
  /** Number in the registry. */
  readonly modelVersion: number;
}
