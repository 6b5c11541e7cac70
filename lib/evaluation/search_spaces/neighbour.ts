import {
  type NumericDistribution,
  ownValue,
  type Params,
  type Random,
  type SearchSpace,
} from "../../core/mod.ts";

/** How far a neighbour is away: docs/methods.md#tuning. */
const SHARE = 0.1;

/**
 * Parameters nearby: every number up or down by a tenth of itself, a whole number by at least one,
 * kept inside its bounds; choices stay as they are. Good settings have good neighbours, luck has
 * not.
 *
 * @param space where the parameters come from
 * @example
 * ```ts
 * import { int } from "../../core/distribution.ts";
 * import { createRandom } from "../../core/random.ts";
 * import { assert } from "../../../tests/assert.ts";
 * import { neighbourOf } from "./neighbour.ts";
 *
 * const near = neighbourOf({ depth: int(1, 100) }, { depth: 50 }, createRandom(1));
 * assert(near.depth === 45 || near.depth === 55);
 * ```
 */
export function neighbourOf(space: SearchSpace, params: Params, random: Random): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const distribution = ownValue(space, name);
      if (distribution === undefined || distribution.type === "categorical") return [name, value];
      const side = random.uniform() < 0.5 ? -1 : 1;
      return [name, moved(distribution, Number(value), side)];
    }),
  );
}

function moved(distribution: NumericDistribution, value: number, side: number): number {
  const { low, high, step } = distribution;
  const reach = value === 0 ? SHARE * (high - low) : SHARE * Math.abs(value);
  const grain = step ?? 0;
  const distance = grain === 0 ? reach : Math.max(grain, Math.round(reach / grain) * grain);
  return Math.min(high, Math.max(low, value + side * distance));
}
