/** What one part of a blend says at one close. */
export interface PartForecast {
  /** Name of the part, for example `MES-forest`. */
  readonly source: string;
  /** Version of its model in the registry. */
  readonly modelVersion: number;
  /** Position it prefers, in full positions, -1 … 1. */
  readonly position: number;
  /**
   * Calibrated probability that `position` beats flat after cost, measured out of fold; null where
   * the part has nothing to say.
   */
  readonly probability: number | null;
  /** Why the part must not count here, for example unlike its training data; null to let it. */
  readonly veto: string | null;
}

/**
 * Confidence of a part: `max(0, 2 · probability - 1)`, so a coin toss has none. 0 where the part
 * is vetoed or silent (docs/methods.md#confidence).
 *
 * @example
 * ```ts
 * import { confidenceOf } from "./forecast.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const part = { source: "forest", modelVersion: 3, position: 1, probability: 0.75, veto: null };
 * assertEquals(confidenceOf(part), 0.5);
 * assertEquals(confidenceOf({ ...part, veto: "unlike the training data" }), 0);
 * ```
 */
export function confidenceOf({ probability, veto }: PartForecast): number {
  return probability === null || veto !== null ? 0 : Math.max(0, 2 * probability - 1);
}

/**
 * What a part says of a long position, as a probability: its own for a long, one minus it for a
 * short, ½ where it is flat or without confidence. A short that probably does not pay is no reason
 * to be long: costs can eat both. Parts that speak of different sides can so be pooled.
 */
export function longProbability(forecast: PartForecast): number {
  return 0.5 + Math.sign(forecast.position) * confidenceOf(forecast) / 2;
}

/** Position a part would hold if it decided alone: flat where it is silent, vetoed or unsure. */
export function ownPosition(forecast: PartForecast): number {
  return confidenceOf(forecast) > 0 ? forecast.position : 0;
}
