import type { TrainingSettings } from "../search_spaces/training_settings.ts";
import { type Bars, CLASS_COUNT, sliceBars } from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import { computeFeatures, type FeatureFrame } from "../../features/mod.ts";
import { createLabels, type Labels, uniquenessWeights } from "../../labels/mod.ts";
import { fitCalibrated, predict, recipeWindow } from "../../models/training.ts";
import { embargoBars } from "../../models/mod.ts";
import { TRAINING_KINDS, type TrainingKinds } from "../../training/mod.ts";
import { roundTripCostTicks, type Strategy } from "../../trading/mod.ts";
import { followModel } from "../../strategies/mod.ts";
import type { RunConditions } from "../../engine/mod.ts";
import type { OpenedData } from "../../data/mod.ts";

/** What a fit of a candidate knows beside its settings. */
export interface FitConditions {
  /** Its rows are traded; what is fitted lies before them. */
  readonly conditions: RunConditions;
  readonly lots: number;
  readonly seed: number;
  /** Threads; the result does not depend on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
}

/** Settings on some bars: fitted on what lies before a block of rows, they give a strategy for it. */
export interface Candidate {
  /** @throws {InputError} when there is too little before the block to fit on */
  fit(conditions: FitConditions): Promise<Strategy>;
}

/** Fewer labelled rows than this are not fitted. */
const LEAST_ROWS = 100;

/** A training's candidate: predictions of the block by a model that has seen no bar of it. */
export function prepareTraining(
  opened: OpenedData,
  settings: TrainingSettings,
  { families, labels: labelKinds }: TrainingKinds = TRAINING_KINDS,
): Candidate {
  const { bars, calendar } = opened;
  const frame = computeFeatures(bars, settings.features, { sessionAt: calendar.sessionAt });
  return {
    async fit({ conditions, seed, workers, signal }) {
      const { from, to } = conditions;
      const costTicks = roundTripCostTicks(bars.instrument, conditions.costs);
      const past = sliceBars(bars, 0, from);
      const labels = createLabels(past, settings.labels, costTicks, labelKinds);
      const firstRow = frame.firstValidRow + recipeWindow(settings.recipe, families) - 1;
      const fitted = await fitCalibrated(
        {
          recipe: settings.recipe,
          families,
          calibration: settings.calibration,
          seed,
          workers,
          frame: firstRows(frame, from),
          labels,
          weights: uniquenessWeights(labels, past),
          signal,
        },
        trainingRows(labels, firstRow, past),
        "fit",
      );
      const probabilities = new Float32Array(to * CLASS_COUNT).fill(NaN);
      const tested = rowsFrom(Math.max(from, firstRow), to);
      probabilities.set(
        await predict(fitted, firstRows(frame, to), tested, families),
        (to - tested.length) * CLASS_COUNT,
      );
      return followModel({
        signals: { probabilities },
        horizonBars: labels.horizonBars,
        classOutcomes: fitted.outcomes,
        costTicks,
        edgeThreshold: settings.edgeThreshold,
        source: settings.recipe.kind,
        modelVersion: 0,
      });
    },
  };
}

/** The past as it was: nothing later is there to be looked at. */
function firstRows(frame: FeatureFrame, rows: number): FeatureFrame {
  const values = frame.values.subarray(0, rows * frame.columns.length);
  return { ...frame, rows, values, firstValidRow: Math.min(rows, frame.firstValidRow) };
}

/**
 * Labelled rows whose labels end an embargo before the block
 * (docs/methods.md#purging-and-stacking).
 */
function trainingRows(labels: Labels, firstRow: number, past: Bars): Int32Array {
  const last = past.length - embargoBars(labels, past.length);
  const rows = rowsFrom(firstRow, past.length)
    .filter((row) => labels.classes[row]! >= 0 && labels.end[row]! < last);
  if (rows.length >= LEAST_ROWS) return rows;
  const ahead = past.length - last + labels.horizonBars;
  const needed = Math.max(past.length, firstRow + ahead) + LEAST_ROWS - rows.length;
  throw new InputError(
    `Cannot fit on ${rows.length} labelled rows: ${past.length} bars lie before the block, and ` +
      `about ${needed} are needed`,
    { remedy: "give more bars, fewer --folds, a shorter horizon or shorter features" },
  );
}

function rowsFrom(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
