import type { Classifier } from "../classifier.ts";

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
export interface Network extends Classifier {
  /** Tells the classifiers apart. */
  readonly kind: "lstm";
  /** Rows that one prediction reads. */
  readonly window: number;
  /** Layers of each member, first to last; the last is dense with softmax over the classes. */
  readonly members: readonly (readonly NetworkLayer[])[];
}
