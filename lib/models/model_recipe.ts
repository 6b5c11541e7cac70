import { InputError } from "../core/errors.ts";
import { CLASSIFIER_KINDS, type ClassifierKind } from "../records/model_manifest.ts";
import type { JsonValue } from "../core/json.ts";
import { DEFAULT_FOREST, type ForestParameters } from "./forest/forest.ts";
import { type HybridParameters, parseHybridParameters } from "./hybrid/parameters.ts";
import { DEFAULT_LOGISTIC, type LogisticParameters } from "./logistic/logistic.ts";
import { type NetworkParameters, parseNetworkParameters } from "./network/parameters.ts";

/** Which model to fit, with its parameters. */
export type ModelRecipe =
  | { readonly kind: "forest"; readonly parameters: ForestParameters }
  | { readonly kind: "logistic"; readonly parameters: LogisticParameters }
  | { readonly kind: "lstm"; readonly parameters: NetworkParameters }
  | { readonly kind: "hybrid"; readonly parameters: HybridParameters };

/** What every training is compared with, on its own folds. */
export const BASELINE_RECIPES = {
  logistic: { kind: "logistic", parameters: DEFAULT_LOGISTIC },
  // A fifth of the usual trees: more change a score by less than its error.
  forest: {
    kind: "forest",
    parameters: { ...DEFAULT_FOREST, trees: 100, minLeafWeightFraction: 0.01 },
  },
} as const satisfies Partial<Record<ClassifierKind, ModelRecipe>>;

/** True for a recipe that fits networks. */
export function hasNetwork({ kind }: ModelRecipe): boolean {
  return kind === "lstm" || kind === "hybrid";
}

/** Feature rows that one prediction of the recipe's model reads. */
export function recipeWindow(recipe: ModelRecipe): number {
  if (recipe.kind === "lstm") return recipe.parameters.window;
  return recipe.kind === "hybrid" ? recipe.parameters.network.window : 1;
}

/**
 * Reads a recipe from a manifest.
 *
 * @throws {InputError} when it names no kind of model
 */
export function parseRecipe(json: JsonValue): ModelRecipe {
  const { kind, parameters } = (json ?? {}) as { kind?: ClassifierKind; parameters?: JsonValue };
  if (kind === undefined || !CLASSIFIER_KINDS.includes(kind) || typeof parameters !== "object") {
    throw new InputError("Cannot repeat the training as the manifest holds no recipe", {
      remedy: "train the model again with this version",
    });
  }
  switch (kind) {
    case "lstm":
      return { kind, parameters: parseNetworkParameters(parameters) };
    case "hybrid":
      return { kind, parameters: parseHybridParameters(parameters) };
    default:
      return { kind, parameters } as unknown as ModelRecipe;
  }
}
