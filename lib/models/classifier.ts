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

/** Functions that a dense layer can apply to its sums. */
export const ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid", "softmax"] as const;
/** One of `ACTIVATIONS`. */
export type Activation = typeof ACTIVATIONS[number];

/** A fitted dense layer: `activation(x · weights + bias)`. */
export interface DenseLayer {
  /** Tells the layers apart. */
  readonly kind: "dense";
  /** Row-major `[inputs, outputs]`. */
  readonly weights: Float32Array;
  /** `[outputs]`. */
  readonly bias: Float32Array;
  /** Applied to the sums; softmax runs over the outputs. */
  readonly activation: Activation;
}

/** A fitted layer normalisation over the last axis: (x - mean) / sqrt(variance + epsilon) · gain + offset. */
export interface LayerNormalization {
  /** Tells the layers apart. */
  readonly kind: "layer-normalization";
  /** `[inputs]`. */
  readonly gain: Float32Array;
  /** `[inputs]`. */
  readonly offset: Float32Array;
  /** Added to the population variance. */
  readonly epsilon: number;
}

/**
 * A fitted LSTM layer in the conventions of tfjs: gates in the order input, forget, cell, output
 * along the last axis of every weight; tanh on cell and output.
 */
export interface LstmLayer {
  /** Tells the layers apart. */
  readonly kind: "lstm";
  /** Width of the state. */
  readonly units: number;
  /** Row-major `[inputs, 4 · units]`. */
  readonly kernel: Float32Array;
  /** Row-major `[units, 4 · units]`. */
  readonly recurrentKernel: Float32Array;
  /** `[4 · units]`. */
  readonly bias: Float32Array;
  /** Of the three gates; hard sigmoid is clip(.2 x + .5, 0, 1). */
  readonly recurrentActivation: "sigmoid" | "hard-sigmoid";
  /** True hands the state of every step to the next layer, false that of the last step. */
  readonly returnsSequence: boolean;
}

/** One fitted layer of a network. */
export type NetworkLayer = DenseLayer | LayerNormalization | LstmLayer;

/**
 * A fitted neural network that reads the `window` newest feature rows, oldest first, and gives class
 * probabilities: the mean over its members, which differ by their seed.
 */
export interface Network {
  /** Tells the classifiers apart. */
  readonly kind: "network";
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** Rows that one prediction reads. */
  readonly window: number;
  /** Layers of each member, first to last; the last is dense with softmax over the classes. */
  readonly members: readonly (readonly NetworkLayer[])[];
}

/**
 * A network and a forest stacked: the forest reads the newest feature row, unscaled, and behind it the
 * network's log probabilities (natural logarithm, floored at 1e-6), which were out of fold when it was fitted.
 */
export interface Hybrid {
  /** Tells the classifiers apart. */
  readonly kind: "hybrid";
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** Reads scaled rows. */
  readonly network: Network;
  /** Applied to the rows that the network reads. */
  readonly networkScaler: Scaler;
  /** Reads `features + classes` columns. */
  readonly forest: Forest;
}

/** Every model that turns feature rows into class probabilities. */
export type Classifier = Forest | Logistic | Network | Hybrid;

/** Rows that one prediction of the model reads, the row itself included. */
export function modelWindow(model: Classifier): number {
  if (model.kind === "network") return model.window;
  return model.kind === "hybrid" ? model.network.window : 1;
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
