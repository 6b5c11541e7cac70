/**
 * A fitted column scaler: `(x - center) / scale`, then clipped to ±`clip`.
 * All arrays have one element per feature column.
 */
export interface Scaler {
  /** What is taken off each column. */
  readonly center: Float32Array;
  /** Never 0. */
  readonly scale: Float32Array;
  /** Largest size of a scaled value. */
  readonly clip: number;
}

/** What every model that turns feature rows into class probabilities says of itself. */
export interface Classifier {
  /** The family that fitted it. */
  readonly kind: string;
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** Rows that one prediction reads, the row itself included; 1 when absent. */
  readonly window?: number;
}

/** Rows that one prediction of the model reads, the row itself included. */
export function modelWindow({ window }: Classifier): number {
  return window ?? 1;
}

/**
 * A fitted probability calibration: one curve per class, then the row is divided by its sum.
 *
 * - `platt`: p → sigmoid(slope[k] · logit(p) + intercept[k]), p clipped to [1e-6, 1 - 1e-6].
 * - `isotonic`: piecewise linear through (x[k][j], y[k][j]), constant outside.
 */
export type Calibration =
  | { readonly method: "none" }
  | {
    readonly method: "platt";
    readonly slope: readonly number[];
    readonly intercept: readonly number[];
  }
  | {
    readonly method: "isotonic";
    readonly x: readonly (readonly number[])[];
    readonly y: readonly (readonly number[])[];
  };

/** Rows to learn from. */
export interface TrainingSet {
  /** Number of rows. */
  readonly rows: number;
  /** Width of a row. */
  readonly columns: number;
  /** Row-major `[rows, columns]`, finite. */
  readonly values: Float32Array;
  /** Class index of each row, 0 … classes - 1. */
  readonly classes: Int8Array;
  /** Number of classes. */
  readonly classCount: number;
  /** Non-negative sample weights, one per row; 1 each when absent. */
  readonly weights?: Float64Array;
}

/** How a long-running fit reports and is stopped. */
export interface FitControl {
  /** Called with the finished fraction, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Aborting ends the fit with the signal's reason. */
  readonly signal?: AbortSignal;
}
