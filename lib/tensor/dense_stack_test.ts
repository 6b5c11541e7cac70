import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { denseStack, type StackActivation, type StackLayer } from "./dense_stack.ts";
import { kernelBytesInUse, openTensorflow, tf } from "./tensorflow.ts";

await openTensorflow();

const ACTIVATIONS: readonly StackActivation[] = ["linear", "relu", "tanh", "sigmoid"];

const setting = fc.record({
  rows: fc.integer({ min: 1, max: 120 }),
  widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 4 }),
  activation: fc.constantFrom(...ACTIVATIONS),
  seed: fc.integer({ min: 1, max: 1_000 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer Value> ? Value : never;

/** Output and all gradients of the sum of squares of the output. */
function run({ rows, widths, activation, seed }: Setting): Float32Array[] {
  return tf.tidy(() => {
    const normal = (shape: number[], offset: number) =>
      tf.randomNormal(shape, 0, 0.5, "float32", seed + offset);
    const tensors = [
      normal([rows, widths[0]!], 0),
      ...widths.slice(1).flatMap((width, index) => [
        normal([widths[index]!, width], 2 * index + 1),
        normal([width], 2 * index + 2),
      ]),
    ];
    const stack = ([x, ...parameters]: tf.Tensor[]) =>
      denseStack(
        x as tf.Tensor2D,
        widths.slice(1).map((_, index): StackLayer => ({
          weights: parameters[2 * index] as tf.Tensor2D,
          bias: parameters[2 * index + 1] as tf.Tensor1D,
          activation: index === widths.length - 2 ? "linear" : activation,
        })),
      );
    const gradients = tf.grads((...values) => tf.sum(tf.square(stack(values))))(tensors);
    return [stack(tensors), ...gradients].map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

Deno.test("denseStack() and its gradients agree with plain operations on the cpu backend", async () => {
  const settings = fc.sample(setting, 20);
  const fused = settings.map(run);
  await openTensorflow({ backend: "cpu" });
  const plain = settings.map(run);
  await openTensorflow({ backend: "wasm" });
  fused.forEach((tensors, index) =>
    tensors.forEach((values, which) => {
      const expected = plain[index]![which]!;
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      values.forEach((value, at) => {
        const difference = Math.abs(value - expected[at]!) / largest;
        assert(
          difference <= 2e-5,
          `${JSON.stringify(settings[index])} tensor ${which}: ${difference}`,
        );
      });
    })
  );
});

Deno.test("denseStack() leaves no tensor and no block behind", () => {
  const before = [tf.memory().numTensors, kernelBytesInUse()];
  run({ rows: 50, widths: [4, 8, 3], activation: "relu", seed: 1 });
  assertEquals([tf.memory().numTensors, kernelBytesInUse()], before);
});

Deno.test("tf.layers train on the replaced kernels as on the cpu backend", async () => {
  const losses = async (): Promise<number[]> => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 8,
          activation: "tanh",
          inputShape: [3],
          kernelInitializer: ones(),
        }),
        tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer: ones() }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: "categoricalCrossentropy" });
    const x = tf.randomNormal([64, 3], 0, 1, "float32", 5);
    const y = tf.oneHot(tf.cast(tf.greater(tf.slice(x, [0, 0], [64, 1]), 0), "int32"), 2);
    const target = tf.reshape(y, [64, 2]);
    const { history } = await model.fit(x, target, { epochs: 4, batchSize: 64, shuffle: false });
    model.dispose();
    tf.dispose([x, y, target]);
    return history["loss"] as number[];
  };
  const fast = await losses();
  await openTensorflow({ backend: "cpu" });
  const plain = await losses();
  await openTensorflow({ backend: "wasm" });
  fast.forEach((loss, epoch) => assert(Math.abs(loss - plain[epoch]!) < 1e-5, `${fast} ${plain}`));
  assert(fast.at(-1)! < fast[0]!);
});

function ones() {
  return tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 4 });
}
