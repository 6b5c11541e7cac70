import { type Bars, sliceBars } from "../market/mod.ts";
import {
  type CalibrationMethod,
  classesOf,
  embargoBars,
  type FitTask,
  gatherRows,
  type ModelFamily,
  type ModelRecipe,
  modelWindow,
} from "../models/mod.ts";
import { type Checkpoints, InputError, type JsonValue, sha256Hex } from "../core/mod.ts";
import {
  computeFeatures,
  type FeatureContext,
  type FeatureFrame,
  type FeatureSpec,
} from "../features/mod.ts";
import {
  createLabels,
  type Fold,
  type Labels,
  type LabelSpec,
  purgedWalkForward,
  uniquenessWeights,
} from "../labels/mod.ts";
import type { ClassifierManifest } from "../records/mod.ts";
import {
  exportClassifier,
  familyOf,
  fitCalibrated,
  type Fitted,
  predict,
  splitForCalibration,
} from "../models/training.ts";
import { OPSET } from "../onnx/mod.ts";
import type { Backend } from "../tensor/mod.ts";
import { permutationImportance } from "./importance.ts";
import { requireParity } from "./require_parity.ts";
import { foldStage, PERMUTED_STAGE, scoreFolds, type Validation } from "./score_folds.ts";
import { TRAINING_KINDS, type TrainingKinds } from "./training_kinds.ts";

/** Everything that decides the result of a training; the same request gives the same bytes. */
export interface TrainingRequest {
  /** Registry name. */
  readonly name: string;
  /** What to fit. */
  readonly recipe: ModelRecipe;
  /** Where the kinds of recipe and labels are looked up. @default TRAINING_KINDS */
  readonly kinds?: TrainingKinds;
  /** All bars, the held-out ones included. */
  readonly bars: Bars;
  /** Where the bars come from and how they were opened, for the manifest. */
  readonly source: {
    readonly path: string;
    readonly sha256: string;
    readonly request: JsonValue;
  };
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
  /** Whether baselines and a run on shuffled labels are scored on the same folds. */
  readonly compare: boolean;
  /** How probabilities are calibrated. */
  readonly calibration: CalibrationMethod;
  /** Predicted edge, as a multiple of the round-trip cost, from which the model trades. */
  readonly edgeThreshold: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Threads; the result does not depend on it. */
  readonly workers: number;
  /** Where networks are computed; the last bits of a result depend on it. */
  readonly backend: Backend;
  /** ISO instant, for the manifest. */
  readonly createdAt: string;
  /** Versions, for the manifest. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine in words, for the manifest. */
  readonly hardware: string;
}

/** Progress, cancellation and the clock that times the training. */
export interface TrainingControl {
  /** Called with the stage and the finished fraction of the whole training. */
  readonly onProgress?: (stage: string, fraction: number) => void;
  /** Keeps the state of long fits, so that an interrupted training goes on; nothing is kept when absent. */
  readonly checkpoints?: Checkpoints;
  /** Aborting ends the training with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds; only differences are used. */
  readonly now: () => number;
}

/** A trained model, ready for the registry. */
export interface TrainedModel {
  /** What it is and how it was made. */
  readonly manifest: ClassifierManifest;
  /** The graph, scaler and calibration inside. */
  readonly onnx: Uint8Array;
}

/** Name of the fit that is exported. */
const FINAL_STAGE = "final fit";

/** Held-out rows on which columns are shuffled; each costs columns × repeats predictions. */
const IMPORTANCE_ROWS = 1_000;

/**
 * Fits, validates, calibrates and exports one model without look-ahead.
 *
 * The newest `holdout` share of the bars is cut off before anything is computed. On the rest,
 * purged walk-forward folds measure the recipe; then the recipe is fitted once more on the older
 * rows and calibrated on the newer ones. Every label that reaches into later rows is purged
 * (docs/methods.md#purging-and-stacking). The exported graph is run and compared with our own
 * arithmetic.
 *
 * @throws {InputError} when there are too few labelled rows, or only one class
 */
