/**
 * Speed of ONNX inference on both engines, one thread each: a forest of 100 trees over 20 columns.
 * Run: `deno run --allow-read=./node_modules --allow-ffi=./node_modules bench/inference.ts [--json]`
 */
import type { Forest } from "../lib/models/forest/forest_model.ts";
import { exportClassifier } from "../lib/models/export_classifier.ts";
import { createSession, type OnnxEngine } from "../lib/onnx/session.ts";
import { createRandom, type Random } from "../lib/core/random.ts";

const FEATURES = 20;
const CLASSES = 3;
const TREES = 100;
const DEPTH = 9;
const BATCH_ROWS = 20_000;
const BATCHES = 7;
const SINGLES = 3_000;

interface EngineResult {
  readonly engine: OnnxEngine;
  readonly loadMs: number;
  readonly batchMs: number;
  readonly rowsPerSecond: number;
  readonly singleRowP50Us: number;
  readonly singleRowP99Us: number;
}

/** A forest of complete trees: each level splits another random column near its middle. */
function completeForest(random: Random): Forest {
  const inner = 2 ** DEPTH - 1;
  const perTree = 2 ** (DEPTH + 1) - 1;
  const nodes = TREES * perTree;
  const isInner = (node: number): boolean => node % perTree < inner;
  const child = (node: number, side: number): number =>
    isInner(node) ? node - node % perTree + 2 * (node % perTree) + side : -1;
  const probability = new Float32Array(nodes * CLASSES);
  for (let node = 0; node < nodes; node++) {
    if (!isInner(node)) probability.set(randomDistribution(random), node * CLASSES);
  }
  const perNode = { length: nodes };
  return {
    kind: "forest",
    features: FEATURES,
    classes: CLASSES,
    roots: Int32Array.from({ length: TREES }, (_, tree) => tree * perTree),
    feature: Int32Array.from(perNode, (_, n) => isInner(n) ? random.integer(FEATURES) : -1),
    threshold: Float32Array.from(perNode, (_, n) => isInner(n) ? 0.5 * random.normal() : 0),
    left: Int32Array.from(perNode, (_, n) => child(n, 1)),
    right: Int32Array.from(perNode, (_, n) => child(n, 2)),
    probability,
    impurityImportance: new Float64Array(FEATURES),
  };
}

function randomDistribution(random: Random): number[] {
  const parts = Array.from({ length: CLASSES }, () => random.uniform());
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

async function measure(onnx: Uint8Array, engine: OnnxEngine, values: Float32Array) {
  const beforeLoad = performance.now();
  const session = await createSession(onnx, { engine });
  const loadMs = performance.now() - beforeLoad;
  const batches = await timings(BATCHES, () => session.run(values, BATCH_ROWS));
  const singles = await timings(SINGLES, (i) => {
    return session.run(values.subarray(i * FEATURES, (i + 1) * FEATURES), 1);
  });
  await session.dispose();
  const batchMs = quantile(batches, 0.5);
  return {
    engine,
    loadMs,
    batchMs,
    rowsPerSecond: BATCH_ROWS / batchMs * 1000,
    singleRowP50Us: quantile(singles, 0.5) * 1000,
    singleRowP99Us: quantile(singles, 0.99) * 1000,
  } satisfies EngineResult;
}

/** Milliseconds of each call, ascending, after one call to warm up. */
async function timings(calls: number, run: (i: number) => Promise<unknown>): Promise<number[]> {
  await run(0);
  const taken: number[] = [];
  for (let i = 0; i < calls; i++) {
    const before = performance.now();
    await run(i);
    taken.push(performance.now() - before);
  }
  return taken.sort((a, b) => a - b);
}

function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.floor(q * (ascending.length - 1))]!;
}

const random = createRandom(1);
const onnx = exportClassifier({
  model: completeForest(random),
  scaler: null,
  calibration: { method: "none" },
  metadata: {},
});
const values = Float32Array.from({ length: BATCH_ROWS * FEATURES }, () => random.normal());
const native = await measure(onnx, "native", values);
const wasm = await measure(onnx, "wasm", values);
const result = {
  trees: TREES,
  leaves: TREES * 2 ** DEPTH,
  features: FEATURES,
  batchRows: BATCH_ROWS,
  modelBytes: onnx.length,
  engines: [native, wasm],
  nativeBatchSpeedup: wasm.batchMs / native.batchMs,
  nativeSingleRowSpeedup: wasm.singleRowP50Us / native.singleRowP50Us,
};
if (Deno.args.includes("--json")) {
  console.log(JSON.stringify(result));
} else {
  console.table(result.engines);
  console.log(
    `native against wasm: batch ${result.nativeBatchSpeedup.toFixed(1)}x, one row ${
      result.nativeSingleRowSpeedup.toFixed(1)
    }x`,
  );
}
