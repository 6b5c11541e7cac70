/** One train/test split: row numbers, ascending. */
export interface Fold {
  /** Rows to fit on. */
  readonly train: Int32Array;
  /** Rows to score on. */
  readonly test: Int32Array;
}
