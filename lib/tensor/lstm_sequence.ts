import { type LstmOptions, lstmReference } from "./lstm_reference.ts";
import { LSTM_KERNEL } from "./lstm_kernels.ts";
import { tf } from "./tfjs.ts";

export type { LstmOptions };

/**
 * An LSTM over sequences as one operation with a hand-written gradient (backpropagation through time).
 *
 * Conventions of tfjs: gates in the order input, forget, cell, output; the state starts at zero. On a
 * backend without the fused kernel it is composed of plain operations, with the same results to rounding.
 *
 * @param x `[batch, steps, inputs]`
 * @param kernel `[inputs, 4 · units]`
 * @param recurrentKernel `[units, 4 · units]`
 * @param bias `[4 · units]`
 * @returns `[batch, units]`, or `[batch, steps, units]` when it returns the sequence
 * @throws {RangeError} when the shapes do not fit together
 * @example
 * ```ts
 * import { openTensorflow, tf } from "./tensorflow.ts";
 * import { lstmSequence } from "./lstm_sequence.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * await openTensorflow({ threads: 1 });
 * const shape = tf.tidy(() =>
 *   lstmSequence(
 *     tf.ones([2, 5, 3]),
 *     tf.ones([3, 16]),
 *     tf.ones([4, 16]),
 *     tf.zeros([16]),
 *     { recurrentActivation: "sigmoid", returnsSequence: false },
 *   ).shape
 * );
 * assertEquals(shape, [2, 4]);
 * ```
 */
export function lstmSequence(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  options: LstmOptions,
): tf.Tensor {
  requireShapes(x, kernel, recurrentKernel, bias);
  if (tf.getKernel(LSTM_KERNEL, tf.getBackend()) === undefined) {
    return lstmReference(x, kernel, recurrentKernel, bias, options);
  }
  return tf.engine().runKernel(
    LSTM_KERNEL,
    { x, kernel, recurrentKernel, bias } as unknown as tf.NamedTensorMap,
    {
      isHard: options.recurrentActivation === "hard-sigmoid" ? 1 : 0,
      isSequence: options.returnsSequence ? 1 : 0,
    } as unknown as tf.NamedAttrMap,
  ) as tf.Tensor;
}

function requireShapes(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
): void {
  const inputs = x.shape[2], units = recurrentKernel.shape[0];
  const isRight = x.rank === 3 && kernel.shape[0] === inputs && kernel.shape[1] === 4 * units &&
    recurrentKernel.shape[1] === 4 * units && bias.shape[0] === 4 * units;
  if (!isRight || tf.util.sizeFromShape(x.shape) === 0) {
    throw new RangeError(
      `Cannot run an LSTM as x [batch, steps, inputs], kernel [inputs, 4 units], recurrent kernel ` +
        `[units, 4 units] and bias [4 units] must fit: current value is [${x.shape}], ` +
        `[${kernel.shape}], [${recurrentKernel.shape}] and [${bias.shape}]`,
    );
  }
}
