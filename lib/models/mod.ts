/**
 * Models with their parameters, scalers and calibrations, and how they are written as graphs. Nothing
 * here reaches TensorFlow.js: families are in `training.ts`, networks by themselves in `networks.ts`.
 *
 * @module
 */
export {
  applyCalibration,
  CALIBRATION_METHODS,
  type CalibrationMethod,
  clippedLogit,
  fitCalibration,
} from "./calibration/calibration.ts";
export { fitLogisticLine, type LogisticLine } from "./calibration/logistic_line.ts";
export {
  type Calibration,
  type Classifier,
  type FitControl,
  modelWindow,
  type Scaler,
  type TrainingSet,
} from "./classifier.ts";
export { classOutcomes, informationCoefficient, predictedEdge, withoutDrift } from "./edge.ts";
export { type EdgeEvidence, measureEdge } from "./edge_evidence.ts";
export { addScaler } from "./export_scaler.ts";
export { classesOf, embargoBars, type FitTask } from "./fit_task.ts";
export { fitForest } from "./forest/forest.ts";
export type { Forest } from "./forest/forest_model.ts";
export {
  DEFAULT_FOREST,
  type ForestParameters,
  parseForestParameters,
} from "./forest/parameters.ts";
export { predictForest } from "./forest/predict.ts";
export type { HybridControl, HybridInput } from "./hybrid/hybrid_input.ts";
export type { Hybrid } from "./hybrid/hybrid_model.ts";
export {
  DEFAULT_HYBRID,
  type HybridParameters,
  parseHybridParameters,
} from "./hybrid/parameters.ts";
export { fitLogistic } from "./logistic/logistic.ts";
export type { Logistic } from "./logistic/logistic_model.ts";
export {
  DEFAULT_LOGISTIC,
  type LogisticParameters,
  parseLogisticParameters,
} from "./logistic/parameters.ts";
export { predictLogistic } from "./logistic/predict_logistic.ts";
export type {
  FitRequest,
  FittedClassifier,
  ModelFamily,
  ModelRecipe,
  ParameterSearch,
} from "./model_family.ts";
export { type CheckpointFolder, openCheckpointFolder } from "./network/checkpoint_file.ts";
export { addMember } from "./network/export_network.ts";
export type { NetworkInput } from "./network/network_input.ts";
export {
  type Activation,
  ACTIVATIONS,
  type DenseLayer,
  type LayerNormalization,
  type LstmLayer,
  type Network,
  type NetworkLayer,
} from "./network/network_model.ts";
export {
  DEFAULT_NETWORK,
  type NetworkParameters,
  parseNetworkParameters,
  type Schedule,
  SCHEDULES,
} from "./network/parameters.ts";
export type { FlagRule, FlagValue, ParameterFlag } from "./parameter_flag.ts";
export { applyScaler, fitScaler, gatherRows, type ScalingMethod } from "./scaler.ts";
