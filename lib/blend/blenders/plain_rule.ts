import { z } from "zod";
import type { Blender } from "../blender.ts";
import { confidenceOf } from "../forecast.ts";
import { readRule } from "./rule_schema.ts";
import { weightedPositions } from "./weighted_positions.ts";

/**
 * `c · a_last + (1 - c) · a_others`: the last part, the policy, counts by its confidence c and the
 * mean of the others by the rest.
 */
export type PlainRule = { readonly kind: "plain-rule" };

const schema: z.ZodType<PlainRule> = z.strictObject({ kind: z.literal("plain-rule") });

/** The reference that the other blenders must beat. */
export const PLAIN_RULE: Blender<PlainRule> = {
  kind: "plain-rule",
  givesProbability: false,
  readsConfidence: false,
  parse: (json) => readRule(schema, json),
  check: () => {},
  fit: () => ({ kind: "plain-rule" }),
  blend(forecasts) {
    const last = forecasts.length - 1;
    const trust = confidenceOf(forecasts[last]!);
    const rest = last === 0 ? 0 : (1 - trust) / last;
    const weights = forecasts.map((forecast, i) => {
      if (i === last) return trust;
      return confidenceOf(forecast) > 0 ? rest : 0;
    });
    return weightedPositions(forecasts, weights);
  },
};
