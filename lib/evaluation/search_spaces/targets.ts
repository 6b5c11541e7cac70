import { FEATURES_TARGET } from "./features_target.ts";
import { FOREST_TARGET } from "./forest_target.ts";
import { LABELS_TARGET } from "./labels_target.ts";
import { LOGISTIC_TARGET } from "./logistic_target.ts";
import { HYBRID_TARGET, LSTM_TARGET } from "./network_target.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** Everything about a training that can be tuned, by name. */
export const TRAINING_TARGETS = {
  forest: FOREST_TARGET,
  logistic: LOGISTIC_TARGET,
  lstm: LSTM_TARGET,
  hybrid: HYBRID_TARGET,
  labels: LABELS_TARGET,
  features: FEATURES_TARGET,
} as const satisfies Readonly<Record<string, Target<TrainingSettings>>>;

/** One of the keys of `TRAINING_TARGETS`. */
export type TrainingTargetName = keyof typeof TRAINING_TARGETS;
