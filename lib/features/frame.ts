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
