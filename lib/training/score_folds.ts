import type { Fold, Labels } from "../labels/mod.ts";
import type { ClassifierManifest, Comparison, EdgeSummary, Scores } from "../records/mod.ts";
import { CLASS_COUNT } from "../market/mod.ts";
import { createRandom, mixSeed } from "../core/mod.ts";
import {
  BASELINE_RECIPES,
  calibrate,
  familyOf,
  fitCalibrated,
  type Fitted,
  predict,
} from "../models/training.ts";
import { classificationMetrics } from "./classification_metrics.ts";
import {
  classesOf,
  type FitTask,
  informationCoefficient,
  measureEdge,
  type ModelFamily,
  type ModelRecipe,
  predictedEdge,
} from "../models/mod.ts";

/** What the folds say about a recipe. */
export interface Validation {
  /** In time order. */
  readonly folds: ClassifierManifest["folds"];
  /** Means over the folds; null where a fold has none. */
  readonly metrics: Scores;
  /** How far predicted edges came true. */
  readonly edge: EdgeSummary;
  /** Baselines and parts on the same folds. */
  readonly comparisons: readonly Comparison[];
  /** The same recipe taught shuffled labels, on the newest fold; null when nothing was compared. */
  readonly permutedLabels: Scores | null;
}

/** Name of the fit on shuffled labels. */
export const PERMUTED_STAGE = "shuffled labels";

/** Name of the fit of a fold, which is counted from 0. */
export function foldStage(index: number, folds: number): string {
  return `fold ${index + 1} of ${folds}`;
}

/** One model on one test block. */
interface FoldScore {
  readonly summary: ClassifierManifest["folds"][number];
  /** Predicted edge of each test row. */
  readonly edge: Float64Array;
  /** What a long position earned over each test row's label. */
  readonly outcome: Float64Array;
}

/**
 * Fits and scores the recipe on every fold, and beside it the parts that can predict alone. With `compare` also what
 * else it must be compared with: the baselines, and itself taught shuffled labels.
 *
 * @param options.timeOf ISO instant of the bar of a row
 */
export async function scoreFolds(
  task: FitTask,
  folds: readonly Fold[],
  options: { readonly compare: boolean; readonly timeOf: (row: number) => string },
): Promise<Validation> {
  const { compare, timeOf } = options;
  const { onProgress: _, ...others } = task;
  const family = familyOf(task.recipe.kind, task.families);
  const recipes = compare ? Object.entries(comparedRecipes(task.recipe, family)) : [];
  const scores = new Map<string, FoldScore[]>([["own", []]]);
  const add = async (name: string, fold: Fold, fitted: Fitted): Promise<void> => {
    const score = await scoreFold(task, fold, fitted, timeOf);
    scores.set(name, [...scores.get(name) ?? [], score]);
  };
  for (const [index, fold] of folds.entries()) {
    const stage = foldStage(index, folds.length);
    const fitted = await fitCalibrated(task, fold.train, stage);
    await add("own", fold, fitted);
    const parts = Object.entries(family.fittedParts?.(fitted.model) ?? {});
    for (const [name, part] of parts) {
      await add(name, fold, await calibrate(task, fold.train, { ...fitted, ...part }));
    }
    for (const [name, recipe] of recipes) {
      await add(name, fold, await fitCalibrated({ ...others, recipe }, fold.train, stage));
    }
  }
  const { own = [], ...rest } = Object.fromEntries(scores);
  return {
    folds: own.map((score) => score.summary),
    ...means(task.labels, own),
    comparisons: Object.entries(rest).map(([name, scored]) => ({
      name,
      ...means(task.labels, scored),
      excessLogLoss: excessLogLoss(scored, own),
    })),
    permutedLabels: compare ? await scorePermuted(task, folds.at(-1)!, timeOf) : null,
  };
}

/** Other recipes for the same folds: the baselines, and what the model is stacked from, alone. */
function comparedRecipes(
  { kind, parameters }: ModelRecipe,
  family: ModelFamily,
): Readonly<Record<string, ModelRecipe>> {
  const all = { ...BASELINE_RECIPES, ...family.partRecipes?.(parameters) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== kind));
}

async function scoreFold(
  task: FitTask,
  fold: Fold,
  fitted: Fitted,
  timeOf: (row: number) => string,
): Promise<FoldScore> {
  const { families, frame, labels } = task;
  const probabilities = await predict(fitted, frame, fold.test, families);
  const edge = predictedEdge(probabilities, fitted.outcomes);
  const outcome = Float64Array.from(fold.test, (row) => labels.outcome[row]!);
  return {
    edge,
    outcome,
    summary: {
      trainRows: fitted.fitRows.length,
      testRows: fold.test.length,
      testFirstTime: timeOf(fold.test[0]!),
      testLastTime: timeOf(fold.test.at(-1)!),
      metrics: {
        ...classificationMetrics(probabilities, classesOf(labels, fold.test), CLASS_COUNT),
        informationCoefficient: informationCoefficient(edge, outcome),
      },
    },
  };
}

function means(
  labels: Labels,
  scores: readonly FoldScore[],
): { readonly metrics: Scores; readonly edge: EdgeSummary } {
  const joined = (part: "edge" | "outcome") =>
    Float64Array.from(scores.flatMap((score) => [...score[part]]));
  return {
    metrics: meanMetrics(scores.map((score) => score.summary)),
    edge: measureEdge(joined("edge"), joined("outcome"), labels.horizonBars),
  };
}

/** Fold by fold, so that what makes a block hard for both cancels. */
function excessLogLoss(
  theirs: readonly FoldScore[],
  own: readonly FoldScore[],
): Comparison["excessLogLoss"] {
  const lossOf = ({ summary }: FoldScore) => summary.metrics["logLoss"] ?? 0;
  const excess = theirs.map((score, fold) => lossOf(score) - lossOf(own[fold]!));
  const count = excess.length;
  const mean = excess.reduce((sum, value) => sum + value, 0) / count;
  const squares = excess.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: count < 2 ? null : Math.sqrt(squares / (count - 1) / count) };
}

function meanMetrics(folds: ClassifierManifest["folds"]): Scores {
  const names = Object.keys(folds[0]?.metrics ?? {});
  return Object.fromEntries(names.map((name) => {
    const values = folds.map((fold) => fold.metrics[name]).filter((v) => typeof v === "number");
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [name, values.length === folds.length ? mean : null];
  }));
}

/** Fits on shuffled labels and scores on true ones: what is left is chance, or a leak. */
async function scorePermuted(
  task: FitTask,
  fold: Fold,
  timeOf: (row: number) => string,
): Promise<Scores> {
  const labels = shuffledLabels(task.labels, fold.train, task.seed);
  const fitted = await fitCalibrated({ ...task, labels }, fold.train, PERMUTED_STAGE);
  return (await scoreFold(task, fold, fitted, timeOf)).summary.metrics;
}

/** Classes and outcomes move together to other rows; where labels begin and end stays. */
function shuffledLabels(labels: Labels, rows: Int32Array, seed: number): Labels {
  const random = createRandom(mixSeed(seed, 0x5f3759));
  const order = rows.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.integer(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  const classes = labels.classes.slice(), outcome = labels.outcome.slice();
  rows.forEach((row, index) => {
    classes[row] = labels.classes[order[index]!]!;
    outcome[row] = labels.outcome[order[index]!]!;
  });
  return { ...labels, classes, outcome };
}
