import { type Bars, sliceBars } from "../domain/bars.ts";
import { InputError } from "../domain/errors.ts";
import type { FeatureFrame, Fold, Labels } from "../domain/frame.ts";
import type { ModelManifest } from "../domain/model_manifest.ts";
import { CLASS_COUNT } from "../domain/signal.ts";
import { exportClassifier, OPSET } from "../onnx/export_classifier.ts";
import { createSession } from "../onnx/session.ts";
import { sha256Hex } from "../utils/sha256.ts";
import {
  embargoBars,
  fitCalibrated,
  type FitTask,
  type Fitted,
  type ModelRecipe,
  predict,
  trainingSet,
} from "./calibrated_fit.ts";
import type { CalibrationMethod } from "./calibration.ts";
import { classificationMetrics } from "./classification_metrics.ts";
import { informationCoefficient, predictedEdge } from "./edge.ts";
import { measureEdge } from "./edge_evidence.ts";
import { computeFeatures, type FeatureContext, type FeatureSpec } from "./features.ts";
import { purgedWalkForward } from "./folds.ts";
import { permutationImportance } from "./importance.ts";
import { createLabels, type LabelSpec } from "./labels.ts";
import { gatherRows } from "./scaler.ts";
import { uniquenessWeights } from "./uniqueness.ts";

export type { ModelRecipe } from "./calibrated_fit.ts";

/** Everything that decides the result of a training; the same request gives the same bytes. */
export interface TrainingRequest {
  /** Registry name. */
  readonly name: string;
  /** What to fit. */
  readonly recipe: ModelRecipe;
  /** All bars, the held-out ones included. */
  readonly bars: Bars;
  /** Where the bars come from, for the manifest. */
  readonly source: { readonly path: string; readonly sha256: string };
  /** What a row holds. */
  readonly features: FeatureSpec;
  /** Sessions, for the features of the clock. */
  readonly featureContext: FeatureContext;
  /** What a row is to predict. */
  readonly labels: LabelSpec;
  /** Round trip cost of one lot, in ticks. */
  readonly costTicks: number;
  /** Share of the newest bars that is never touched here, 0 … 0.9. */
  readonly holdout: number;
  /** Purged walk-forward folds. */
  readonly folds: number;
  /** How probabilities are calibrated. */
  readonly calibration: CalibrationMethod;
  /** Predicted edge, as a multiple of the round-trip cost, from which the model trades. */
  readonly edgeThreshold: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Threads; the result does not depend on it. */
  readonly workers: number;
  /** ISO instant, for the manifest. */
  readonly createdAt: string;
  /** Versions, for the manifest. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine in words, for the manifest. */
  readonly hardware: string;
}

/** Progress, cancellation and the clock that times the training. */
export interface TrainingControl {
  /** Called with the stage and its finished fraction. */
  readonly onProgress?: (stage: string, fraction: number) => void;
  /** Aborting ends the training with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds; only differences are used. */
  readonly now: () => number;
}

/** A trained model, ready for the registry. */
export interface TrainedModel {
  /** What it is and how it was made. */
  readonly manifest: ModelManifest;
  /** The graph, scaler and calibration inside. */
  readonly onnx: Uint8Array;
}

/** Largest difference allowed between our probabilities and ONNX Runtime's. */
const PARITY_TOLERANCE = 1e-6;
const PARITY_ROWS = 2_000;
/** Held-out rows on which columns are shuffled; each costs columns × repeats predictions. */
const IMPORTANCE_ROWS = 1_000;

/**
 * Fits, validates, calibrates and exports one model without look-ahead.
 *
 * The newest `holdout` share of the bars is cut off before anything is computed. On the rest,
 * purged walk-forward folds measure the recipe; then the recipe is fitted once more on the older
 * rows and calibrated on the newer ones. Every label that reaches into later rows is purged
 * (learning-spec §5.4). The exported graph is run and compared with our own arithmetic.
 *
 * @throws {InputError} when there are too few labelled rows, or only one class
 */
