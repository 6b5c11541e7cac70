/**
 * Trains, validates and exports one model without look-ahead.
 *
 * @module
 */
export {
  type ClassificationMetrics,
  classificationMetrics,
  reliabilityBins,
} from "./classification_metrics.ts";
export { type HeldRows, permutationImportance } from "./importance.ts";
export { defaultTraining, trainedName, trainOn, type TrainSettings } from "./train_on.ts";
export {
  type TrainedModel,
  type TrainingControl,
  type TrainingRequest,
  trainModel,
} from "./trainer.ts";
export { TRAINING_KINDS, type TrainingKinds } from "./training_kinds.ts";
export { trainingNotes } from "./training_notes.ts";
