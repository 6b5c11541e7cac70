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

/** A full position on the pooled side, from a least confidence on. */
export type LogOddsPoolRule = {
  readonly kind: "log-odds-pool";
  readonly pool: LogisticWeights;
  readonly minConfidence: number;
};

const schema: z.ZodType<LogOddsPoolRule> = z.strictObject({
  kind: z.literal("log-odds-pool"),
  pool: lineSchema,
  minConfidence: z.number(),
});

/** The parts' probabilities pooled in log-odds with fitted weights. */
export const LOG_ODDS_POOL: Blender<LogOddsPoolRule> = {
  kind: "log-odds-pool",
  givesProbability: true,
  readsConfidence: true,
  parse: (json) => readRule(schema, json),
  check({ minConfidence, pool }, parts) {
    requireMinConfidence(minConfidence);
    const { length } = pool.weights;
    requireSetting(length === parts, `the pool must have ${parts} weights`, length);
  },
  fit(fit) {
    const { line, minConfidence } = fitPooled(fit, fit.history.signals.length, fitLogOddsPool);
    return { kind: "log-odds-pool", pool: line, minConfidence };
  },
  blend(forecasts, { minConfidence, pool }) {
    const pooled = logOddsPool(pool, forecasts.map(longProbability));
    return fromProbability(forecasts, pooled, minConfidence, pool.weights);
  },
};

/**
 * Pools probabilities of the same event in log-odds:
 * `logit p = intercept + Σ weights[i] · logit(probabilities[i])` (docs/methods.md#blenders).
 *
 * @example
 * ```ts
 * import { logOddsPool } from "./log_odds_pool.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const pool = (weights: number[]) => logOddsPool({ intercept: 0, weights }, [0.6, 0.7]);
 * assertClose(pool([0.5, 0.5]), 0.6516685, 5e-8);
 * assertClose(pool([1, 1]), 0.7777778, 5e-8);
 * ```
 */
export function logOddsPool(pool: LogisticWeights, probabilities: readonly number[]): number {
  return logisticProbability(pool, probabilities.map(logit));
}

/**
 * Fits a pool on out-of-fold rows with weights of at least 0: a part can be ignored but never
 * turned round.
 *
 * @param probabilities row-major `[outcomes.length, parts]`, each out of fold: predicted by a model
 *   whose training windows exclude the row
 * @param outcomes 1 where the event happened, else 0
 * @throws RangeError when sizes do not match or there are no rows.
 */
export function fitLogOddsPool(
  probabilities: Float64Array,
  parts: number,
  outcomes: Uint8Array,
  options: Pick<LogisticWeightsOptions, "l2"> = {},
): LogisticWeights {
  const inputs = probabilities.map(logit);
  return fitLogisticWeights(inputs, parts, outcomes, { ...options, nonNegative: true });
}
