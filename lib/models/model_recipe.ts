import { InputError, type JsonValue } from "../core/mod.ts";
import { DEFAULT_FOREST, type ForestParameters } from "./forest/parameters.ts";
import { DEFAULT_LOGISTIC, type LogisticParameters } from "./logistic/parameters.ts";
import { familyOf, MODEL_FAMILIES } from "./model_families.ts";
import type { ModelFamily, ModelRecipe } from "./model_family.ts";

/** What every training is compared with, on its own folds. */
export const BASELINE_RECIPES: {
  readonly logistic: ModelRecipe<LogisticParameters>;
  readonly forest: ModelRecipe<ForestParameters>;
} = {
  logistic: { kind: "logistic", parameters: DEFAULT_LOGISTIC },
  // A fifth of the usual trees: more change a score by less than its error.
  forest: { kind: "forest", parameters: { ...DEFAULT_FOREST, trees: 100 } },
};

/**
 * Reads a recipe from a manifest or a file; what its parameters leave out is taken from the
 * family's defaults.
 *
 * @throws {InputError} when it names no kind of model, or a parameter is unknown or out of range
 */
export function parseRecipe(
  json: JsonValue,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): ModelRecipe {
  const { kind, parameters } = (json ?? {}) as { kind?: JsonValue; parameters?: JsonValue };
  if (typeof kind !== "string" || typeof parameters !== "object" || parameters === null) {
    throw new InputError("Cannot read a recipe that names no kind of model with its parameters", {
      remedy: "train the model again with this version, or write " +
        '{"kind": "forest", "parameters": {}}',
    });
  }
  const family = familyOf(kind, families, "recipe, kind");
  return { kind, parameters: family.parseParameters(parameters) };
}

/** Feature rows that one prediction of the recipe's model reads. */
export function recipeWindow(
  { kind, parameters }: ModelRecipe,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): number {
  return familyOf(kind, families).windowOf(parameters);
}
