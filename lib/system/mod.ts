/**
 * Trading systems: the document, made, loaded, run in batch and as a stream.
 *
 * @module
 */
export {
  type AccountSettings,
  createRunConditions,
  decidedConditions,
  requestedSizing,
  tradingConditions,
} from "./account_settings.ts";
export { blendHistory } from "./blend_history.ts";
export {
  type BlendRequest,
  CONFIDENCE_SHARE,
  fitSystem,
  type FittedSystem,
  makeSystem,
  type PredictedModel,
  type SystemModel,
  type SystemRequest,
} from "./fit_system.ts";
export {
  createLiveBlend,
  type LiveBlend,
  type LiveBlendState,
  type LiveModel,
  withForecasts,
} from "./live_blend.ts";
export { type LiveFeatureRows, resumeFeatureRows } from "./feature_rows.ts";
export { type LoadedSystem, loadSystem } from "./load_system.ts";
export { trainingNoveltyFilters } from "./novelty_filters.ts";
export {
  framePredictions,
  modelFrame,
  type ModelPredictions,
  modelPredictions,
  openModel,
  requireSameReading,
} from "./predict.ts";
export {
  type BlendRecorder,
  type ReadySystem,
  readySystem,
  requireSameInstrument,
  systemConditions,
  systemForecasts,
  systemStrategy,
  systemTradingConditions,
} from "./run_system.ts";
export { streamSystem, type SystemStream, type SystemStreamOptions } from "./stream_system.ts";
export { type SystemSettings, systemSettings } from "./system_settings.ts";
export { blendHorizon, type BlendModel, tabulateSignals } from "./tabulate_signals.ts";
export { tradedBlend } from "./traded_blend.ts";
export { modelStrategy, type TradedModel } from "./traded_model.ts";
