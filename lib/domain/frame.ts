/** A feature matrix: row-major `[rows, columns.length]`, one row per bar. */
export interface FeatureFrame {
  /** Names of the features, in order. */
  readonly columns: readonly string[];
  /** Number of rows: one per bar. */
  readonly rows: number;
  /** Row-major values; rows before `firstValidRow` hold NaN in at least one column. */
  readonly values: Float32Array;
  /** First row in which every column has warmed up; equals `rows` when none has. */
  readonly firstValidRow: number;
}

/** Feature rows one after the other, with the names of their columns. */
export type FeatureRows = Pick<FeatureFrame, "columns" | "values">;

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

/** Consecutive rows, `from` included and `to` excluded. */
export interface RowRange {
  /** First row. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
}

/** One train/test split: row numbers, ascending. */
export interface Fold {
  /** Rows to fit on. */
  readonly train: Int32Array;
  /** Rows to score on. */
  readonly test: Int32Array;
}
