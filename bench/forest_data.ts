import type { TrainingSet } from "../lib/models/classifier.ts";
import { createRandom, type Random } from "../lib/core/random.ts";

/** One learning problem: rows to fit on and rows to judge by. */
export interface ForestProblem {
  readonly name: string;
  readonly train: TrainingSet;
  readonly test: TrainingSet;
}

/** Writes one row of `values` and returns its class. */
type DrawRow = (random: Random, row: Float32Array) => number;

const TEST_ROWS = 50_000;

/** Three problems of different nature, the same on every machine. */
export function forestProblems(): ForestProblem[] {
  return [
    problem("clusters", 50_000, 20, 2, drawClusters(createRandom(1))),
    problem("market", 50_000, 20, 3, drawMarket),
    problem("friedman", 50_000, 10, 3, drawFriedman),
  ];
}

function problem(
  name: string,
  rows: number,
  columns: number,
  classCount: number,
  draw: DrawRow,
): ForestProblem {
  const random = createRandom(7);
  const part = (count: number): TrainingSet => {
    const values = new Float32Array(count * columns);
    const classes = new Int8Array(count);
    for (let row = 0; row < count; row++) {
      classes[row] = draw(random, values.subarray(row * columns, (row + 1) * columns));
    }
    return { rows: count, columns, values, classes, classCount };
  };
  return { name, train: part(rows), test: part(TEST_ROWS) };
}

/**
 * After scikit-learn's make_classification: each class has four Gaussian clusters around corners
 * of a cube in 10 dimensions, each stretched its own way; 4 columns mix those, 6 are noise, and
 * 5 % of the classes are drawn at random.
 */
function drawClusters(shape: Random): DrawRow {
  const informative = 10, redundant = 4, clusters = 8;
  const matrix = (rows: number, columns: number, draw: () => number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
  const centres = matrix(clusters, informative, () => shape.uniform() < 0.5 ? -0.8 : 0.8);
  const stretch = Array.from(
    { length: clusters },
    () => matrix(informative, informative, () => 2 * shape.uniform() - 1),
  );
  const mixing = matrix(redundant, informative, () => 2 * shape.uniform() - 1);
  return (random, row) => {
    const cluster = random.integer(clusters);
    const noise = Array.from({ length: informative }, () => random.normal());
    for (let c = 0; c < informative; c++) {
      row[c] = centres[cluster]![c]! + dot(stretch[cluster]![c]!, noise) / 2;
    }
    for (let c = 0; c < redundant; c++) row[informative + c] = dot(mixing[c]!, row);
    for (let c = informative + redundant; c < row.length; c++) row[c] = random.normal();
    return random.uniform() < 0.05 ? random.integer(2) : cluster % 2;
  };
}

/** Down, flat or up from heavy-tailed columns that hold next to nothing, as in a market. */
function drawMarket(random: Random, row: Float32Array): number {
  for (let c = 0; c < row.length; c++) {
    row[c] = random.normal() / Math.sqrt(0.2 + 0.8 * random.uniform() ** 2);
  }
  const trend = Math.tanh(row[0]!) + 0.6 * Math.tanh(row[1]! * row[2]!);
  const volatility = 0.7 + 0.3 * Math.abs(row[3]!);
  const move = 0.35 * trend + volatility * random.normal();
  return move < -0.4 ? 0 : move > 0.4 ? 2 : 1;
}

/** Friedman's first function (1991) with noise, cut into three classes of about equal size. */
function drawFriedman(random: Random, row: Float32Array): number {
  for (let c = 0; c < row.length; c++) row[c] = random.uniform();
  const [a, b, c, d, e] = row as unknown as [number, number, number, number, number];
  const y = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal();
  return y < 12.2 ? 0 : y < 16.6 ? 1 : 2;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
