import { rejects as assertRejects } from "node:assert/strict";
import { CorruptArtifactError } from "../core/errors.ts";
import type { InferenceSession } from "./inference_session.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { normals, randomDense, randomLstm } from "../../tests/fixtures/random_models.ts";
import { createRandom } from "../core/random.ts";
import { exportClassifier } from "../models/export_classifier.ts";
import { GraphBuilder } from "./graph.ts";
import { availableEngine, createSession, type OnnxEngine } from "./session.ts";

const ENGINES: readonly OnnxEngine[] = ["native", "wasm"];
const FEATURES = 4;
const CLASSES = 3;
const WEIGHTS = Float32Array.from({ length: FEATURES * CLASSES }, (_, i) => Math.sin(i));

const MODEL = exportClassifier({
  model: {
    kind: "logistic",
    features: FEATURES,
    classes: CLASSES,
    weights: WEIGHTS,
    intercepts: new Float32Array(CLASSES),
  },
  scaler: null,
  calibration: { method: "none" },
  metadata: { name: "contract" },
});

// Loading the WebAssembly build leaves one message port open; here no test is charged with it.
await (await createSession(MODEL, { engine: "wasm" })).dispose();

function randomRows(rows: number): Float32Array {
  const random = createRandom(3);
  return Float32Array.from({ length: rows * FEATURES }, () => random.normal());
}

/** What every implementation of the InferenceSession port keeps; `open` loads MODEL. */
function inferenceSessionContract(name: string, open: () => Promise<InferenceSession>): void {
  const withSession = async (use: (session: InferenceSession) => Promise<void>) => {
    const session = await open();
    try {
      await use(session);
    } finally {
      await session.dispose();
    }
  };
  const test = (rule: string, use: (session: InferenceSession) => Promise<void>) =>
    Deno.test(`InferenceSession (${name}) ${rule}`, () => withSession(use));

  test("knows its widths", (session) => {
    assertEquals([session.features, session.outputs], [FEATURES, CLASSES]);
    return Promise.resolve();
  });
  test("gives one distribution a row", async (session) => {
    const result = await session.run(randomRows(256), 256);
    assertEquals(result.length, 256 * CLASSES);
    for (let row = 0; row < 256; row++) {
      const p = result.subarray(row * CLASSES, (row + 1) * CLASSES);
      assertClose(p.reduce((sum, value) => sum + value, 0), 1, 1e-6);
    }
  });
  test("gives a row the same result alone and in a batch", async (session) => {
    const values = randomRows(256);
    const batch = await session.run(values, 256);
    for (const row of [0, 1, 255]) {
      const alone = await session.run(values.subarray(row * FEATURES, (row + 1) * FEATURES), 1);
      assertEquals(alone, batch.slice(row * CLASSES, (row + 1) * CLASSES));
    }
  });
  test("gives nothing for no rows", async (session) => {
    assertEquals(await session.run(new Float32Array(), 0), new Float32Array());
  });
  test("refuses rows of the wrong width", async (session) => {
    await assertRejects(session.run(new Float32Array(FEATURES + 1), 1), RangeError);
    await assertRejects(session.run(new Float32Array(FEATURES), 2), RangeError);
  });
  test("keeps results apart from later calls and from its input", async (session) => {
    const values = randomRows(1);
    const first = await session.run(values, 1);
    const kept = first.slice();
    values.fill(9);
    await session.run(values, 1);
    assertEquals(first, kept);
  });
  test("answers overlapping calls", async (session) => {
    const values = randomRows(8);
    const whole = await session.run(values, 8);
    const rows = await Promise.all(
      Array.from(
        { length: 8 },
        (_, row) => session.run(values.slice(row * FEATURES, (row + 1) * FEATURES), 1),
      ),
    );
    assertEquals(rows.flatMap((row) => [...row]), [...whole]);
  });
  Deno.test(`InferenceSession (${name}) refuses to run after dispose`, async () => {
    const session = await open();
    await session.dispose();
    await assertRejects(session.run(randomRows(1), 1));
  });
}

