import type { Blended } from "../blender.ts";
import { confidenceOf, ownPosition, type PartForecast } from "../forecast.ts";

/** The mean of the parts' own positions under given weights. */
export function weightedPositions(
  forecasts: readonly PartForecast[],
  weights: readonly number[],
): Blended {
  const sum = forecasts.reduce((total, part, i) => total + weights[i]! * ownPosition(part), 0);
  return { position: Math.max(-1, Math.min(1, sum)), probability: null, weights };
}

/** The mean under the experts' weights; what a silent part would weigh goes to flat. */
export function byExpertWeights(
  forecasts: readonly PartForecast[],
  expertWeights: readonly number[],
): Blended {
  const weights = forecasts.map((forecast, i) =>
    confidenceOf(forecast) > 0 ? expertWeights[i]! : 0
  );
  return weightedPositions(forecasts, weights);
}

/** No position. */
export function flatBlend(forecasts: readonly PartForecast[]): Blended {
  return { position: 0, probability: null, weights: forecasts.map(() => 0) };
}
