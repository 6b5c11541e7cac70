import { z } from "zod";
import { InputError } from "../../core/errors.ts";
import type { ModelKind } from "../../records/model_manifest.ts";
import type { JsonValue } from "../../core/json.ts";
import {
  CALIBRATION_METHODS,
  type CalibrationMethod,
} from "../../models/calibration/calibration.ts";
import { type FeatureSpec, parseFeatureSpec } from "../../features/features.ts";
import { parseForestParameters } from "../../models/forest/forest.ts";
import { type LabelSpec, parseLabelSpec } from "../../labels/labels.ts";
import { DEFAULT_LOGISTIC } from "../../models/logistic/logistic.ts";
import { type ModelRecipe, parseRecipe } from "../../models/model_recipe.ts";

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
 * @throws {InputError} naming the key
 * @example
 * ```ts
 * import { DEFAULT_FEATURES } from "../../features/features.ts";
 * import { DEFAULT_LABELS } from "../../labels/labels.ts";
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
export function parseTrainingSettings(json: unknown, base: TrainingSettings): TrainingSettings {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw unreadable(parsed.error);
  const { recipe, features, labels, calibration, edgeThreshold } = parsed.data;
  return {
    recipe: recipe === undefined ? base.recipe : checkedRecipe(recipe),
    features: features === undefined ? base.features : parseFeatureSpec(features),
    labels: labels === undefined ? base.labels : parseLabelSpec(labels),
    calibration: calibration ?? base.calibration,
    edgeThreshold: edgeThreshold ?? base.edgeThreshold,
  };
}

const logisticSchema = z.strictObject({
  l2: z.number().min(0),
  maxIterations: z.int().min(1),
  tolerance: z.number().positive(),
});

function checkedRecipe(json: JsonValue): ModelRecipe {
  const recipe = parseRecipe(json);
  switch (recipe.kind) {
    case "forest":
      return { kind: "forest", parameters: parseForestParameters(recipe.parameters) };
    case "logistic": {
      const parsed = logisticSchema.safeParse({ ...DEFAULT_LOGISTIC, ...recipe.parameters });
      if (parsed.success) return { kind: "logistic", parameters: parsed.data };
      throw unreadable(parsed.error);
    }
    default:
      return recipe;
  }
}

function unreadable(error: z.ZodError): InputError {
  const issue = error.issues[0]!;
  return new InputError(`Cannot read it: ${issue.message}`, {
    where: ["recipe file", ...issue.path].join(", "),
    remedy: 'give an object such as {"edgeThreshold": 2}, or a file that tune has written',
  });
}

/**
 * The recipe of settings, which has to be of one kind.
 *
 * @throws {InputError} when it is of another
 */
export function recipeOfKind<Kind extends ModelKind>(
  { recipe }: TrainingSettings,
  kind: Kind,
): Extract<ModelRecipe, { readonly kind: Kind }> {
  if (recipe.kind === kind) return recipe as Extract<ModelRecipe, { readonly kind: Kind }>;
  throw new InputError(`Cannot tune a ${kind} from the recipe of a ${recipe.kind}`, {
    where: "recipe file",
    remedy: `give one of kind ${kind}, or --target ${recipe.kind}`,
  });
}
