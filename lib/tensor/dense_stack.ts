import { ACTIVATION_CODES } from "./activation_codes.ts";
import { DENSE_KERNEL } from "./dense_kernels.ts";
import { tf } from "./tfjs.ts";

/** Activations between dense layers. */
export type StackActivation = "linear" | "relu" | "tanh" | "sigmoid";

const ACTIVATIONS: Readonly<Record<StackActivation, (x: tf.Tensor) => tf.Tensor>> = {
  linear: (x) => x,
  relu: tf.relu,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
};

/** One dense layer: `activation(x · weights + bias)`. */
export interface StackLayer {
  /** `[inputs, outputs]` */
  readonly weights: tf.Tensor2D;
  /** `[outputs]` */
  readonly bias: tf.Tensor1D;
  /** Applied to the sums. */
  readonly activation: StackActivation;
}

/**
 * Dense layers one after the other as one operation with a hand-written gradient: what lies between them never
 * leaves the kernels' memory. On a backend without the fused kernel it is composed of plain operations,
 * with the same results to rounding.
 *
 * @param x `[rows, inputs]`
 * @returns `[rows, outputs]` of the last layer
 * @throws {RangeError} when a layer does not read what the one before gives
 * @example
 * ```ts
 * import { openTensorflow, tf } from "./tensorflow.ts";
 * import { denseStack } from "./dense_stack.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * await openTensorflow({ threads: 1 });
 * const y = tf.tidy(() =>
 *   denseStack(tf.ones([1, 2]), [
 *     { weights: tf.ones([2, 3]), bias: tf.ones([3]), activation: "relu" },
 *     { weights: tf.ones([3, 1]), bias: tf.zeros([1]), activation: "linear" },
 *   ]).dataSync()
 * );
 * assertEquals([...y], [9]);
 * ```
 */
export function denseStack(x: tf.Tensor2D, layers: readonly StackLayer[]): tf.Tensor2D {
  requireShapes(x, layers);
  if (tf.getKernel(DENSE_KERNEL, tf.getBackend()) === undefined) {
    return layers.reduce(
      (y, { weights, bias, activation }) =>
        ACTIVATIONS[activation](tf.add(tf.matMul(y, weights), bias)) as tf.Tensor2D,
      x,
    );
  }
  const inputs = [x, ...layers.flatMap(({ weights, bias }) => [weights, bias])];
  return tf.engine().runKernel(
    DENSE_KERNEL,
    inputs as unknown as tf.NamedTensorMap,
    {
      activations: layers.map(({ activation }) => ACTIVATION_CODES[activation]!),
    } as unknown as tf.NamedAttrMap,
  ) as tf.Tensor2D;
}

function requireShapes(x: tf.Tensor2D, layers: readonly StackLayer[]): void {
  let width = x.shape[1];
  for (const [index, { weights, bias }] of layers.entries()) {
    if (weights.shape[0] !== width || bias.shape[0] !== weights.shape[1]) {
      throw new RangeError(
        `Cannot run dense layer ${
          index + 1
        } as it must read ${width} columns and have one bias for each ` +
          `output: current value is weights [${weights.shape}], bias [${bias.shape}]`,
      );
    }
    width = weights.shape[1];
  }
}
