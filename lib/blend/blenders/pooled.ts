import type { Blended, BlendFit } from "../blender.ts";
import type { ConfidenceCalibration } from "../confidence_calibration.ts";
import { confidenceOf, longProbability, type PartForecast } from "../forecast.ts";
import type { LogisticWeights } from "../logistic_weights.ts";
import { type Signal, signalForecast } from "../signal.ts";
import { flatBlend } from "./weighted_positions.ts";

/**
 * A long where a long likely pays, a short where it likely does not, full size at certainty.
 *
 * @param long pooled probability that a long position pays
 * @param partWeights how much each part counts for its share
 */
export function fromProbability(
  forecasts: readonly PartForecast[],
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

/**
 * Pools on the rows in which a long or a short beat its costs, each taken from both sides, so that
 * a drift of these rows teaches nothing. Where the share q of rows belongs to neither side, a pooled
 * probability must exceed ½ / (1 - q) for the position to beat flat more often than not.
 *
 * @param width inputs of the line
 * @param fitLine fits it on probabilities `[outcomes.length, parts]`
 */
export function fitPooled(
  { calibrations, history: { costs, moves, signals }, unseenFrom }: BlendFit,
  width: number,
  fitLine: (probabilities: Float64Array, parts: number, outcomes: Uint8Array) => LogisticWeights,
): { readonly line: LogisticWeights; readonly minConfidence: number } {
  const inputs: number[] = [], outcomes: number[] = [];
  let neither = 0, known = 0;
  for (let row = unseenFrom; row < moves.length; row++) {
    if (Number.isNaN(moves[row]!)) continue;
    known++;
    if (Math.abs(moves[row]!) <= costs[row]!) {
      neither++;
      continue;
    }
    const long = signals.map((signalAt, i) => partProbability(signalAt(row), calibrations[i]!));
    const rose = moves[row]! > 0 ? 1 : 0;
    inputs.push(...long, ...long.map((probability) => 1 - probability));
    outcomes.push(rose, 1 - rose);
  }
  const q = known === 0 ? 1 : neither / known;
  if (outcomes.length === 0) {
    const weights = Array.from({ length: width }, () => 0);
    return { line: { intercept: 0, weights }, minConfidence: 0.99 };
  }
  const line = fitLine(Float64Array.from(inputs), signals.length, Uint8Array.from(outcomes));
  return {
    // Exactly 0 by the symmetry of the rows; what is left is rounding.
    line: { ...line, intercept: 0 },
    minConfidence: Math.min(0.99, q / Math.max(1e-9, 1 - q)),
  };
}

function partProbability(
  signal: Signal | null,
  calibration: ConfidenceCalibration | null,
): number {
  if (signal === null) return 0.5;
  return longProbability(
    signalForecast({ source: "", modelVersion: 0, calibration }, signal, null),
  );
}
