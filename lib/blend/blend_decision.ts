import type { Blended } from "./blender.ts";
import { confidenceOf, type PartForecast } from "./forecast.ts";

/** What one part added to a decision. */
export interface BlendedPart extends PartForecast {
  /** `max(0, 2 · probability - 1)`; 0 where vetoed or silent. */
  readonly confidence: number;
  /** Its share in the position, 0 … 1. */
  readonly weight: number;
}

/** A decision with everything that made it; plain data for the journal. */
export interface BlendDecision {
  /** Epoch milliseconds of the close it was taken at. */
  readonly time: number;
  /** How the parts were blended. */
  readonly blender: string;
  /** Blended position, in full positions, -1 … 1. */
  readonly position: number;
  /** Pooled probability that the position beats flat; null for blenders that give none. */
  readonly probability: number | null;
  /** The parts, in order. */
  readonly parts: readonly BlendedPart[];
}

/** What made a decision besides the parts and the blend. */
export type DecisionFrame = Omit<BlendDecision, "position" | "probability" | "parts">;

/** Puts forecasts, their blend and its consequence together. */
export function blendDecision(
  forecasts: readonly PartForecast[],
  blended: Blended,
  frame: DecisionFrame,
): BlendDecision {
  const parts = forecasts.map((forecast, i) => ({
    ...forecast,
    confidence: confidenceOf(forecast),
    weight: blended.weights[i]!,
  }));
  return { ...frame, position: blended.position, probability: blended.probability, parts };
}

/**
 * The decision as one clause.
 *
 * @example
 * ```ts
 * import { describeBlend } from "./blend_decision.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const text = describeBlend({
 *   time: 0,
 *   blender: "hedge",
 *   position: 0.6,
 *   probability: null,
 *   parts: [
 *     {
 *       source: "MES-forest", modelVersion: 3, position: 1, probability: 0.61,
 *       confidence: 0.22, weight: 0.6, veto: null,
 *     },
 *     {
 *       source: "MES-policy", modelVersion: 2, position: -1, probability: 0.7,
 *       confidence: 0, weight: 0, veto: "unlike its training data",
 *     },
 *   ],
 * });
 * assertEquals(
 *   text,
 *   "MES-forest v3 long with probability 0.61 (weight 0.60), MES-policy v2 left out: unlike its training data; hedge gives +0.60",
 * );
 * ```
 */
export function describeBlend(decision: BlendDecision): string {
  const { blender, parts, position, probability } = decision;
  const sign = position > 0 ? "+" : "";
  const pooled = probability === null ? "" : ` with probability ${probability.toFixed(2)}`;
  const result = `${blender} gives ${sign}${position.toFixed(2)}${pooled}`;
  return `${parts.map(describePart).join(", ")}; ${result}`;
}

function describePart(part: BlendedPart): string {
  const name = `${part.source} v${part.modelVersion}`;
  if (part.veto !== null) return `${name} left out: ${part.veto}`;
  if (part.probability === null) return `${name} says nothing`;
  const side = part.position === 0 ? "flat" : part.position > 0 ? "long" : "short";
  return `${name} ${side} with probability ${part.probability.toFixed(2)} (weight ${
    part.weight.toFixed(2)
  })`;
}
