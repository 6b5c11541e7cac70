import { z } from "zod";
import type { Blender } from "../blender.ts";
import { readRule } from "./rule_schema.ts";
import {
  checkLearning,
  learnWeights,
  returnBoundOf,
  unsharedLearningSchema,
  type WeightLearning,
} from "./weight_learning.ts";
import { byExpertWeights } from "./weighted_positions.ts";

/** Weights by `exp(-rate · loss)`; flat as one more expert. */
export type HedgeRule = {
  readonly kind: "hedge";
  readonly learning: Omit<WeightLearning, "share">;
};

const schema: z.ZodType<HedgeRule> = z.strictObject({
  kind: z.literal("hedge"),
  learning: unsharedLearningSchema,
});

/** Hedge over the parts and flat (Freund & Schapire 1997). */
export const HEDGE: Blender<HedgeRule> = {
  kind: "hedge",
  givesProbability: false,
  readsConfidence: false,
  parse: (json) => readRule(schema, json),
  check: ({ learning }) => checkLearning(learning),
  fit: ({ history }) => ({
    kind: "hedge",
    learning: { returnBound: returnBoundOf(history), rate: null },
  }),
  blend: (forecasts, _rule, weights) => byExpertWeights(forecasts, weights),
  learn: (weights, { learning }, returns, step) => learnWeights(weights, learning, returns, step),
};
