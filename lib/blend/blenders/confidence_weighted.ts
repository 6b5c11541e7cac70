import { z } from "zod";
import type { Blender } from "../blender.ts";
import { confidenceOf } from "../forecast.ts";
import { readRule, requireMinConfidence } from "./rule_schema.ts";
import {
  checkLearning,
  learningSchema,
  learnWeights,
  returnBoundOf,
  type WeightLearning,
} from "./weight_learning.ts";
import { flatBlend, weightedPositions } from "./weighted_positions.ts";

/** `Σ u c a / Σ u c` with confidences c and learnt weights u; flat when no c reaches the least. */
export type ConfidenceWeightedRule = {
  readonly kind: "confidence-weighted";
  readonly minConfidence: number;
  readonly learning: WeightLearning;
};

/** A single part must be at least this sure, or the blend is flat. */
const MIN_CONFIDENCE = 0.02;

const schema: z.ZodType<ConfidenceWeightedRule> = z.strictObject({
  kind: z.literal("confidence-weighted"),
  minConfidence: z.number(),
  learning: learningSchema,
});

/** Each part by its confidence, times how it has done so far. */
export const CONFIDENCE_WEIGHTED: Blender<ConfidenceWeightedRule> = {
  kind: "confidence-weighted",
  givesProbability: false,
  readsConfidence: false,
  parse: (json) => readRule(schema, json),
  check({ learning, minConfidence }) {
    requireMinConfidence(minConfidence);
    checkLearning(learning);
  },
  fit: ({ history }) => ({
    kind: "confidence-weighted",
    minConfidence: MIN_CONFIDENCE,
    learning: { returnBound: returnBoundOf(history), rate: null, share: 0 },
  }),
  blend(forecasts, { minConfidence }, expertWeights) {
    const confidences = forecasts.map(confidenceOf);
    const pull = confidences.map((confidence, i) => expertWeights[i]! * confidence);
    const total = pull.reduce((sum, value) => sum + value, 0);
    if (total === 0 || confidences.every((confidence) => confidence < minConfidence)) {
      return flatBlend(forecasts);
    }
    return weightedPositions(forecasts, pull.map((value) => value / total));
  },
  learn: (weights, { learning }, returns, step) => learnWeights(weights, learning, returns, step),
};
