import { embargoBars, type FitTask } from "./fit_task.ts";
import { familyOf } from "./model_families.ts";
import type { FittedClassifier } from "./model_family.ts";

/** Fits the recipe of a task on the given rows. */
export function fitClassifier(
  task: FitTask,
  rows: Int32Array,
  stage: string,
): Promise<FittedClassifier> {
  const { checkpoints, families, frame, labels, recipe, seed, weights, workers } = task;
  return familyOf(recipe.kind, families).fit({
    parameters: recipe.parameters,
    ...{ frame, labels, weights, rows, seed, workers },
    embargoBars: embargoBars(labels, frame.rows),
    onProgress: (fraction) => task.onProgress?.(stage, fraction),
    ...(task.signal === undefined ? {} : { signal: task.signal }),
    ...(checkpoints === undefined ? {} : {
      checkpoint: (part) => checkpoints(part === undefined ? stage : `${stage}, ${part}`),
    }),
  });
}
