import { z } from "zod";
import type { Blender } from "../blender.ts";
import { longProbability } from "../forecast.ts";
import {
  fitLogisticWeights,
  logisticProbability,
  type LogisticWeights,
  type LogisticWeightsOptions,
  logit,
} from "../logistic_weights.ts";
import { fitPooled, fromProbability } from "./pooled.ts";
import { lineSchema, readRule, requireMinConfidence, requireSetting } from "./rule_schema.ts";

/** A full position on the side of a stacked model, from a least confidence on. */
export type StackingRule = {
  readonly kind: "stacking";
  readonly stack: LogisticWeights;
  readonly minConfidence: number;
};

const schema: z.ZodType<StackingRule> = z.strictObject({
  kind: z.literal("stacking"),
  stack: lineSchema,
  minConfidence: z.number(),
});

/** A logistic model of the parts' probabilities that also sees how decided and agreed they are. */
export const STACKING: Blender<StackingRule> = {
  kind: "stacking",
  givesProbability: true,
  readsConfidence: true,
  parse: (json) => readRule(schema, json),
  check({ minConfidence, stack }, parts) {
    requireMinConfidence(minConfidence);
    const width = stackingWidth(parts), { length } = stack.weights;
    requireSetting(length === width, `the stack must have ${width} weights`, length);
  },
  fit(fit) {
    const width = stackingWidth(fit.history.signals.length);
    const { line, minConfidence } = fitPooled(fit, width, fitStacking);
    return { kind: "stacking", stack: line, minConfidence };
  },
  blend(forecasts, { minConfidence, stack }) {
    const pooled = stackedProbability(stack, forecasts.map(longProbability));
    return fromProbability(forecasts, pooled, minConfidence, forecasts.map(() => 1));
  },
};

/** Columns that `stackingInputs` makes of so many parts. */
export function stackingWidth(parts: number): number {
  return 2 * parts + 1;
}

/**
 * Level-1 inputs of one row: each part's log-odds, the same times how decided the part is
 * (`|2p - 1|`), and last 1 or -1 where all parts are on the same side of ½, 0 where they are not.
 *
 * @param probabilities of the same event, one per part
 */
export function stackingInputs(probabilities: readonly number[]): number[] {
  const odds = probabilities.map(logit);
  const decided = odds.map((value, part) => value * Math.abs(2 * probabilities[part]! - 1));
  const side = Math.sign(odds[0] ?? 0);
  const agreement = odds.every((value) => Math.sign(value) === side) ? side : 0;
  return [...odds, ...decided, agreement];
}

/**
 * Fits a stacked model on out-of-fold probabilities (docs/methods.md#purging-and-stacking). Unlike
 * a log-odds pool its weights may be negative, and it sees agreement between the parts.
 *
 * @param probabilities row-major `[outcomes.length, parts]`, out of fold
 * @param outcomes 1 where the event happened, else 0
 * @throws RangeError when sizes do not match or there are no rows.
 */
export function fitStacking(
  probabilities: Float64Array,
  parts: number,
  outcomes: Uint8Array,
  options: Pick<LogisticWeightsOptions, "l2"> = {},
): LogisticWeights {
  const width = stackingWidth(parts);
  const inputs = new Float64Array(outcomes.length * width);
  for (let row = 0; row < outcomes.length; row++) {
    const own = probabilities.subarray(row * parts, (row + 1) * parts);
    inputs.set(stackingInputs(Array.from(own)), row * width);
  }
  return fitLogisticWeights(inputs, width, outcomes, options);
}

/** Probability that the stacked model gives to the event. */
export function stackedProbability(
  stack: LogisticWeights,
  probabilities: readonly number[],
): number {
  return logisticProbability(stack, stackingInputs(probabilities));
}
