import { type BlendState, FLAT_EXPERT, initialBlendState } from "./blend_state.ts";
import type { FollowState } from "./follow_blend.ts";

/**
 * What a blend of other parts goes on with: parts that stay keep their weight and their last
 * positions, those that come begin with an equal share. Null where the blender is another one.
 *
 * @param kept for each part the number that it had before, null for one that comes
 * @example
 * ```ts
 * import { carryBlend } from "./carry_blend.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const experts = ["forest", "policy", "flat"];
 * const blend = { kind: "hedge", experts, weights: [0.6, 0.3, 0.1], steps: 9, learntTo: 7 };
 * const before = { blend, recent: [[1, -1]] };
 * assertEquals(carryBlend(before, "hedge", ["policy", "forest"], [1, 0]), {
 *   blend: { ...blend, experts: ["policy", "forest", "flat"], weights: [0.3, 0.6, 0.1] },
 *   recent: [[-1, 1]],
 * });
 * ```
 */
export function carryBlend(
  before: FollowState,
  kind: string,
  sources: readonly string[],
  kept: readonly (number | null)[],
): FollowState | null {
  const { blend, recent } = before;
  if (blend.kind !== kind || kept.every((part) => part === null)) return null;
  const fresh = initialBlendState(kind, sources);
  const flat = blend.weights[blend.experts.indexOf(FLAT_EXPERT)]!;
  const shares = [
    ...kept.map((part, i) => part === null ? fresh.weights[i]! : blend.weights[part]!),
    flat,
  ];
  const same = kept.length + 1 === blend.experts.length && !kept.includes(null);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = same ? shares : shares.map((share) => share / total);
  const carried: BlendState = { ...blend, experts: fresh.experts, weights };
  return {
    blend: carried,
    recent: recent.map((positions) => kept.map((part) => part === null ? 0 : positions[part]!)),
  };
}
