import type { EngineResult } from "../../engine/mod.ts";
import type { BlendDecision } from "../../blend/mod.ts";

/** What every part gave to every decision of a run, in columns. */
export interface Contributions {
  /** First row. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
  /** Share of each part in the position, row-major `[rows, parts]`; 0 where nothing was decided. */
  readonly weights: Float64Array;
  /** Its weight times its position, in full positions. */
  readonly pulls: Float64Array;
  /** Keeps a decision. */
  record(decision: BlendDecision, bar: number): void;
}

/** An empty record of the rows [from, to). */
export function createContributions(parts: number, from: number, to: number): Contributions {
  const weights = new Float64Array((to - from) * parts);
  const pulls = new Float64Array((to - from) * parts);
  return {
    ...{ from, to, weights, pulls },
    record(decision, bar) {
      decision.parts.forEach((part, i) => {
        const at = (bar - from) * parts + i;
        weights[at] = part.weight;
        pulls[at] = part.confidence > 0 ? part.weight * part.position : 0;
      });
    },
  };
}

/**
 * Divides the net profit of a run among the parts, dollars. The change of equity over a bar belongs
 * to the parts that argued for the side held, in proportion to what they gave to the decision; parts
 * that argued against it, or were silent, get nothing. What a position costs or earns when it is
 * closed belongs to those who held it. Sums to the profit of the account.
 *
 * @param parts number of parts
 * @returns one amount per part, and last what nobody argued for
 * @example
 * ```ts
 * import { attributeProfit } from "./contributions.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * // Long over the second bar, which earns 3 dollars; the first part gave twice as much.
 * const earned = attributeProfit(
 *   { from: 0, to: 2, pulls: Float64Array.of(0.4, 0.2, 0, 0) },
 *   2,
 *   {
 *     initialMicros: 100e6,
 *     equityMicros: Float64Array.of(100e6, 103e6),
 *     positionLots: Int32Array.of(0, 1),
 *   },
 * );
 * assertEquals(earned.map((usd) => Number(usd.toFixed(9))), [2, 1, 0]);
 * ```
 */
export function attributeProfit(
  { from, pulls, to }: Pick<Contributions, "from" | "pulls" | "to">,
  parts: number,
  { equityMicros, initialMicros, positionLots }: Pick<
    EngineResult,
    "equityMicros" | "initialMicros" | "positionLots"
  >,
): number[] {
  const earned = new Array<number>(parts + 1).fill(0);
  let shares: readonly number[] | null = null;
  for (let row = 0; row < to - from; row++) {
    const side = Math.sign(positionLots[row]!);
    if (side !== 0) shares = supporters(pulls, parts, row - 1, side) ?? shares;
    const before = row === 0 ? initialMicros : equityMicros[row - 1]!;
    const change = (equityMicros[row]! - before) / 1e6;
    if (change === 0) continue;
    if (shares === null) earned[parts]! += change;
    else shares.forEach((share, i) => earned[i]! += share * change);
  }
  return earned;
}

/** Share of each part among those that argued for a side; null where none did. */
function supporters(
  pulls: Float64Array,
  parts: number,
  row: number,
  side: number,
): readonly number[] | null {
  if (row < 0) return null;
  const own = Array.from(
    pulls.subarray(row * parts, (row + 1) * parts),
    (pull) => Math.max(0, pull * side),
  );
  const total = own.reduce((sum, value) => sum + value, 0);
  return total === 0 ? null : own.map((value) => value / total);
}
