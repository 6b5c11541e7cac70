import { z } from "zod";
import type { Blender } from "../blender.ts";
import { readRule } from "./rule_schema.ts";
import {
  checkLearning,
  learningSchema,
  learnWeights,
  returnBoundOf,
  type WeightLearning,
} from "./weight_learning.ts";
import { byExpertWeights } from "./weighted_positions.ts";

/** Hedge that gives some weight back each step. */
export type FixedShareRule = {
  readonly kind: "fixed-share";
  readonly learning: WeightLearning;
};

/** Weight given back each bar: experts change places every few hundred bars. */
const SHARE = 0.002;

const schema: z.ZodType<FixedShareRule> = z.strictObject({
  kind: z.literal("fixed-share"),
  learning: learningSchema,
});

/** Fixed share over the parts and flat (Herbster & Warmuth 1998). */
export const FIXED_SHARE: Blender<FixedShareRule> = {
  kind: "fixed-share",
  givesProbability: false,
  readsConfidence: false,
  parse: (json) => readRule(schema, json),
  check: ({ learning }) => checkLearning(learning),
  fit: ({ history }) => ({
    kind: "fixed-share",
    learning: { returnBound: returnBoundOf(history), rate: null, share: SHARE },
  }),
  blend: (forecasts, _rule, weights) => byExpertWeights(forecasts, weights),
  learn: (weights, { learning }, returns, step) => learnWeights(weights, learning, returns, step),
};
