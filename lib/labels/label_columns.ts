/** Labels of a training set; one element per bar, all arrays the same length. */
export interface Labels {
  /** Class index 0 down, 1 flat, 2 up; -1 where the label's future is not in the data. */
  readonly classes: Int8Array;
  /** Row at whose close the decision is taken. */
  readonly start: Int32Array;
  /** Last row (inclusive) whose prices the label looks at. */
  readonly end: Int32Array;
  /** Return earned by a one-unit long over the label, as a fraction of the entry price; NaN where unlabelled. */
  readonly outcome: Float64Array;
  /** Round-trip cost as a fraction of the entry price, per row. */
  readonly cost: Float64Array;
  /** Longest horizon in bars. */
  readonly horizonBars: number;
}
