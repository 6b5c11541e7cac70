import { InputError, type JsonValue } from "../core/mod.ts";
import type { Blender, BlendRule } from "./blender.ts";
import { blenderOf, BLENDERS } from "./blenders.ts";

/**
 * Checks what the type system cannot.
 *
 * @param parts number of parts that will be blended, flat not counted
 * @param blenders where the rule's kind is looked up
 * @throws {InputError} when there is no such blender
 * @throws {RangeError} when a setting is outside its range
 */
export function checkBlendRule(
  rule: BlendRule,
  parts: number,
  blenders: readonly Blender[] = BLENDERS,
): void {
  if (!(Number.isInteger(parts) && parts >= 1)) {
    throw new RangeError(`Cannot blend as there must be parts: current value is ${parts}`);
  }
  blenderOf(rule.kind, blenders).check(rule, parts);
}

/**
 * Reads a blender with its fitted parameters from a stored document.
 *
 * @param parts number of parts that it blends
 * @param where the document, for the error
 * @param blenders where its kind is looked up
 * @throws {InputError} when it is no blender of this program, or none for so many parts
 * @example
 * ```ts
 * import { parseBlendRule } from "./blend_rule.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(parseBlendRule({ kind: "plain-rule" }, 2, "MES-pair@1"), { kind: "plain-rule" });
 * ```
 */
export function parseBlendRule(
  value: JsonValue,
  parts: number,
  where: string,
  blenders: readonly Blender[] = BLENDERS,
): BlendRule {
  const { kind } = Object(value) as { readonly kind?: unknown };
  try {
    const rule = blenderOf(typeof kind === "string" ? kind : typeof kind, blenders).parse(value);
    checkBlendRule(rule, parts, blenders);
    return rule;
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof InputError)) throw error;
    throw new InputError(`Cannot use the blender: ${error.message}`, {
      where,
      remedy: "fit the system again with this version of the program",
      cause: error,
    });
  }
}