export async function trainModel(
  request: TrainingRequest,
  control: TrainingControl,
): Promise<TrainedModel> {
  const started = control.now();
  const { families, labels: labelKinds } = request.kinds ?? TRAINING_KINDS;
  const developmentRows = Math.floor(request.bars.length * (1 - request.holdout));
  const bars = sliceBars(request.bars, 0, developmentRows);
  const frame = computeFeatures(bars, request.features, request.featureContext);
  const labels = createLabels(bars, request.labels, request.costTicks, labelKinds);
  const weights = uniquenessWeights(labels, bars);
  const family = familyOf(request.recipe.kind, families);
  const firstRow = frame.firstValidRow + family.windowOf(request.recipe.parameters) - 1;
  requireEnoughRows(frame, labels, firstRow);

  const task: FitTask = {
    recipe: request.recipe,
    families,
    calibration: request.calibration,
    seed: request.seed,
    workers: request.workers,
    frame,
    labels,
    weights,
    ...(control.checkpoints === undefined ? {} : { checkpoints: control.checkpoints }),
    onProgress: progressOfAll(request, control),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  };
  if (family.usesTensorflow) {
    // TensorFlow.js is loaded by those alone who need it.
    const { startBackend } = await import("../models/networks.ts");
    await startBackend({ backend: request.backend, threads: request.workers });
  }
  const folds = planFolds(task, request.folds, firstRow);
  const validation = await scoreFolds(task, folds, {
    compare: request.compare,
    timeOf: (row) => isoTime(bars.time[row]!),
  });
  const final = await fitCalibrated(task, labelledRows(labels, firstRow), FINAL_STAGE);
  control.onProgress?.("importances", 1);
  const importances = await rankImportances(task, final, family);
  control.onProgress?.("export", 1);
  const onnx = exportClassifier(
    { ...final, metadata: onnxMetadata(request, frame) },
    families,
  );
  await requireParity(onnx, frame, final, families);

  return {
    onnx,
    manifest: {
      format: 2,
      name: request.name,
      kind: request.recipe.kind,
      createdAt: request.createdAt,
      instrument: bars.instrument.symbol,
      intervalMs: bars.intervalMs,
      featureSpec: toJson(request.features),
      featureColumns: [...frame.columns],
      labelSpec: toJson(request.labels),
      window: modelWindow(final.model),
      horizonBars: labels.horizonBars,
      data: {
        source: request.source.path,
        sha256: request.source.sha256,
        request: request.source.request,
        rows: bars.length,
        firstTime: isoTime(bars.time[0]!),
        lastTime: isoTime(bars.time[bars.length - 1]!),
        testFrom: isoTime(firstUnseenTime(request.bars, developmentRows)),
      },
      ...validation,
      curves: final.curves,
      remarks: [...final.remarks, ...scoreRemarks(family, validation)],
      classOutcomes: scaled(final.outcomes, validation.edge.shrinkage),
      edgeThreshold: request.edgeThreshold,
      calibration: toJson(final.calibration),
      importances,
      training: {
        recipe: toJson(request.recipe),
        costTicks: request.costTicks,
        folds: request.folds,
        holdout: request.holdout,
        calibration: request.calibration,
        backend: request.backend,
      },
      parameters: toJson(request.recipe.parameters) as Record<string, JsonValue>,
      seed: request.seed,
      versions: { ...request.versions },
      hardware: request.hardware,
      trainingSeconds: (control.now() - started) / 1000,
      onnx: { sha256: await sha256Hex(onnx), bytes: onnx.length, opset: OPSET },
    },
  };
}

/** Turns the progress of one fit into that of the training; what the model is compared with is not counted. */
function progressOfAll(
  { folds, compare }: TrainingRequest,
  { onProgress }: TrainingControl,
): (stage: string, fraction: number) => void {
  const stages = [
    ...Array.from({ length: folds }, (_, index) => foldStage(index, folds)),
    ...(compare ? [PERMUTED_STAGE] : []),
    FINAL_STAGE,
  ];
  return (stage, fraction) =>
    onProgress?.(stage, (stages.indexOf(stage) + fraction) / stages.length);
}

/** What the family says of the scores. */
function scoreRemarks(family: ModelFamily, { metrics, comparisons }: Validation): string[] {
  const remark = family.remarkOn?.(metrics, comparisons) ?? null;
  return remark === null ? [] : [remark];
}

function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function scaled(
  outcomes: readonly [number, number, number],
  factor: number,
): [number, number, number] {
  return [outcomes[0] * factor, outcomes[1] * factor, outcomes[2] * factor];
}

