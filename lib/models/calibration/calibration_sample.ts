// deno-fmt-ignore-file
// Test data: 24 predictions of class 1 with outcomes. The tests hold what scikit-learn 1.9.1
// makes of them. Drawn once by numpy: p uniform in [0.05, 0.95], class 1 with chance p².

/** Probability of class 1. */
export const PREDICTIONS: Float32Array = Float32Array.of(
  0.49, 0.79, 0.24, 0.84, 0.47, 0.78, 0.77, 0.87, 0.5, 0.6, 0.55, 0.22,
  0.5, 0.88, 0.87, 0.07, 0.65, 0.34, 0.17, 0.18, 0.77, 0.91, 0.52, 0.4,
);
/** What came. */
export const CLASSES: Int8Array = Int8Array.of(
  0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0,
  1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0,
);
/** Every second row counts twice. */
export const WEIGHTS: Float64Array = Float64Array.from(CLASSES, (_, row) => 1 + row % 2);
/** Row-major `[24, 2]`. */
export const PROBABILITIES: Float32Array =
  Float32Array.from({ length: 48 }, (_, i) => i % 2 === 1 ? PREDICTIONS[i >> 1]! : 1 - PREDICTIONS[i >> 1]!);
