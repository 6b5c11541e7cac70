import { TRAINING_KINDS, type TrainingKinds } from "../../training/mod.ts";
import { familyTarget } from "./family_target.ts";
import { FEATURES_TARGET } from "./features_target.ts";
import { labelsTarget } from "./labels_target.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** Everything about a training that can be tuned, by name: the families of models, then the rest. */
export function trainingTargets(
  { families, labels }: TrainingKinds = TRAINING_KINDS,
): Readonly<Record<string, Target<TrainingSettings>>> {
  return {
    ...Object.fromEntries(families.map((family) => [family.kind, familyTarget(family)])),
    labels: labelsTarget(labels),
    features: FEATURES_TARGET,
  };
}
