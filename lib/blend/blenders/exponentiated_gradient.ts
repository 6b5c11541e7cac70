import { z } from "zod";
import type { Blender } from "../blender.ts";
import { exponentiatedGradientStep, hedgeRate } from "../expert_weights.ts";
import { readRule, requireSetting } from "./rule_schema.ts";
import { knownReturns, returnBoundOf } from "./weight_learning.ts";
import { byExpertWeights } from "./weighted_positions.ts";

/** Weights by `exp(rate · R / (1 + w · R))`. */
export type ExponentiatedGradientRule = {
  readonly kind: "exponentiated-gradient";
  readonly rate: number;
};

const schema: z.ZodType<ExponentiatedGradientRule> = z.strictObject({
  kind: z.literal("exponentiated-gradient"),
  rate: z.number(),
});

/** The exponentiated gradient over the parts and flat (Helmbold et al. 1998). */
export const EXPONENTIATED_GRADIENT: Blender<ExponentiatedGradientRule> = {
  kind: "exponentiated-gradient",
  givesProbability: false,
  readsConfidence: false,
  parse: (json) => readRule(schema, json),
  check: ({ rate }) => requireSetting(rate > 0, "rate must be positive", rate),
  fit({ history }) {
    const experts = history.signals.length + 1;
    const bars = Math.max(1, knownReturns(history).length);
    return {
      kind: "exponentiated-gradient",
      rate: hedgeRate(experts, bars) / returnBoundOf(history),
    };
  },
  blend: (forecasts, _rule, weights) => byExpertWeights(forecasts, weights),
  learn: (weights, { rate }, returns) => exponentiatedGradientStep(weights, returns, rate),
};
