import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import type { BlendRule } from "../blender.ts";
import type { LogisticWeights } from "../logistic_weights.ts";

/** Checks a fitted line. */
export const lineSchema: z.ZodType<LogisticWeights> = z.strictObject({
  intercept: z.number(),
  weights: z.array(z.number()),
});

/**
 * Reads a rule by its schema.
 *
 * @throws {InputError} naming the field
 */
export function readRule<Rule extends BlendRule>(schema: z.ZodType<Rule>, json: unknown): Rule {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InputError(
    `Cannot read the blender: ${issue.path.join(".") || "the rule"}: ${issue.message}`,
    { remedy: "fit it again with this version of the program" },
  );
}

/** @throws {RangeError} naming the rule that a setting breaks */
export function requireSetting(holds: boolean, rule: string, value: unknown): void {
  if (!holds) throw new RangeError(`Cannot blend as ${rule}: current value is ${value}`);
}

/** @throws {RangeError} unless it is a confidence that a part can exceed */
export function requireMinConfidence(minConfidence: number): void {
  const holds = minConfidence >= 0 && minConfidence < 1;
  requireSetting(holds, "minConfidence is in [0, 1)", minConfidence);
}
