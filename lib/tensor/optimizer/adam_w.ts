/** How AdamW steps. */
export interface AdamWSettings {
  /** Share of the mean gradient that is kept from step to step. */
  readonly beta1: number;
  /** Share of the mean squared gradient that is kept from step to step. */
  readonly beta2: number;
  /** Keeps the division finite. */
  readonly epsilon: number;
  /** Share of a decaying parameter that is taken off per step, times the learning rate. */
  readonly weightDecay: number;
}

/** Settings of PyTorch's `AdamW`. */
export const DEFAULT_ADAM_W: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

/** What AdamW remembers of one flat array of parameters. */
export interface AdamWState {
  /** Steps done. */
  steps: number;
  /** Running mean of the gradient, one per parameter. */
  readonly mean: Float32Array;
  /** Running mean of the squared gradient, one per parameter. */
  readonly square: Float32Array;
}

/** One step's inputs. */
export interface AdamWStep {
  /** Of the loss, one per parameter. */
  readonly gradient: Float32Array;
  /** Size of the step. */
  readonly learningRate: number;
  /** 1 for a parameter that decays, 0 for biases and normalisation; all decay when absent. */
  readonly decays?: Uint8Array;
}

/** The state before the first step. */
export function createAdamW(parameters: number): AdamWState {
  return {
    steps: 0,
    mean: new Float32Array(parameters),
    square: new Float32Array(parameters),
  };
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, with the
 * decay times the learning rate as in PyTorch). Changes `parameters` and `state` in place;
 * arithmetic in float64, rounded to float32 once per number.
 *
 * @example
 * ```ts
 * import { createAdamW, DEFAULT_ADAM_W, stepAdamW } from "./adam_w.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const parameters = Float32Array.of(1);
 * stepAdamW(parameters, createAdamW(1), { ...DEFAULT_ADAM_W, weightDecay: 0 }, {
 *   gradient: Float32Array.of(5),
 *   learningRate: 0.1,
 * });
 * // The first step is as long as the learning rate, whatever the gradient.
 * assertClose(parameters[0]!, 0.9, 1e-6);
 * ```
 */
export function stepAdamW(
  parameters: Float32Array,
  state: AdamWState,
  { beta1, beta2, epsilon, weightDecay }: AdamWSettings,
  { gradient, learningRate, decays }: AdamWStep,
): void {
  const { mean, square } = state;
  const steps = ++state.steps;
  const stepSize = learningRate / (1 - beta1 ** steps);
  const squareScale = 1 / Math.sqrt(1 - beta2 ** steps);
  const kept = 1 - learningRate * weightDecay;
  for (let i = 0; i < parameters.length; i++) {
    const slope = gradient[i]!;
    const nextMean = beta1 * mean[i]! + (1 - beta1) * slope;
    const nextSquare = beta2 * square[i]! + (1 - beta2) * slope * slope;
    mean[i] = nextMean;
    square[i] = nextSquare;
    const value = decays === undefined || decays[i] === 1 ? kept * parameters[i]! : parameters[i]!;
    parameters[i] = value - stepSize * nextMean / (Math.sqrt(nextSquare) * squareScale + epsilon);
  }
}
