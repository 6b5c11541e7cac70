/** Consecutive rows, `from` included and `to` excluded. */
export interface RowRange {
  /** First row. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
}
