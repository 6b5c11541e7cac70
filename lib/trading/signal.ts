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
