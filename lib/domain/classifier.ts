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

/** A fitted classification forest as flat arrays; nodes of all trees one after the other. */
export interface Forest {
  /** Tells the classifiers apart. */
  readonly kind: "forest";
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Split column of each node; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A row goes left when `value <= threshold` in float32; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** Index of the left child over all trees; -1 for a leaf. */
  readonly left: Int32Array;
  /** Index of the right child over all trees; -1 for a leaf. */
  readonly right: Int32Array;
  /** Class distribution `[nodes, classes]` of each leaf, summing to 1; 0 for inner nodes. */
  readonly probability: Float32Array;
  /** Mean decrease of impurity per column, normalised to sum 1 (0 when no split was made). */
  readonly impurityImportance: Float64Array;
}

/** A fitted multinomial logistic regression on scaled columns. */
export interface Logistic {
  /** Tells the classifiers apart. */
  readonly kind: "logistic";
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** Row-major `[features, classes]`. */
  readonly weights: Float32Array;
  /** `[classes]`. */
  readonly intercepts: Float32Array;
}

/** Every model that turns a feature row into class probabilities. */
export type Classifier = Forest | Logistic;

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
