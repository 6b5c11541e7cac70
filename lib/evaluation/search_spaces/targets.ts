import { MODEL_FAMILIES } from "../../models/model_families.ts";
import type { ModelFamily } from "../../models/model_family.ts";
import { familyTarget } from "./family_target.ts";
import { FEATURES_TARGET } from "./features_target.ts";
import { LABELS_TARGET } from "./labels_target.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** Everything about a training that can be tuned, by name: the families of models, then the rest. */
export function trainingTargets(
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): Readonly<Record<string, Target<TrainingSettings>>> {
  return {
    ...Object.fromEntries(families.map((family) => [family.kind, familyTarget(family)])),
    labels: LABELS_TARGET,
    features: FEATURES_TARGET,
  };
}
