import type { FeatureDefinition } from "./indicators/feature_bar.ts";
import { OSCILLATOR_FEATURES } from "./indicators/oscillator_features.ts";
import { MOMENTUM_FEATURES, RETURN_FEATURES } from "./indicators/return_features.ts";
import { SESSION_FEATURES } from "./indicators/session_features.ts";
import { TREND_FEATURES } from "./indicators/trend_features.ts";
import { VOLATILITY_FEATURES } from "./indicators/volatility_features.ts";
import { VOLUME_FEATURES } from "./indicators/volume_features.ts";

/** Every feature a spec can name, by group. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...RETURN_FEATURES,
  ...MOMENTUM_FEATURES,
  ...VOLATILITY_FEATURES,
  ...TREND_FEATURES,
  ...OSCILLATOR_FEATURES,
  ...VOLUME_FEATURES,
  ...SESSION_FEATURES,
];
