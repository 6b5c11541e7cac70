import { openTensorflow, tf } from "../../tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { initializeWeights, layersOf, weightCount } from "./architecture.ts";
import { lossAndGradient, summedLoss } from "./loss.ts";
import { referenceNetwork } from "../../../tests/fixtures/network_reference.ts";

await openTensorflow();

const COLUMNS = 3, WINDOW = 5, CLASSES = 3, ROWS = 12;
const shape = { columns: COLUMNS, classCount: CLASSES };
const random = createRandom(11);
const values = Float32Array.from({ length: ROWS * COLUMNS }, () => random.normal());
const rows = Int32Array.from({ length: ROWS - WINDOW + 1 }, (_, i) => i + WINDOW - 1);
const learning = {
  ...{ values, columns: COLUMNS, window: WINDOW, classCount: CLASSES, rows },
  classes: Int8Array.from(rows, () => random.integer(CLASSES)),
  weights: Float64Array.from(rows, () => 0.5 + random.uniform()),
};
const batch = { rows: learning, positions: Int32Array.of(7, 0, 3, 4, 1) };

const ARCHITECTURES = [
  { units: [4], inputNormalization: false },
  { units: [4], inputNormalization: true },
  { units: [4, 3], inputNormalization: true },
];

function randomWeights(architecture: typeof ARCHITECTURES[number]): Float32Array {
  const count = weightCount(architecture, shape);
  return Float32Array.from({ length: count }, () => 0.5 * random.normal());
}

/** Mean weighted cross-entropy of the batch in float64, straight from the formulas. */
function referenceLoss(architecture: typeof ARCHITECTURES[number], weights: Float32Array): number {
  const members = [layersOf(architecture, shape, weights)];
  const network = {
    kind: "lstm",
    features: COLUMNS,
    classes: CLASSES,
    window: WINDOW,
    members,
  } as const;
  const losses = Array.from(batch.positions, (position) => {
    const end = rows[position]! + 1;
    const window = Array.from({ length: WINDOW }, (_, step) => {
      const row = end - WINDOW + step;
      return [...values.subarray(row * COLUMNS, (row + 1) * COLUMNS)];
    });
    const own = referenceNetwork(network, window)[learning.classes[position]!]!;
    return -learning.weights[position]! * Math.log(own);
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

Deno.test("lossAndGradient() agrees with finite differences in every weight of the whole model", async () => {
  for (const architecture of ARCHITECTURES) {
    const weights = randomWeights(architecture);
    const layers = layersOf(architecture, shape, weights);
    const { loss, gradient } = await lossAndGradient(layers, batch, 0, random);
    assertClose(loss, referenceLoss(architecture, weights), 1e-5);
    assertEquals(gradient.length, weights.length);
    weights.forEach((weight, i) => {
      // The step as float32 holds it.
      const above = Math.fround(weight + 1e-3), below = Math.fround(weight - 1e-3);
      const slope = (referenceLoss(architecture, weights.with(i, above)) -
        referenceLoss(architecture, weights.with(i, below))) / (above - below);
      assertClose(gradient[i]!, slope, 1e-5 + 1e-3 * Math.abs(slope));
    });
  }
});

Deno.test("summedLoss() is what lossAndGradient() is the mean of", async () => {
  const layers = layersOf(ARCHITECTURES[1]!, shape, randomWeights(ARCHITECTURES[1]!));
  const { loss } = await lossAndGradient(layers, batch, 0, random);
  assertClose(await summedLoss(layers, batch), loss * batch.positions.length, 1e-5);
});

Deno.test("lossAndGradient() leaves out the share of outputs that dropout says", async () => {
  const architecture = { units: [6, 40], inputNormalization: false };
  const weights = new Float32Array(weightCount(architecture, shape));
  const layers = layersOf(architecture, shape, weights);
  initializeWeights(layers, 1);
  // No gradient reaches the last layer's weights from an output that is left out in every row.
  const one = { rows: learning, positions: Int32Array.of(2) };
  let left = 0;
  for (let draw = 0; draw < 30; draw++) {
    const { gradient } = await lossAndGradient(layers, one, 0.3, random);
    const last = gradient.subarray(-43, -3);
    // The gradient of the dense kernel lies in front of its bias.
    const kernel = gradient.subarray(gradient.length - 3 - 120, gradient.length - 3);
    assert(last.length === 40);
    for (let unit = 0; unit < 40; unit++) if (kernel[3 * unit] === 0) left++;
  }
  assertClose(left / 1_200, 0.3, 3 * Math.sqrt(0.3 * 0.7 / 1_200));
});

Deno.test("a step leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  const layers = layersOf(ARCHITECTURES[2]!, shape, randomWeights(ARCHITECTURES[2]!));
  await lossAndGradient(layers, batch, 0.5, random);
  await summedLoss(layers, batch);
  assertEquals(tf.memory().numTensors, before);
});
