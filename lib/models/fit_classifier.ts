import type { Classifier, FitControl, Scaler } from "./classifier.ts";
import type { LearningCurve } from "../records/model_manifest.ts";
import { CLASS_COUNT } from "../market/outcome_class.ts";
import { embargoBars, type FitTask, trainingSet } from "./fit_task.ts";
import { fitForest } from "./forest/forest.ts";
import { fitLogistic } from "./logistic/logistic.ts";
import { applyScaler, fitScaler } from "./scaler.ts";

/** A model before its calibration. */
export interface FittedClassifier {
  readonly model: Classifier;
  /** Applied to the features first; null for none, or where the model holds its own. */
  readonly scaler: Scaler | null;
  /** Losses epoch by epoch; empty for a model without epochs. */
  readonly curves: readonly LearningCurve[];
  /** What a reader should know of the fit, in words. */
  readonly remarks: readonly string[];
}

/** Fits the recipe of a task on the given rows. */
export async function fitClassifier(
  task: FitTask,
  rows: Int32Array,
  stage: string,
): Promise<FittedClassifier> {
  const { recipe, checkpoints } = task;
  const control: FitControl & { seed: number } = {
    seed: task.seed,
    onProgress: (fraction) => task.onProgress?.(stage, fraction),
    ...(task.signal === undefined ? {} : { signal: task.signal }),
  };
  switch (recipe.kind) {
    case "forest": {
      // Trees split on order alone: scaling would only add rounding.
      const set = trainingSet(task, null, rows);
      const model = await fitForest(set, recipe.parameters, { ...control, workers: task.workers });
      return { model, scaler: null, curves: [], remarks: [] };
    }
    case "logistic": {
      const scaler = fitScaler(task.frame, rows, "robust");
      const model = fitLogistic(trainingSet(task, scaler, rows), recipe.parameters, control);
      return { model, scaler, curves: [], remarks: [] };
    }
    case "lstm": {
      // TensorFlow.js is loaded by those alone who need it.
      const { fitNetwork } = await import("./network/fit_network.ts");
      const scaler = fitScaler(task.frame, rows, "robust");
      const { model, curves, stopped, remarks } = await fitNetwork(
        { ...networkInput(task, rows), values: scaledFrame(task, scaler) },
        recipe.parameters,
        {
          ...control,
          ...(checkpoints === undefined ? {} : { checkpoint: checkpoints(stage) }),
        },
      );
      return { model, scaler, curves, remarks: [...remarks, ...stopped] };
    }
    case "hybrid": {
      const { fitHybrid } = await import("./hybrid/fit_hybrid.ts");
      const { model, curves, stopped, remarks } = await fitHybrid(
        { ...networkInput(task, rows), frame: task.frame },
        recipe.parameters,
        {
          ...control,
          workers: task.workers,
          ...(checkpoints === undefined
            ? {}
            : { checkpoints: (name: string) => checkpoints(`${stage}, ${name}`) }),
        },
      );
      return { model, scaler: null, curves, remarks: [...remarks, ...stopped] };
    }
  }
}

function networkInput({ frame, labels, weights }: FitTask, rows: Int32Array) {
  return {
    columns: frame.columns.length,
    firstValidRow: frame.firstValidRow,
    rows,
    labels,
    classCount: CLASS_COUNT,
    weights,
    embargoBars: embargoBars(labels, frame.rows),
  };
}

function scaledFrame({ frame }: FitTask, scaler: Scaler): Float32Array {
  return applyScaler(scaler, frame.values, frame.rows);
}
