import * as tf from "@tensorflow/tfjs";
import { openFirstWasmSession } from "../../../tests/fixtures/first_wasm_session.ts";
import stored from "../../../tests/fixtures/torch_network.json" with { type: "json" };
import { normals, randomDense, randomLstm } from "../../../tests/fixtures/random_models.ts";
import type { LstmLayer, Network, NetworkLayer } from "./network_model.ts";
import { assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { exportClassifier } from "../export_classifier.ts";
import { createSession, type OnnxEngine } from "../../onnx/session.ts";

const ENGINES: readonly OnnxEngine[] = ["native", "wasm"];
const TOLERANCE = 1e-6;
/** tfjs with its portable kernels adds in another order. */
const TFJS_TOLERANCE = 1e-5;

await openFirstWasmSession();

/** Layer normalisation, two LSTMs and softmax with PyTorch's weights; made by torch_network.py. */
const torchNetwork: Network = {
  kind: "lstm",
  features: stored.features,
  classes: stored.classes,
  window: stored.window,
  members: [[
    {
      kind: "layer-normalization",
      gain: Float32Array.from(stored.gain),
      offset: Float32Array.from(stored.offset),
      epsilon: stored.epsilon,
    },
    ...stored.lstm.map((weights, l): NetworkLayer => ({
      kind: "lstm",
      units: stored.units,
      kernel: Float32Array.from(weights.kernel),
      recurrentKernel: Float32Array.from(weights.recurrentKernel),
      bias: Float32Array.from(weights.bias),
      recurrentActivation: "sigmoid",
      returnsSequence: l + 1 < stored.lstm.length,
    })),
    {
      kind: "dense",
      weights: Float32Array.from(stored.head.weights),
      bias: Float32Array.from(stored.head.bias),
      activation: "softmax",
    },
  ]],
};

function exportAlone(model: Network): Uint8Array {
  return exportClassifier({
    model,
    scaler: null,
    calibration: { method: "none" },
    metadata: {},
  });
}

for (const engine of ENGINES) {
  Deno.test(`exportClassifier() gives what PyTorch gives with its LSTM weights on ${engine}`, async () => {
    const session = await createSession(exportAlone(torchNetwork), {
      engine,
      window: stored.window,
    });
    const rows = stored.steps.length / stored.features - stored.window + 1;
    const actual = await session.run(Float32Array.from(stored.steps), rows);
    await session.dispose();
    assertEquals(actual.length, stored.probabilities.length);
    actual.forEach((p, i) => assertClose(p, stored.probabilities[i]!, TOLERANCE));
  });
}

const FEATURES = 6, UNITS = 8, CLASSES = 3, WINDOW = 12, ROWS = 1_000;

/** What tf.layers.lstm and tf.layers.dense give with these weights, window after window. */
async function tfjsProbabilities(
  lstm: LstmLayer,
  head: Extract<NetworkLayer, { kind: "dense" }>,
  steps: Float32Array,
): Promise<Float32Array> {
  await tf.setBackend("cpu");
  await tf.ready();
  return tf.tidy(() => {
    const model = tf.sequential({
      layers: [
        tf.layers.lstm({
          units: UNITS,
          inputShape: [WINDOW, FEATURES],
          recurrentActivation: lstm.recurrentActivation === "sigmoid" ? "sigmoid" : "hardSigmoid",
        }),
        tf.layers.dense({ units: CLASSES, activation: "softmax" }),
      ],
    });
    model.setWeights([
      tf.tensor2d(lstm.kernel, [FEATURES, 4 * UNITS]),
      tf.tensor2d(lstm.recurrentKernel, [UNITS, 4 * UNITS]),
      tf.tensor1d(lstm.bias),
      tf.tensor2d(head.weights, [UNITS, CLASSES]),
      tf.tensor1d(head.bias),
    ]);
    const windows = new Float32Array(ROWS * WINDOW * FEATURES);
    for (let row = 0; row < ROWS; row++) {
      const read = steps.subarray(row * FEATURES, (row + WINDOW) * FEATURES);
      windows.set(read, row * WINDOW * FEATURES);
    }
    const output = model.predict(tf.tensor3d(windows, [ROWS, WINDOW, FEATURES])) as tf.Tensor;
    const probabilities = output.dataSync() as Float32Array;
    model.dispose();
    return probabilities;
  });
}

for (const recurrentActivation of ["sigmoid", "hard-sigmoid"] as const) {
  Deno.test(`exportClassifier() gives what tf.layers.lstm gives with ${recurrentActivation} gates`, async () => {
    const random = createRandom(31);
    const lstm = randomLstm(random, [FEATURES, UNITS], {
      recurrentActivation,
      returnsSequence: false,
    });
    const head = randomDense(random, [UNITS, CLASSES], "softmax");
    const steps = normals(random, (ROWS + WINDOW - 1) * FEATURES);
    const expected = await tfjsProbabilities(lstm, head, steps);
    const onnx = exportAlone({
      kind: "lstm",
      features: FEATURES,
      classes: CLASSES,
      window: WINDOW,
      members: [[lstm, head]],
    });
    for (const engine of ENGINES) {
      const session = await createSession(onnx, { engine, window: WINDOW });
      for (const batch of [1, 256]) {
        for (let from = 0; from < ROWS; from += batch) {
          const rows = Math.min(batch, ROWS - from);
          const read = steps.slice(from * FEATURES, (from + rows + WINDOW - 1) * FEATURES);
          const actual = await session.run(read, rows);
          actual.forEach((p, i) => assertClose(p, expected[from * CLASSES + i]!, TFJS_TOLERANCE));
        }
      }
      await session.dispose();
    }
  });
}
