import { assert, assertClose } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { softmaxCrossEntropy } from "./cross_entropy.ts";
import { openTensorflow, tf } from "./tensorflow.ts";

await openTensorflow();

Deno.test("softmaxCrossEntropy() and its gradient are those of tfjs's own operations", () => {
  const random = createRandom(1);
  for (const [rows, classes, size] of [[1, 2, 1], [7, 3, 5], [64, 3, 80], [300, 5, 1]] as const) {
    const before = tf.memory().numTensors;
    const logits = Float32Array.from({ length: rows * classes }, () => size * random.normal());
    const targets = new Float32Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      targets[row * classes + random.integer(classes)] = 2 * random.uniform();
    }
    const valueAndGradient = (loss: (z: tf.Tensor2D) => tf.Scalar) =>
      tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad((z) => loss(z as tf.Tensor2D))(
          tf.tensor2d(logits, [rows, classes]),
        );
        return [value.dataSync()[0]!, ...grad.dataSync()];
      });
    const actual = valueAndGradient((z) => softmaxCrossEntropy(z, targets));
    const expected = valueAndGradient((z) =>
      tf.neg(tf.sum(tf.mul(tf.logSoftmax(z), tf.tensor2d(targets, [rows, classes]))))
    );
    actual.forEach((value, i) => assertClose(value, expected[i]!, 1e-5 * (1 + Math.abs(value))));
    assert(tf.memory().numTensors === before, "a tensor was left behind");
  }
});

Deno.test("softmaxCrossEntropy() passes what is no number on, and refuses a wrong number of targets", () => {
  const loss = tf.tidy(() =>
    softmaxCrossEntropy(tf.tensor2d([NaN, 0], [1, 2]), Float32Array.of(1, 0)).dataSync()[0]!
  );
  assert(Number.isNaN(loss));
  let message = "";
  try {
    tf.tidy(() => softmaxCrossEntropy(tf.zeros([1, 2]), Float32Array.of(1)));
  } catch (error) {
    message = (error as Error).message;
  }
  assert(/current value is 1 for 2$/.test(message), message);
});
