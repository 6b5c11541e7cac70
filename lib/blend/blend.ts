import type { BlendRule } from "./blend_rule.ts";
import type { BlendState } from "./blend_state.ts";
import { logOddsPool } from "./log_odds_pool.ts";
import { confidenceOf, type Forecast, longProbability, ownPosition } from "./forecast.ts";
import { stackedProbability } from "./stacking.ts";

/** One position made of several forecasts. */
export interface Blended {
  /** Position, in full positions, -1 … 1. */
  readonly position: number;
  /** Pooled probability that the position beats flat; null for blenders that give none. */
  readonly probability: number | null;
  /** Share of each part in the position, in order; those of flat make up what is missing to 1. */
  readonly weights: readonly number[];
}

/**
 * Blends forecasts into one position. Whatever the rule, a part that is vetoed, silent or without
 * confidence moves nothing, and with none left the answer is flat.
 *
 * @param forecasts one per part, in the order of the state's experts
 * @example
 * ```ts
 * import { blend } from "./blend.ts";
 * import { initialBlendState } from "./blend_state.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const learning = { returnBound: 0.01, rate: null, share: 0 };
 * const part = { modelVersion: 1, veto: null };
 * const { position } = blend(
 *   [
 *     { ...part, source: "forest", position: 1, probability: 0.6 },
 *     { ...part, source: "policy", position: -1, probability: 0.7 },
 *   ],
 *   { kind: "confidence-weighted", minConfidence: 0.1, learning },
 *   initialBlendState("confidence-weighted", ["forest", "policy"]),
 * );
 * // Confidences 0.2 and 0.4: (0.2 - 0.4) / 0.6.
 * assertClose(position, -1 / 3, 1e-12);
 * ```
 */
export function blend(
  forecasts: readonly Forecast[],
  rule: BlendRule,
  state: BlendState,
): Blended {
  switch (rule.kind) {
    case "log-odds-pool": {
      const pooled = logOddsPool(rule.pool, forecasts.map(longProbability));
      return fromProbability(forecasts, pooled, rule.minConfidence, rule.pool.weights);
    }
    case "stacking": {
      const pooled = stackedProbability(rule.stack, forecasts.map(longProbability));
      return fromProbability(forecasts, pooled, rule.minConfidence, forecasts.map(() => 1));
    }
    case "confidence-weighted":
      return confidenceWeighted(forecasts, state.weights, rule.minConfidence);
    case "hedge":
    case "fixed-share":
    case "exponentiated-gradient":
      return weighted(forecasts, state.weights);
    case "plain-rule":
      return plainRule(forecasts);
  }
}

/** A long where a long likely pays, a short where it likely does not, full size at certainty. */
function fromProbability(
  forecasts: readonly Forecast[],
  long: number,
  minConfidence: number,
  partWeights: readonly number[],
): Blended {
  const confidence = Math.abs(2 * long - 1);
  const speaks = forecasts.some((forecast) => confidenceOf(forecast) > 0);
  const pull = forecasts.map((forecast, i) => Math.abs(partWeights[i]!) * confidenceOf(forecast));
  const total = pull.reduce((sum, value) => sum + value, 0);
  if (!speaks || confidence === 0 || confidence < minConfidence) return flatBlend(forecasts);
  return {
    position: long > 0.5 ? 1 : -1,
    probability: Math.max(long, 1 - long),
    weights: total === 0 ? forecasts.map(() => 0) : pull.map((value) => value / total),
  };
}

function confidenceWeighted(
  forecasts: readonly Forecast[],
  expertWeights: readonly number[],
  minConfidence: number,
): Blended {
  const confidences = forecasts.map(confidenceOf);
  const pull = confidences.map((confidence, i) => expertWeights[i]! * confidence);
  const total = pull.reduce((sum, value) => sum + value, 0);
  if (total === 0 || confidences.every((confidence) => confidence < minConfidence)) {
    return flatBlend(forecasts);
  }
  return withWeights(forecasts, pull.map((value) => value / total));
}

/** What a silent part would weigh goes to flat: its own position is flat. */
function weighted(forecasts: readonly Forecast[], expertWeights: readonly number[]): Blended {
  const weights = forecasts.map((forecast, i) =>
    confidenceOf(forecast) > 0 ? expertWeights[i]! : 0
  );
  return withWeights(forecasts, weights);
}

function plainRule(forecasts: readonly Forecast[]): Blended {
  const last = forecasts.length - 1;
  const trust = confidenceOf(forecasts[last]!);
  const rest = last === 0 ? 0 : (1 - trust) / last;
  const weights = forecasts.map((forecast, i) => {
    if (i === last) return trust;
    return confidenceOf(forecast) > 0 ? rest : 0;
  });
  return withWeights(forecasts, weights);
}

function withWeights(forecasts: readonly Forecast[], weights: readonly number[]): Blended {
  const sum = forecasts.reduce((total, part, i) => total + weights[i]! * ownPosition(part), 0);
  return { position: Math.max(-1, Math.min(1, sum)), probability: null, weights };
}

function flatBlend(forecasts: readonly Forecast[]): Blended {
  return { position: 0, probability: null, weights: forecasts.map(() => 0) };
}
