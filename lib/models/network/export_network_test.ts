import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import {
  referenceForestRow,
  type ReferenceModel,
  type ReferenceParts,
  referencePaths,
  referenceProbabilities,
} from "../../../tests/fixtures/classifier_reference.ts";
import { openFirstWasmSession } from "../../../tests/fixtures/first_wasm_session.ts";
import {
  normals,
  randomDense,
  randomLstm,
  randomNormalization,
} from "../../../tests/fixtures/random_models.ts";
import { SAMPLE_NETWORKS } from "../../../tests/fixtures/sample_networks.ts";
import { ACTIVATIONS, type Network, type NetworkLayer } from "./network_model.ts";
import { modelWindow } from "../classifier.ts";
import { assert } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { exportClassifier } from "../export_classifier.ts";
import { createSession, type OnnxEngine } from "../../onnx/session.ts";

const ENGINES: readonly OnnxEngine[] = ["native", "wasm"];
const ROWS = [1, 256, 1_000];
const TOLERANCE = 1e-6;
/** How near a threshold the log probabilities of two float32 implementations may part. */
const THRESHOLD_MARGIN = 1e-5;
const MOST_UNDECIDED = 0.01;

await openFirstWasmSession();

for (const [name, parts] of SAMPLE_NETWORKS) {
  Deno.test(`exportClassifier() keeps the arithmetic on both engines: ${name}`, async () => {
    const { features } = parts.model;
    const most = ROWS.at(-1)! + modelWindow(parts.model) - 1;
    const values = normals(createRandom(5), most * features);
    const expected = referenceRows(parts, values);
    for (const engine of ENGINES) {
      for (const rows of ROWS) {
        const actual = await runOnce(parts, { engine, rows, values });
        assertRowsClose(actual, expected.slice(0, rows));
      }
    }
  });
}

Deno.test("exportClassifier() keeps the arithmetic of LSTMs of any shape on both engines", async () => {
  const shape = fc.record({
    seed: fc.nat(),
    features: fc.integer({ min: 1, max: 7 }),
    units: fc.integer({ min: 1, max: 9 }),
    classes: fc.integer({ min: 2, max: 4 }),
    window: fc.integer({ min: 1, max: 9 }),
    gates: fc.constantFrom("sigmoid" as const, "hard-sigmoid" as const),
    isStacked: fc.boolean(),
    isNormalized: fc.boolean(),
    members: fc.integer({ min: 1, max: 2 }),
  });
  await assertKept(shape, (drawn) => {
    const random = createRandom(drawn.seed);
    const { features, units, gates } = drawn;
    const lstm = (inputs: number, returnsSequence: boolean): NetworkLayer =>
      randomLstm(random, [inputs, units], { recurrentActivation: gates, returnsSequence });
    return Array.from({ length: drawn.members }, () => [
      ...(drawn.isNormalized ? [randomNormalization(random, features)] : []),
      ...(drawn.isStacked ? [lstm(features, true), lstm(units, false)] : [lstm(features, false)]),
      randomDense(random, [units, drawn.classes], "softmax"),
    ]);
  });
});

Deno.test("exportClassifier() keeps the arithmetic of dense networks of any shape on both engines", async () => {
  const shape = fc.record({
    seed: fc.nat(),
    features: fc.integer({ min: 1, max: 7 }),
    classes: fc.integer({ min: 2, max: 4 }),
    window: fc.integer({ min: 1, max: 5 }),
    hidden: fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 12 }),
        activation: fc.constantFrom(...ACTIVATIONS),
      }),
      { maxLength: 3 },
    ),
    isNormalized: fc.boolean(),
  });
  await assertKept(shape, (drawn) => {
    const random = createRandom(drawn.seed);
    const layers: NetworkLayer[] = [];
    if (drawn.isNormalized) layers.push(randomNormalization(random, drawn.features));
    let inputs = drawn.features * drawn.window;
    for (const { width, activation } of drawn.hidden) {
      layers.push(randomDense(random, [inputs, width], activation));
      if (drawn.isNormalized) layers.push(randomNormalization(random, width));
      inputs = width;
    }
    return [[...layers, randomDense(random, [inputs, drawn.classes], "softmax")]];
  });
});

/** Exports networks of drawn shapes and compares a few rows with the reference. */
async function assertKept<Shape extends Pick<Network, "features" | "classes" | "window">>(
  shapes: fc.Arbitrary<Shape & { readonly seed: number }>,
  draw: (shape: Shape & { readonly seed: number }) => Network["members"],
): Promise<void> {
  const rowCounts = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(shapes, rowCounts, async (shape, rows) => {
      const { features, classes, window } = shape;
      const members = draw(shape);
      const model: Network = { kind: "lstm", features, classes, window, members };
      const parts: ReferenceParts = { model, scaler: null, calibration: { method: "none" } };
      const values = normals(createRandom(shape.seed + 1), (rows + window - 1) * features);
      const expected = referenceRows(parts, values);
      for (const engine of ENGINES) {
        assertRowsClose(await runOnce(parts, { engine, rows, values }), expected);
      }
    }),
    { numRuns: 40 },
  );
}

