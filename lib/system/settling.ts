import type { RowRange } from "../market/mod.ts";
import { likeliestAction } from "../strategies/mod.ts";

/**
 * The most closes after which a policy's position no longer depends on the one it began with,
 * whichever of the rows it began at: policies begun at every position go on until they agree.
 *
 * @param probabilities row-major `[rows, actions, actions]`: for each position held, those of the
 * next; NaN where the policy has nothing to say, which means flat
 * @param actions positions, ascending, with 0 among them
 * @returns the number of rows when some never agree within them
 * @example
 * ```ts
 * import { settlingBars } from "./settling.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // Stays as it is, stays as it is, goes long.
 * const probabilities = Float32Array.of(0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9, 0.2, 0.8, 0.2, 0.8);
 * assertEquals(settlingBars(probabilities, [0, 1], { from: 0, to: 3 }), 3);
 * ```
 */
export function settlingBars(
  probabilities: Float32Array,
  actions: readonly number[],
  { from, to }: RowRange,
): number {
  const count = actions.length, flat = actions.indexOf(0);
  const next = (row: number, held: number): number =>
    likeliestAction(probabilities, (row * count + held) * count, { count, held, flat });
  let most = 0, start = from;
  while (start < to) {
    let held = actions.map((_, action) => action);
    let row = start;
    while (row < to && new Set(held).size > 1) {
      held = held.map((action) => next(row, action));
      row++;
    }
    most = Math.max(most, row - start);
    // Never agreed: a later start cannot agree either.
    if (new Set(held).size > 1) break;
    start++;
  }
  return most;
}
