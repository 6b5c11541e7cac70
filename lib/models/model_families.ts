import { InputError } from "../core/mod.ts";
import { FOREST_FAMILY } from "./forest/forest_family.ts";
import { HYBRID_FAMILY } from "./hybrid/hybrid_family.ts";
import { LOGISTIC_FAMILY } from "./logistic/logistic_family.ts";
import type { ModelFamily, ModelRecipe } from "./model_family.ts";
import { LSTM_FAMILY } from "./network/lstm_family.ts";

/** Every family of models that can be trained, in the order of help and pages. */
export const MODEL_FAMILIES: readonly ModelFamily[] = [
  FOREST_FAMILY,
  LOGISTIC_FAMILY,
  LSTM_FAMILY,
  HYBRID_FAMILY,
];

/**
 * The family of a kind.
 *
 * @param families those of a script beside ours, `[...MODEL_FAMILIES, own]`
 * @param where what names the kind, for the error
 * @throws {InputError} when there is none
 * @example
 * ```ts
 * import { familyOf } from "./model_families.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(familyOf("forest").usesTensorflow, false);
 * ```
 */
export function familyOf(
  kind: string,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
  where?: string,
): ModelFamily {
  const family = families.find((one) => one.kind === kind);
  if (family !== undefined) return family;
  throw new InputError(`Cannot find the family of a model of kind '${kind}'`, {
    ...(where === undefined ? {} : { where }),
    remedy: `the kinds are ${families.map((one) => one.kind).join(", ")}`,
  });
}

/** The recipe of a kind without flags. */
export function defaultRecipe(
  kind: string,
  families: readonly ModelFamily[] = MODEL_FAMILIES,
): ModelRecipe {
  return { kind, parameters: familyOf(kind, families).defaults };
}