export async function trainModel(
  request: TrainingRequest,
  control: TrainingControl,
): Promise<TrainedModel> {
  const started = control.now();
  const developmentRows = Math.floor(request.bars.length * (1 - request.holdout));
  const bars = sliceBars(request.bars, 0, developmentRows);
  const frame = computeFeatures(bars, request.features, request.featureContext);
  const labels = createLabels(bars, request.labels, request.costTicks);
  const weights = uniquenessWeights(labels, bars);
  requireEnoughRows(frame, labels);

  const task: FitTask = {
    recipe: request.recipe,
    calibration: request.calibration,
    seed: request.seed,
    workers: request.workers,
    frame,
    labels,
    weights,
    ...(control.onProgress === undefined ? {} : { onProgress: control.onProgress }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  };
  const folds = purgedWalkForward(labels, {
    folds: request.folds,
    embargoBars: embargoBars(labels, bars.length),
    firstRow: frame.firstValidRow,
  });
  const scored: ScoredFold[] = [];
  for (const [index, fold] of folds.entries()) {
    scored.push(await scoreFold(task, bars, fold, `fold ${index + 1} of ${folds.length}`));
  }
  const edge = measureEdge(
    joined(scored.map((fold) => fold.edge)),
    joined(scored.map((fold) => fold.outcome)),
    labels.horizonBars,
  );

  const final = await fitCalibrated(task, labelledRows(frame, labels), "final fit");
  control.onProgress?.("importances", 0);
  const importances = rankImportances(task, final);
  control.onProgress?.("export", 0);
  const onnx = exportClassifier({ ...final, metadata: onnxMetadata(request, frame) });
  await requireParity(onnx, task, final);

  return {
    onnx,
    manifest: {
      format: 1,
      name: request.name,
      kind: request.recipe.kind,
      createdAt: request.createdAt,
      instrument: bars.instrument.symbol,
      intervalMs: bars.intervalMs,
      featureSpec: JSON.parse(JSON.stringify(request.features)),
      featureColumns: [...frame.columns],
      labelSpec: JSON.parse(JSON.stringify(request.labels)),
      horizonBars: labels.horizonBars,
      data: {
        source: request.source.path,
        sha256: request.source.sha256,
        rows: bars.length,
        firstTime: isoTime(bars.time[0]!),
        lastTime: isoTime(bars.time[bars.length - 1]!),
        testFrom: isoTime(firstUnseenTime(request.bars, developmentRows)),
      },
      folds: scored.map((fold) => fold.summary),
      metrics: meanMetrics(scored.map((fold) => fold.summary)),
      edge,
      classOutcomes: scaled(final.outcomes, edge.shrinkage),
      edgeThreshold: request.edgeThreshold,
      calibration: JSON.parse(JSON.stringify(final.calibration)),
      importances,
      parameters: {
        ...JSON.parse(JSON.stringify(request.recipe.parameters)),
        costTicks: request.costTicks,
        folds: request.folds,
        holdout: request.holdout,
        calibration: request.calibration,
      },
      seed: request.seed,
      versions: { ...request.versions },
      hardware: request.hardware,
      trainingSeconds: (control.now() - started) / 1000,
      onnx: { sha256: await sha256Hex(onnx), bytes: onnx.length, opset: OPSET },
    },
  };
}

interface ScoredFold {
  readonly summary: ModelManifest["folds"][number];
  /** Predicted edge of each test row. */
  readonly edge: Float64Array;
  /** What a long position earned over each test row's label. */
  readonly outcome: Float64Array;
}

async function scoreFold(
  task: FitTask,
  bars: Bars,
  fold: Fold,
  stage: string,
): Promise<ScoredFold> {
  const fitted = await fitCalibrated(task, fold.train, stage);
  const probabilities = predict(task, fitted, fold.test);
  const classes = Int8Array.from(fold.test, (row) => task.labels.classes[row]!);
  const edge = predictedEdge(probabilities, fitted.outcomes);
  const outcome = Float64Array.from(fold.test, (row) => task.labels.outcome[row]!);
  return {
    edge,
    outcome,
    summary: {
      trainRows: fitted.fitRows.length,
      testRows: fold.test.length,
      testFirstTime: isoTime(bars.time[fold.test[0]!]!),
      testLastTime: isoTime(bars.time[fold.test.at(-1)!]!),
      metrics: {
        ...classificationMetrics(probabilities, classes, CLASS_COUNT),
        informationCoefficient: informationCoefficient(edge, outcome),
      },
    },
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

function scaled(
  outcomes: readonly [number, number, number],
  factor: number,
): [number, number, number] {
  return [outcomes[0] * factor, outcomes[1] * factor, outcomes[2] * factor];
}

function rankImportances(task: FitTask, fitted: Fitted): ModelManifest["importances"] {
  const held = trainingSet(task, fitted.scaler, evenly(fitted.calibrationRows, IMPORTANCE_ROWS));
  const permutation = permutationImportance(fitted.model, held, {
    seed: task.seed,
    repeats: 3,
  });
  const impurity = fitted.model.kind === "forest" ? fitted.model.impurityImportance : null;
  return task.frame.columns
    .map((column, index) => ({
      column,
      permutation: permutation[index]!,
      impurity: impurity?.[index] ?? null,
    }))
    .sort((a, b) => b.permutation - a.permutation || a.column.localeCompare(b.column, "en"));
}

/** Runs the exported graph on held-out rows: what decides must be what was validated. */
async function requireParity(onnx: Uint8Array, task: FitTask, fitted: Fitted): Promise<void> {
  const rows = fitted.calibrationRows.subarray(0, PARITY_ROWS);
  const expected = predict(task, fitted, rows);
  const session = await createSession(onnx, { engine: "wasm" });
  try {
    const actual = await session.run(gatherRows(task.frame, rows), rows.length);
    const worst = expected.reduce((most, p, i) => Math.max(most, Math.abs(p - actual[i]!)), 0);
    if (worst > PARITY_TOLERANCE) {
      throw new Error(
        `Cannot use the exported model as it differs from the trained one by ${worst}, ` +
          `more than ${PARITY_TOLERANCE}`,
      );
    }
  } finally {
    await session.dispose();
  }
}

/** At most `most` of the rows, spread evenly. */
function evenly(rows: Int32Array, most: number): Int32Array {
  const step = Math.max(1, rows.length / most);
  const length = Math.min(rows.length, most);
  return Int32Array.from({ length }, (_, index) => rows[Math.floor(index * step)]!);
}

function requireEnoughRows(frame: FeatureFrame, labels: Labels): void {
  const rows = labelledRows(frame, labels);
  const minimum = 300;
  if (rows.length < minimum) {
    throw new InputError(
      `Cannot train on fewer than ${minimum} labelled rows: there are ${rows.length} after a ` +
        `warm-up of ${frame.firstValidRow} bars`,
      {
        remedy:
          "give more bars, a shorter --horizon, shorter feature periods or a smaller --holdout",
      },
    );
  }
  const present = new Set(Array.from(rows, (row) => labels.classes[row]!));
  if (present.size < 2) {
    throw new InputError(
      `Cannot train on one class only: every label is ${[...present].join()}`,
      { remedy: "lengthen --horizon, or lower the costs: no move is larger than the round trip" },
    );
  }
}

function labelledRows(frame: FeatureFrame, labels: Labels): Int32Array {
  const rows: number[] = [];
  for (let row = frame.firstValidRow; row < frame.rows; row++) {
    if (labels.classes[row]! >= 0) rows.push(row);
  }
  return Int32Array.from(rows);
}

function firstUnseenTime(bars: Bars, developmentRows: number): number {
  return developmentRows < bars.length
    ? bars.time[developmentRows]!
    : bars.time[bars.length - 1]! + bars.intervalMs;
}

function meanMetrics(folds: ModelManifest["folds"]): ModelManifest["metrics"] {
  const names = Object.keys(folds[0]?.metrics ?? {});
  return Object.fromEntries(names.map((name) => {
    const values = folds.map((fold) => fold.metrics[name]).filter((v) => typeof v === "number");
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [name, values.length === folds.length ? mean : null];
  }));
}

function onnxMetadata(request: TrainingRequest, frame: FeatureFrame): Record<string, string> {
  return {
    name: request.name,
    kind: request.recipe.kind,
    instrument: request.bars.instrument.symbol,
    intervalMs: String(request.bars.intervalMs),
    columns: JSON.stringify(frame.columns),
    dataSha256: request.source.sha256,
    seed: String(request.seed),
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
