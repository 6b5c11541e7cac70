/**
 * Features and their state.
 *
 * @module
 */
export { FEATURES } from "./feature_registry.ts";
export {
  expandFeatures,
  featureColumns,
  type FeatureEntry,
  type FeatureSpec,
} from "./feature_spec.ts";
export {
  createFeatureStream,
  createFeatureWriter,
  type FeatureContext,
  type FeatureState,
  type FeatureStream,
  type FeatureStreamOptions,
  type FeatureWriter,
  type StreamBar,
  streamBar,
} from "./feature_stream.ts";
export { computeFeatures, DEFAULT_FEATURES, lookbackBars, parseFeatureSpec } from "./features.ts";
export type { FeatureFrame, FeatureRows } from "./frame.ts";
export {
  FEATURE_GROUPS,
  type FeatureBar,
  type FeatureDefinition,
  type FeatureGroup,
  type Step,
} from "./indicators/feature_bar.ts";
