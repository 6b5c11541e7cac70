import { tf } from "./tfjs.ts";

/**
 * Sum over rows of target times minus log softmax, as one operation with its own gradient: what
 * tfjs makes of it is a dozen. On a graphics card, whose numbers cannot be read in between, it is
 * that dozen.
 *
 * @param logits `[rows, classes]`
 * @param targets row-major `[rows, classes]`: a row's weight in the column of its class
 * @throws {RangeError} when there are not as many targets as logits
 * @example
 * ```ts
 * import { softmaxCrossEntropy } from "./cross_entropy.ts";
 * import { openTensorflow, tf } from "./tensorflow.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * await openTensorflow();
 * const loss = tf.tidy(() =>
 *   softmaxCrossEntropy(tf.zeros([2, 4]), Float32Array.of(1, 0, 0, 0, 0, 0, 1, 0)).dataSync()
 * );
 * assertClose(loss[0]!, 2 * Math.log(4), 1e-6);
 * ```
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, targets: Float32Array): tf.Scalar {
  if (targets.length !== logits.size) {
    throw new RangeError(
      `Cannot compare as there is one target for each logit: current value is ${targets.length} ` +
        `for ${logits.size}`,
    );
  }
  if (tf.getBackend() === "webgpu") {
    const expected = tf.tensor2d(targets, logits.shape);
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), expected)));
  }
  const fused = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [z, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    const { loss, gradient } = lossAndGradient(z.dataSync<"float32">(), targets, z.shape[1]);
    save([tf.tensor2d(gradient, z.shape)]);
    return {
      value: tf.scalar(loss),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved!),
    };
  });
  return fused(logits) as tf.Scalar;
}

/** The gradient of a row is softmax times the row's weight, less its targets. */
function lossAndGradient(logits: Float32Array, targets: Float32Array, classes: number) {
  const gradient = new Float32Array(logits.length);
  let loss = 0;
  for (let begin = 0; begin < logits.length; begin += classes) {
    let largest = -Infinity, weight = 0, expected = 0, total = 0;
    for (let i = begin; i < begin + classes; i++) {
      largest = Math.max(largest, logits[i]!);
      weight += targets[i]!;
      expected += targets[i]! * logits[i]!;
    }
    for (let i = begin; i < begin + classes; i++) {
      const power = Math.exp(logits[i]! - largest);
      gradient[i] = power;
      total += power;
    }
    loss += weight * (largest + Math.log(total)) - expected;
    const share = weight / total;
    for (let i = begin; i < begin + classes; i++) {
      gradient[i] = gradient[i]! * share - targets[i]!;
    }
  }
  return { loss, gradient };
}
