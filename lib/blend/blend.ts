import type { Blended, Blender, BlendRule } from "./blender.ts";
import { blenderOf, BLENDERS } from "./blenders.ts";
import type { BlendState } from "./blend_state.ts";
import type { PartForecast } from "./forecast.ts";

/**
 * Blends forecasts into one position. Whatever the rule, a part that is vetoed, silent or without
 * confidence moves nothing, and with none left the answer is flat.
 *
 * @param forecasts one per part, in the order of the state's experts
 * @param blenders where the rule's kind is looked up
 * @throws {InputError} when there is no such blender
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
  forecasts: readonly PartForecast[],
  rule: BlendRule,
  state: BlendState,
  blenders: readonly Blender[] = BLENDERS,
): Blended {
  return blenderOf(rule.kind, blenders).blend(forecasts, rule, state.weights);
}
