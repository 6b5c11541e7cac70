/**
 * Speed and accuracy of our random forest beside scikit-learn's, on the same arrays: 100 trees of
 * full depth, two threads each, taking turns. Prints a table, or with --json one document.
 *
 * Run: `deno run -A bench/forest.ts [--json] [--repetitions=3]`
 */
import { cpus } from "node:os";
import type { TrainingSet } from "../lib/models/classifier.ts";
import { DEFAULT_FOREST, type ForestParameters } from "../lib/models/forest/parameters.ts";
import { fitForest } from "../lib/models/forest/forest.ts";
import { predictForest } from "../lib/models/forest/predict.ts";
import { type ForestProblem, forestProblems } from "./forest_data.ts";
import { countFlag } from "./flags.ts";

const THREADS = 2;
const SCRIPT = new URL("./forest_sklearn.py", import.meta.url).pathname;
/** scikit-learn's defaults in our terms. */
const PARAMETERS: ForestParameters = {
  ...DEFAULT_FOREST,
  trees: 100,
  minLeafWeightFraction: 0,
  classWeights: "none",
};

interface Measurement {
  readonly fitSeconds: number;
  readonly predictSeconds: number;
  readonly accuracy: number;
  readonly nodes: number;
}

interface PeerMeasurement extends Measurement {
  readonly version: string;
  readonly python: string;
}

interface Comparison {
  readonly problem: string;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly ours: readonly Measurement[];
  /** Empty where python3 has no scikit-learn. */
  readonly peer: readonly PeerMeasurement[];
}

async function measureOurs({ train, test }: ForestProblem, seed: number): Promise<Measurement> {
  const start = performance.now();
  const forest = await fitForest(train, PARAMETERS, { seed, workers: THREADS });
  const fitted = performance.now();
  const probabilities = predictForest(forest, test.values, test.rows);
  const predicted = performance.now();
  return {
    fitSeconds: (fitted - start) / 1000,
    predictSeconds: (predicted - fitted) / 1000,
    accuracy: accuracy(probabilities, test),
    nodes: forest.feature.length,
  };
}

function accuracy(probabilities: Float32Array, { rows, classes, classCount }: TrainingSet): number {
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const p = probabilities.subarray(row * classCount, (row + 1) * classCount);
    if (p.indexOf(Math.max(...p)) === classes[row]) right++;
  }
  return right / rows;
}

async function measurePeer(
  { train, test }: ForestProblem,
  folder: string,
  seed: number,
): Promise<PeerMeasurement | null> {
  const shape = [train.rows, test.rows, train.columns, PARAMETERS.trees, THREADS, seed];
  const command = new Deno.Command("python3", { args: [SCRIPT, folder, ...shape.map(String)] });
  const output = await command.output().catch(() => null);
  return output?.success ? JSON.parse(new TextDecoder().decode(output.stdout)) : null;
}

async function writeArrays(folder: string, { train, test }: ForestProblem): Promise<void> {
  const write = (name: string, { buffer }: Float32Array | Int8Array): Promise<void> =>
    Deno.writeFile(`${folder}/${name}`, new Uint8Array(buffer as ArrayBuffer));
  await write("train_values", train.values);
  await write("train_classes", train.classes);
  await write("test_values", test.values);
  await write("test_classes", test.classes);
}

async function compare(problem: ForestProblem, repetitions: number): Promise<Comparison> {
  const folder = await Deno.makeTempDir();
  const ours: Measurement[] = [], peer: PeerMeasurement[] = [];
  try {
    await writeArrays(folder, problem);
    for (let seed = 0; seed < repetitions; seed++) {
      const peerMeasurement = await measurePeer(problem, folder, seed);
      if (peerMeasurement !== null) peer.push(peerMeasurement);
      ours.push(await measureOurs(problem, seed));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const { rows, columns, classCount } = problem.train;
  return { problem: problem.name, rows, columns, classes: classCount, ours, peer };
}

function summary({ ours, peer, ...shape }: Comparison) {
  const fit = median(ours.map((m) => m.fitSeconds));
  const ratios = peer.map((m, i) => m.fitSeconds / ours[i]!.fitSeconds);
  const predictRatios = peer.map((m, i) => m.predictSeconds / ours[i]!.predictSeconds);
  const hasPeer = peer.length > 0;
  const accuracyOurs = mean(ours.map((m) => m.accuracy));
  const accuracyPeer = hasPeer ? mean(peer.map((m) => m.accuracy)) : null;
  return {
    ...shape,
    fitSeconds: fit,
    sklearnFitSeconds: hasPeer ? median(peer.map((m) => m.fitSeconds)) : null,
    fitRatio: hasPeer ? median(ratios) : null,
    predictRatio: hasPeer ? median(predictRatios) : null,
    accuracy: accuracyOurs,
    sklearnAccuracy: accuracyPeer,
    accuracyDifferencePoints: accuracyPeer === null ? null : 100 * (accuracyOurs - accuracyPeer),
    nodesPerTree: mean(ours.map((m) => m.nodes)) / PARAMETERS.trees,
    sklearnNodesPerTree: hasPeer ? mean(peer.map((m) => m.nodes)) / PARAMETERS.trees : null,
    repetitions: { ours, sklearn: peer },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const repetitions = countFlag("repetitions", 3);
const results: ReturnType<typeof summary>[] = [];
let versions: Record<string, string> = { deno: Deno.version.deno, v8: Deno.version.v8 };
for (const problem of forestProblems()) {
  const comparison = await compare(problem, repetitions);
  const [peer] = comparison.peer;
  if (peer !== undefined) versions = { ...versions, sklearn: peer.version, python: peer.python };
  results.push(summary(comparison));
}

if (Deno.args.includes("--json")) {
  const hardware = { cpu: cpus()[0]?.model ?? "unknown", cores: navigator.hardwareConcurrency };
  const { trees } = PARAMETERS;
  console.log(JSON.stringify({ versions, hardware, trees, threads: THREADS, results }));
} else {
  console.table(results.map((result) => ({
    problem: result.problem,
    "fit s": result.fitSeconds.toFixed(2),
    "scikit-learn s": result.sklearnFitSeconds?.toFixed(2) ?? "not installed",
    "times faster": result.fitRatio?.toFixed(1) ?? "",
    "predict, times faster": result.predictRatio?.toFixed(1) ?? "",
    "accuracy %": (100 * result.accuracy).toFixed(2),
    "difference, points": result.accuracyDifferencePoints?.toFixed(2) ?? "",
  })));
}
