import {
  fitLogisticWeights,
  logisticProbability,
  type LogisticWeights,
  type LogisticWeightsOptions,
  logit,
} from "./logistic_weights.ts";

/**
 * Pools probabilities of the same event in log-odds:
 * `logit p = intercept + Σ weights[i] · logit(probabilities[i])` (learning-spec §4.2).
 *
 * @example
 * ```ts
 * import { logOddsPool } from "./log_odds_pool.ts";
 * import { assertClose } from "../../tests/assert.ts";
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
