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
