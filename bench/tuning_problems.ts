import type { ActiveTrial } from "../lib/tuning/active_trial.ts";

/** Numbers that move a problem's optimum, the same in Python: Park and Miller's generator. */
export function variantOf(seed: number, count: number): number[] {
  let state = 1 + (seed * 7919) % 2147483646;
  return Array.from({ length: count }, () => {
    for (let skip = 0; skip < 3; skip++) state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
}

/** A function to minimize, its optimum moved by a variant. */
export interface TuningProblem {
  readonly name: string;
  /** Suggests the parameters and evaluates them. */
  evaluate(trial: ActiveTrial, variant: readonly number[]): Promise<number>;
}

/** A problem of real numbers alone: each between the same two bounds. */
interface ContinuousProblem {
  readonly name: string;
  readonly dimensions: number;
  readonly low: number;
  readonly high: number;
  readonly value: (x: readonly number[]) => number;
}

const HARTMANN_ALPHA = [1, 1.2, 3, 3.2];
const HARTMANN3_A = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]];
const HARTMANN3_P = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]];
const HARTMANN6_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN6_P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

function hartmann(x: readonly number[], a: number[][], p: number[][]): number {
  return -sum(
    HARTMANN_ALPHA.map((alpha, row) =>
      alpha * Math.exp(-sum(x.map((xi, i) => a[row]![i]! * (xi - p[row]![i]! / 1e4) ** 2)))
    ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function branin([x = 0, y = 0]: readonly number[]): number {
  // Both coordinates run from 0 to 15 here.
  const u = x - 5, b = 5.1 / (4 * Math.PI ** 2), c = 5 / Math.PI;
  return (y - b * u ** 2 + c * u - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(u) + 10;
}

function ackley(x: readonly number[]): number {
  const n = x.length;
  return 20 + Math.E - 20 * Math.exp(-0.2 * Math.sqrt(sum(x.map((v) => v * v)) / n)) -
    Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / n);
}

function rosenbrock(x: readonly number[]): number {
  return sum(x.slice(1).map((v, i) => 100 * (v - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2));
}

function rastrigin(x: readonly number[]): number {
  return 10 * x.length + sum(x.map((v) => v * v - 10 * Math.cos(2 * Math.PI * v)));
}

function styblinskiTang(x: readonly number[]): number {
  return sum(x.map((v) => v ** 4 - 16 * v ** 2 + 5 * v)) / 2;
}

function levy(x: readonly number[]): number {
  const w = x.map((v) => 1 + (v - 1) / 4);
  const last = w.at(-1)!;
  return Math.sin(Math.PI * w[0]!) ** 2 +
    sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2))) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
}

const CONTINUOUS: readonly ContinuousProblem[] = [
  { name: "branin", dimensions: 2, low: 0, high: 15, value: branin },
  {
    name: "hartmann3",
    dimensions: 3,
    low: 0,
    high: 1,
    value: (x) => hartmann(x, HARTMANN3_A, HARTMANN3_P),
  },
  {
    name: "hartmann6",
    dimensions: 6,
    low: 0,
    high: 1,
    value: (x) => hartmann(x, HARTMANN6_A, HARTMANN6_P),
  },
  { name: "ackley5", dimensions: 5, low: -32, high: 32, value: ackley },
  { name: "ackley10", dimensions: 10, low: -32, high: 32, value: ackley },
  { name: "rosenbrock5", dimensions: 5, low: -5, high: 10, value: rosenbrock },
  { name: "rastrigin8", dimensions: 8, low: -5, high: 5, value: rastrigin },
  { name: "styblinski5", dimensions: 5, low: -5, high: 5, value: styblinskiTang },
  { name: "levy5", dimensions: 5, low: -10, high: 10, value: levy },
  { name: "sphere10", dimensions: 10, low: -5, high: 5, value: (x) => sum(x.map((v) => v * v)) },
];

function continuous({ name, dimensions, low, high, value }: ContinuousProblem): TuningProblem {
  return {
    name,
    async evaluate(trial, variant) {
      const x: number[] = [];
      for (let i = 0; i < dimensions; i++) {
        const shift = 0.4 * (variant[i]! - 0.5) * (high - low);
        x.push(await trial.suggestFloat(`x${i}`, low, high) - shift);
      }
      return value(x);
    },
  };
}

const KINDS = ["relu", "tanh", "gelu"] as const;
const SOLVERS = ["sgd", "adam", "lion", "rms"] as const;

/** Six parameters of all types; the best rate and the best width depend on the two choices. */
async function mixed(trial: ActiveTrial, variant: readonly number[]): Promise<number> {
  const rate = await trial.suggestFloat("rate", 1e-5, 1e-1, { log: true });
  const depth = await trial.suggestInt("depth", 1, 12);
  const units = await trial.suggestInt("units", 8, 1024, { log: true });
  const dropout = await trial.suggestFloat("dropout", 0, 0.9, { step: 0.1 });
  const kind = KINDS.indexOf(await trial.suggestCategorical("kind", KINDS));
  const solver = SOLVERS.indexOf(await trial.suggestCategorical("solver", SOLVERS));
  const place = (kind + Math.floor(3 * variant[4]!)) % 3;
  const rank = (solver + Math.floor(4 * variant[5]!)) % 4;
  const bestRate = -4.5 + 2 * variant[0]! + 0.5 * rank;
  const bestUnits = 4 + 4 * variant[2]! + 0.7 * place;
  return 0.4 * (Math.log10(rate) - bestRate) ** 2 +
    4 * ((depth - 1 - Math.floor(11 * variant[1]!)) / 12) ** 2 +
    0.15 * (Math.log2(units) - bestUnits) ** 2 +
    2 * (dropout - 0.1 - 0.6 * variant[3]!) ** 2 +
    0.25 * place + 0.2 * rank + (place === 1 && rank === 0 ? -0.3 : 0);
}

/** A choice decides which other parameters there are. */
async function conditional(trial: ActiveTrial, variant: readonly number[]): Promise<number> {
  const model = await trial.suggestCategorical("model", ["forest", "network", "linear"]);
  if (model === "linear") {
    const penalty = await trial.suggestFloat("penalty", 1e-4, 1e2, { log: true });
    return 0.5 + 0.05 * (Math.log10(penalty) + 3 * variant[0]!) ** 2;
  }
  if (model === "forest") {
    const depth = await trial.suggestInt("depth", 2, 32);
    const share = await trial.suggestFloat("share", 0.1, 1);
    return 0.3 + ((depth - 2 - 28 * variant[1]!) / 30) ** 2 +
      (share - 0.1 - 0.8 * variant[2]!) ** 2;
  }
  const rate = await trial.suggestFloat("rate", 1e-5, 1e-1, { log: true });
  const layers = await trial.suggestInt("layers", 1, 4);
  let value = 0.1 + 0.3 * (Math.log10(rate) + 4 - 2 * variant[3]!) ** 2 + 0.05 * (layers - 2) ** 2;
  for (let layer = 0; layer < layers; layer++) {
    const units = await trial.suggestInt(`units${layer}`, 4, 256, { log: true });
    value += 0.02 * (Math.log2(units) - 3 - 4 * variant[4 + layer]!) ** 2;
  }
  return value;
}

/** The problems of the comparison with Optuna; tuning_optuna.py has the same. */
export const TUNING_PROBLEMS: readonly TuningProblem[] = [
  ...CONTINUOUS.map(continuous),
  { name: "mixed6", evaluate: mixed },
  { name: "conditional", evaluate: conditional },
];
