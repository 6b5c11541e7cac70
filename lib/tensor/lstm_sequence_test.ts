import fc from "fast-check";
import { throws as assertThrows } from "node:assert/strict";
import { assert, assertEquals } from "../../tests/assert.ts";
import { lstmLayer } from "./lstm_layer.ts";
import { lstmReference } from "./lstm_reference.ts";
import { type LstmOptions, lstmSequence } from "./lstm_sequence.ts";
import { kernelBytesInUse, openTensorflow, tf } from "./tensorflow.ts";

await openTensorflow();

const setting = fc.record({
  batch: fc.integer({ min: 1, max: 9 }),
  steps: fc.integer({ min: 2, max: 7 }),
  inputs: fc.integer({ min: 1, max: 11 }),
  units: fc.integer({ min: 1, max: 13 }),
  isHard: fc.boolean(),
  returnsSequence: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1_000 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer Value> ? Value : never;

type Lstm = typeof lstmSequence;
type Arguments = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];

function randomArguments({ batch, steps, inputs, units, seed }: Setting): Arguments {
  const normal = (shape: number[], deviation: number, offset: number) =>
    tf.randomNormal(shape, 0, deviation, "float32", seed + offset);
  return [
    normal([batch, steps, inputs], 1, 1),
    normal([inputs, 4 * units], 1, 2),
    normal([units, 4 * units], 0.5, 3),
    normal([4 * units], 1, 4),
  ] as Arguments;
}

function optionsOf({ isHard, returnsSequence }: Setting): LstmOptions {
  return { recurrentActivation: isHard ? "hard-sigmoid" : "sigmoid", returnsSequence };
}

/** Output and the gradients of a random weighting of it in all four arguments. */
function valueAndGradients(
  run: (...values: Arguments) => tf.Tensor,
  setting: Setting,
): Float32Array[] {
  return tf.tidy(() => {
    const values = randomArguments(setting);
    const output = run(...values);
    const weights = tf.randomNormal(output.shape, 0, 1, "float32", setting.seed + 5);
    const gradients = tf.grads((...tensors) =>
      tf.sum(tf.mul(run(...tensors as unknown as Arguments), weights))
    )(values);
    return [output, ...gradients].map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

function assertAgree(actual: Float32Array[], expected: Float32Array[], tolerance: number): void {
  actual.forEach((values, index) => {
    const largest = expected[index]!.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    values.forEach((value, at) => {
      const difference = Math.abs(value - expected[index]![at]!) / largest;
      assert(difference <= tolerance, `tensor ${index}, number ${at} differs by ${difference}`);
    });
  });
}

Deno.test("lstmSequence() and its gradients agree with tf.layers.lstm on random shapes", () => {
  fc.assert(
    fc.property(setting, (setting) => {
      const { units, isHard, returnsSequence } = setting;
      const stock = tf.layers.lstm({
        units,
        recurrentActivation: isHard ? "hardSigmoid" : "sigmoid",
        returnSequences: returnsSequence,
      });
      tf.tidy(() => void stock.apply(tf.zeros([1, 2, setting.inputs])));
      const { cell } = stock as unknown as { cell: Record<string, unknown> };
      const byStock = (...[x, kernel, recurrentKernel, bias]: Arguments): tf.Tensor => {
        // The arguments stand in for the layer's own weights, so that gradients reach them.
        Object.assign(cell, {
          kernel: { read: () => kernel },
          recurrentKernel: { read: () => recurrentKernel },
          bias: { read: () => bias },
        });
        return stock.call(x, {}) as tf.Tensor;
      };
      const fused = (...values: Arguments) => lstmSequence(...values, optionsOf(setting));
      assertAgree(valueAndGradients(fused, setting), valueAndGradients(byStock, setting), 1e-4);
    }),
    { numRuns: 25 },
  );
});

Deno.test("lstmSequence() agrees with the composed reference, single steps included", () => {
  fc.assert(
    fc.property(setting, fc.integer({ min: 1, max: 4 }), (setting, steps) => {
      const short = { ...setting, steps };
      const by = (run: Lstm) => (...values: Arguments) => run(...values, optionsOf(short));
      assertAgree(
        valueAndGradients(by(lstmSequence), short),
        valueAndGradients(by(lstmReference), short),
        1e-5,
      );
    }),
    { numRuns: 25 },
  );
});

Deno.test("a second gradient of one output does not read what the first overwrote", () => {
  const setting = {
    ...{ batch: 3, steps: 4, inputs: 2, units: 5, seed: 9 },
    isHard: false,
    returnsSequence: false,
  };
  tf.tidy(() => {
    const values = randomArguments(setting);
    const loss = (...tensors: tf.Tensor[]) =>
      tf.sum<tf.Scalar>(tf.square(lstmSequence(...tensors as Arguments, optionsOf(setting))));
    const once = tf.grads(loss)(values);
    const twice = tf.grads((...tensors) => tf.valueAndGrads(loss)(tensors).value)(values);
    assertEquals(
      twice.map((tensor) => tensor.dataSync()),
      once.map((tensor) => tensor.dataSync()),
    );
  });
});

Deno.test("lstmLayer() and tf.layers.lstm take over each other's weights", () => {
  tf.tidy(() => {
    const x = tf.randomNormal([3, 6, 4], 0, 1, "float32", 1);
    for (const recurrentActivation of ["sigmoid", "hard-sigmoid"] as const) {
      const fused = lstmLayer({ units: 5, recurrentActivation, returnSequences: true, seed: 3 });
      const stock = tf.layers.lstm({
        units: 5,
        recurrentActivation: recurrentActivation === "sigmoid" ? "sigmoid" : "hardSigmoid",
        returnSequences: true,
      });
      stock.apply(x);
      const expected = fused.apply(x) as tf.Tensor;
      assertEquals(
        fused.getWeights().map(({ shape }) => shape),
        stock.getWeights().map(({ shape }) => shape),
      );
      stock.setWeights(fused.getWeights());
      const actual = stock.apply(x) as tf.Tensor;
      assertAgree([actual.dataSync<"float32">()], [expected.dataSync<"float32">()], 1e-5);
      fused.dispose();
      stock.dispose();
    }
  });
});

Deno.test("lstmSequence() leaves no tensor and no block behind", () => {
  const before = [tf.memory().numTensors, kernelBytesInUse()];
  const setting = {
    ...{ batch: 8, steps: 5, inputs: 3, units: 4, seed: 2 },
    isHard: true,
    returnsSequence: true,
  };
  for (let turn = 0; turn < 3; turn++) {
    valueAndGradients((...values) => lstmSequence(...values, optionsOf(setting)), setting);
  }
  assertEquals([tf.memory().numTensors, kernelBytesInUse()], before);
});

Deno.test("lstmSequence() says which shapes do not fit", () => {
  assertThrows(
    () =>
      tf.tidy(() =>
        lstmSequence(tf.ones([1, 2, 3]), tf.ones([4, 8]), tf.ones([2, 8]), tf.ones([8]), {
          recurrentActivation: "sigmoid",
          returnsSequence: false,
        })
      ),
    {
      name: "RangeError",
      message: /must fit: current value is \[1,2,3\], \[4,8\], \[2,8\] and \[8\]$/,
    },
  );
});
