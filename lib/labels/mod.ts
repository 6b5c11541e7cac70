/**
 * What a row is to predict, and which rows may learn it: kinds of labels, folds, uniqueness.
 *
 * @module
 */
export type { Fold } from "./fold.ts";
export {
  type CombinatorialFold,
  type CombinatorialOptions,
  combinatorialPurged,
  holdoutSplit,
  pathsOf,
  purgedWalkForward,
  type SplitLabels,
  type WalkForwardOptions,
} from "./folds.ts";
export type { Labels } from "./label_columns.ts";
export type { ExitRule, LabelKind, LabelSpec } from "./label_kind.ts";
export { DEFAULT_LABELS, LABEL_KINDS, labelKindOf, parseLabelSpec } from "./label_kinds.ts";
export type { LabelExit, LabelPath } from "./label_path.ts";
export { createLabels } from "./labels.ts";
export {
  averageUniqueness,
  gatherWeights,
  type LabelSpans,
  sequentialBootstrapProbabilities,
  uniquenessWeights,
} from "./uniqueness.ts";
