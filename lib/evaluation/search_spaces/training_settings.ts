import { z } from "zod";
import { InputError, type JsonValue } from "../../core/mod.ts";
import { CALIBRATION_METHODS, type CalibrationMethod, type ModelRecipe } from "../../models/mod.ts";
import { type FeatureSpec, parseFeatureSpec } from "../../features/mod.ts";
import { type LabelSpec, parseLabelSpec } from "../../labels/mod.ts";
import { TRAINING_KINDS, type TrainingKinds } from "../../training/mod.ts";
import { parseRecipe } from "../../models/training.ts";

/** What decides a training apart from data, costs and seed: what tuning may change. */
export interface TrainingSettings {
  /** Which model, with its parameters. */
  readonly recipe: ModelRecipe;
  /** What a row holds. */
  readonly features: FeatureSpec;
  /** What a row is to predict. */
  readonly labels: LabelSpec;
  /** How probabilities are calibrated. */
  readonly calibration: CalibrationMethod;
  /** Predicted edge, as a multiple of the round-trip cost, from which the model trades. */
  readonly edgeThreshold: number;
}

const fileSchema = z.strictObject({
  recipe: z.custom<JsonValue>((value) => typeof value === "object" && value !== null),
  features: z.unknown(),
  labels: z.unknown(),
  calibration: z.enum(CALIBRATION_METHODS),
  edgeThreshold: z.number().min(0).max(100),
}).partial();

/**
 * Reads settings from JSON; what is absent is taken from `base`.
 *
 * @param kinds where those of recipe and labels are looked up
 * @throws {InputError} naming the key
 * @example
 * ```ts
 * import { DEFAULT_FEATURES } from "../../features/features.ts";
 * import { DEFAULT_LABELS } from "../../labels/label_kinds.ts";
 * import { BASELINE_RECIPES } from "../../models/model_recipe.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { parseTrainingSettings } from "./training_settings.ts";
 *
 * const base = {
 *   recipe: BASELINE_RECIPES.forest,
 *   features: DEFAULT_FEATURES,
 *   labels: DEFAULT_LABELS,
 *   calibration: "platt" as const,
 *   edgeThreshold: 1,
 * };
 * assertEquals(parseTrainingSettings({ edgeThreshold: 2 }, base).edgeThreshold, 2);
 * ```
 */
export function parseTrainingSettings(
  json: unknown,
  base: TrainingSettings,
  kinds: TrainingKinds = TRAINING_KINDS,
): TrainingSettings {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw unreadable(parsed.error);
  const { recipe, features, labels, calibration, edgeThreshold } = parsed.data;
  return {
    recipe: recipe === undefined ? base.recipe : parseRecipe(recipe, kinds.families),
    features: features === undefined ? base.features : parseFeatureSpec(features),
    labels: labels === undefined ? base.labels : parseLabelSpec(labels, kinds.labels),
    calibration: calibration ?? base.calibration,
    edgeThreshold: edgeThreshold ?? base.edgeThreshold,
  };
}

function unreadable(error: z.ZodError): InputError {
  const issue = error.issues[0]!;
  return new InputError(`Cannot read it: ${issue.message}`, {
    where: ["recipe file", ...issue.path].join(", "),
    remedy: 'give an object such as {"edgeThreshold": 2}, or a file that tune has written',
  });
}