async function runOnce(
  parts: ReferenceParts,
  { engine, rows, values }: {
    readonly engine: OnnxEngine;
    readonly rows: number;
    readonly values: Float32Array;
  },
): Promise<number[][]> {
  const { model } = parts;
  const window = modelWindow(model);
  const session = await createSession(exportClassifier({ ...parts, metadata: {} }), {
    engine,
    window,
  });
  const result = await session.run(values.subarray(0, (rows + window - 1) * model.features), rows);
  await session.dispose();
  return Array.from(
    { length: rows },
    (_, row) => [...result.subarray(row * model.classes, (row + 1) * model.classes)],
  );
}

/** What each row must be; null where float32 may decide a split of the forest either way. */
function referenceRows(parts: ReferenceParts, values: Float32Array): (number[] | null)[] {
  const { model } = parts;
  const window = modelWindow(model);
  const rows = values.length / model.features - window + 1;
  return Array.from({ length: rows }, (_, row) => {
    const read = values.subarray(row * model.features, (row + window) * model.features);
    return isUndecided(model, read) ? null : referenceProbabilities(parts, read);
  });
}

/** Whether a log probability lies so near a threshold that the last bits of float32 decide. */
function isUndecided(model: ReferenceModel, window: Float32Array): boolean {
  if (model.kind !== "hybrid") return false;
  const { forest, features } = model;
  const x = referenceForestRow(model, window);
  return referencePaths(forest, x).splits.some((node) => {
    const column = forest.feature[node]!;
    return column >= features && Math.abs(x[column]! - forest.threshold[node]!) < THRESHOLD_MARGIN;
  });
}

function assertRowsClose(
  actual: readonly number[][],
  expected: readonly (readonly number[] | null)[],
): void {
  const decided = actual.filter((_, row) => expected[row] !== null);
  assert(decided.length >= (1 - MOST_UNDECIDED) * actual.length);
  const furthest = Math.max(...decided.flatMap((p) => {
    const q = expected[actual.indexOf(p)]!;
    return p.map((value, k) => Math.abs(value - q[k]!));
  }));
  // Written so that NaN fails too.
  assert(furthest <= TOLERANCE, `the furthest probability is ${furthest} away`);
}

const random = createRandom(23);
const lstm = randomLstm(random, [4, 5], {
  recurrentActivation: "sigmoid",
  returnsSequence: false,
});
const classes = randomDense(random, [5, 3], "softmax");
const sound: Network = {
  kind: "lstm",
  features: 4,
  classes: 3,
  window: 6,
  members: [[lstm, classes]],
};

Deno.test("exportClassifier() names the layer of a network that does not fit", () => {
  const short = new Float32Array(7);
  const member = (...layers: NetworkLayer[]): Network => ({ ...sound, members: [layers] });
  const cases: readonly (readonly [Network, RegExp])[] = [
    [
      member({ ...lstm, kernel: short }, classes),
      /layer 1 of member 1 .*kernel must fill \[4, 20\]/,
    ],
    [
      member({ ...lstm, recurrentKernel: short }, classes),
      /layer 1 of member 1 .*recurrent LSTM kernel must fill \[5, 20\]: .* 7 numbers/,
    ],
    [member({ ...lstm, bias: short }, classes), /layer 1 of member 1 .*LSTM bias must fill \[20\]/],
    [
      member(lstm, { ...classes, weights: short }),
      /layer 2 of member 1 .*dense weights must fill \[5, 3\]/,
    ],
    [
      member(randomNormalization(random, 3), lstm, classes),
      /layer 1 of member 1 .*gain must fill \[4\]: .* 3 numbers/,
    ],
    [member(lstm, lstm, classes), /layer 2 of member 1 .*an earlier LSTM has to return/],
    [
      member({ ...lstm, returnsSequence: true }, classes),
      /member 1 .*must give its last state, not its sequence: current value is \[6, rows, 3\]/,
    ],
    [member(lstm), /member 1 .*last layer must be dense with softmax: current value is lstm/],
    [
      member(lstm, { ...classes, activation: "linear" }),
      /must be dense with softmax: current value is dense with linear/,
    ],
    [member(lstm, randomDense(random, [5, 4], "softmax")), /member 1 .*give 3 classes/],
    [
      { ...sound, members: [[lstm, classes], [lstm, { ...classes, weights: short }]] },
      /layer 2 of member 2/,
    ],
    [{ ...sound, members: [] }, /needs a member/],
    [{ ...sound, window: 0 }, /window must be a whole number from 1: current value is 0/],
  ];
  for (const [model, message] of cases) {
    assertThrows(
      () =>
        exportClassifier({ model, scaler: null, calibration: { method: "none" }, metadata: {} }),
      (error) => error instanceof RangeError && message.test(error.message),
      `${message}`,
    );
  }
});

Deno.test("exportClassifier() refuses a hybrid whose parts do not fit", () => {
  const [, parts] = SAMPLE_NETWORKS.find(([, { model }]) => model.kind === "hybrid")!;
  const { model } = parts;
  assert(model.kind === "hybrid");
  const { networkScaler, forest } = model;
  const refused: readonly ReferenceParts[] = [
    { ...parts, scaler: networkScaler },
    { ...parts, model: { ...model, features: 5 } },
    { ...parts, model: { ...model, forest: { ...forest, features: 6 } } },
    {
      ...parts,
      model: { ...model, networkScaler: { ...networkScaler, center: new Float32Array(5) } },
    },
  ];
  for (const bad of refused) {
    assertThrows(() => exportClassifier({ ...bad, metadata: {} }), RangeError);
  }
});