async function rankImportances(
  { families, frame, labels, seed }: FitTask,
  fitted: Fitted,
  family: ModelFamily,
): Promise<ClassifierManifest["importances"]> {
  const window = modelWindow(fitted.model);
  // Single rows are spread over the held-out time; a window needs the rows before it as they are.
  const scored = window === 1 ? evenly(fitted.calibrationRows, IMPORTANCE_ROWS) : consecutive(
    fitted.calibrationRows.at(-1)!,
    Math.min(IMPORTANCE_ROWS, fitted.calibrationRows.length),
  );
  const steps = window === 1 ? scored : consecutive(scored.at(-1)!, scored.length + window - 1);
  const own = Int32Array.from(scored, (_, index) => index + window - 1);
  const permutation = await permutationImportance(
    (values) => predict(fitted, { columns: frame.columns, values }, own, families),
    {
      values: gatherRows(frame, steps),
      columns: frame.columns.length,
      classes: classesOf(labels, scored),
    },
    { seed, repeats: window === 1 ? 3 : 1 },
  );
  const impurity = family.importances?.(fitted.model) ?? null;
  return frame.columns
    .map((column, index) => ({
      column,
      permutation: permutation[index]!,
      impurity: impurity?.[index] ?? null,
    }))
    .sort((a, b) => b.permutation - a.permutation || a.column.localeCompare(b.column, "en"));
}

/** So many rows that end with `last`. */
function consecutive(last: number, length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => last - length + 1 + index);
}

/** At most `most` of the rows, spread evenly. */
function evenly(rows: Int32Array, most: number): Int32Array {
  const step = Math.max(1, rows.length / most);
  const length = Math.min(rows.length, most);
  return Int32Array.from({ length }, (_, index) => rows[Math.floor(index * step)]!);
}

function requireEnoughRows(frame: FeatureFrame, labels: Labels, firstRow: number): void {
  const rows = labelledRows(labels, firstRow);
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
  if (present.size > 1) return;
  const [fault, remedy] = ONE_CLASS[[...present][0]!]!;
  throw new InputError(`Cannot train on one class only: ${fault}`, { remedy });
}

/** What it means that all labels are of one class, by its index, and what helps. */
const ONE_CLASS = [
  [
    "every label is a fall by more than the round trip",
    "give bars in which prices also rise, or shorten --horizon",
  ],
  [
    "no label is a move by more than the round trip",
    "lengthen --horizon, lower the costs, or choose other --labels",
  ],
  [
    "every label is a rise by more than the round trip",
    "give bars in which prices also fall, or shorten --horizon",
  ],
] as const;

/**
 * The folds, each of which leaves rows to fit and to calibrate on.
 *
 * @throws {InputError} before anything is fitted, with the number of folds that would do
 */
function planFolds(task: FitTask, count: number, firstRow: number): readonly Fold[] {
  const { frame, labels, recipe } = task;
  const family = familyOf(recipe.kind, task.families);
  const plan = (folds: number): readonly Fold[] => {
    const planned = purgedWalkForward(labels, {
      folds,
      embargoBars: embargoBars(labels, frame.rows),
      firstRow,
    });
    for (const { train } of planned) {
      const { earlier } = splitForCalibration(task, train);
      family.requireRows?.(recipe.parameters, {
        ...{ rows: earlier, labels },
        embargoBars: embargoBars(labels, frame.rows),
      });
    }
    return planned;
  };
  try {
    return plan(count);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const what = `Cannot cut ${labelledRows(labels, firstRow).length} labelled rows into `;
    for (let folds = count - 1; folds > 1; folds--) {
      try {
        plan(folds);
      } catch {
        continue;
      }
      throw new InputError(
        `${what}${count} folds: the first leaves too few to fit and to calibrate on`,
        { remedy: `--folds ${folds} would do; so would more bars`, cause: error },
      );
    }
    throw new InputError(`${what}two folds or more that leave enough to fit and to calibrate on`, {
      remedy: "give more bars, or a shorter --horizon, --window or feature period",
      cause: error,
    });
  }
}

function labelledRows(labels: Labels, firstRow: number): Int32Array {
  const rows: number[] = [];
  for (let row = firstRow; row < labels.classes.length; row++) {
    if (labels.classes[row]! >= 0) rows.push(row);
  }
  return Int32Array.from(rows);
}

function firstUnseenTime(bars: Bars, developmentRows: number): number {
  return developmentRows < bars.length
    ? bars.time[developmentRows]!
    : bars.time[bars.length - 1]! + bars.intervalMs;
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