for (const engine of ENGINES) {
  inferenceSessionContract(engine, () => createSession(MODEL, { engine }));

  Deno.test(`createSession() on ${engine} names bytes that are no ONNX model corrupt`, async () => {
    const broken = MODEL.slice();
    broken.fill(0xff, 20, 60);
    const cuts = [0, 1, 50, MODEL.length - 1].map((length) => MODEL.slice(0, length));
    for (const bytes of [...cuts, broken, new TextEncoder().encode("not a model")]) {
      await assertRejects(createSession(bytes, { engine }), isCorruptOnOneLine);
    }
  });

  Deno.test(`createSession() on ${engine} refuses a model of another interface`, async () => {
    const cases = [
      graphModel("values", "probabilities", ["rows", 2]),
      graphModel("features", "scores", ["rows", 2]),
      graphModel("features", "probabilities", [2]),
      graphModel("features", "probabilities", ["rows", "rows"]),
    ];
    for (const bytes of cases) {
      await assertRejects(createSession(bytes, { engine }), isCorruptOnOneLine);
    }
  });
}

Deno.test({
  name: "availableEngine() is wasm without ffi, and that engine needs one folder and nothing else",
  permissions: { read: [new URL("../../node_modules", import.meta.url)] },
  fn: async () => {
    assertEquals(await availableEngine(), "wasm");
    const session = await createSession(MODEL, { engine: "wasm" });
    assertEquals((await session.run(randomRows(2), 2)).length, 2 * CLASSES);
    await session.dispose();
  },
});

const WINDOW = 60;
const OTHER = /^RangeError: .* current value of its window is \d+$/;

/** An LSTM that reads 60 rows at a time. */
function windowedModel(): Uint8Array {
  const random = createRandom(8);
  const gates = { recurrentActivation: "sigmoid", returnsSequence: false } as const;
  const lstm = randomLstm(random, [FEATURES, 3], gates);
  const head = randomDense(random, [3, CLASSES], "softmax");
  return exportClassifier({
    model: {
      kind: "lstm",
      features: FEATURES,
      classes: CLASSES,
      window: WINDOW,
      members: [[lstm, head]],
    },
    scaler: null,
    calibration: { method: "none" },
    metadata: {},
  });
}

for (const engine of ENGINES) {
  Deno.test(`InferenceSession (${engine}) of a window gives a row the same result in a long run`, async () => {
    const session = await createSession(windowedModel(), { engine, window: WINDOW });
    assertEquals(session.window, WINDOW);
    const rows = 2_500;
    const values = normals(createRandom(9), (rows + WINDOW - 1) * FEATURES);
    const whole = await session.run(values, rows);
    assertEquals(whole.length, rows * CLASSES);
    for (const row of [0, 1, 1_092, 1_093, 2_185, 2_186, rows - 1]) {
      const read = values.slice(row * FEATURES, (row + WINDOW) * FEATURES);
      const alone = await session.run(read, 1);
      alone.forEach((p, k) => assertClose(p, whole[row * CLASSES + k]!, 1e-6));
    }
    await session.dispose();
  });

  Deno.test(`InferenceSession (${engine}) of a window refuses too few rows, and gives nothing for none`, async () => {
    const session = await createSession(windowedModel(), { engine, window: WINDOW });
    await assertRejects(session.run(normals(createRandom(1), 60 * FEATURES), 2), RangeError);
    assertEquals(await session.run(new Float32Array(), 0), new Float32Array());
    await session.dispose();
  });

  Deno.test(`InferenceSession (${engine}) opened with another window than the model's says so`, async () => {
    for (const [window, fault] of [[1, /out of data bounds/], [59, OTHER], [61, OTHER]] as const) {
      const session = await createSession(windowedModel(), { engine, window });
      const values = normals(createRandom(1), (9 + window - 1) * FEATURES);
      await assertRejects(session.run(values, 9), fault);
      await session.dispose();
    }
  });
}

function graphModel(input: string, output: string, shape: readonly ("rows" | number)[]) {
  const graph = new GraphBuilder();
  graph.output(output, graph.input(input, "float32", shape));
  return graph.toModel({});
}

function isCorruptOnOneLine(error: unknown): true {
  assert(error instanceof CorruptArtifactError && !error.message.includes("\n"), String(error));
  return true;
}
