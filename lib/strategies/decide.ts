/** The market's part of following a policy: where it cannot be followed. */
export interface DecisionRules {
  /** 1 where the position has been closed before the next decision; none when absent. */
  readonly resets?: Uint8Array;
  /** 1 where only staying flat is possible; none when absent. */
  readonly forced?: Uint8Array;
}

/**
 * The positions that a policy takes, row by row: the likeliest action given the position that its
 * last action left. Of equals the one nearest to what is held wins, so that an indifferent policy
 * stays where it is.
 *
 * @param probabilities row-major `[rows, actions, actions]`: for each position held, those of the
 * next; NaN where the policy has nothing to say, which means flat
 * @param actions positions, ascending, with 0 among them
 * @returns index of the action of each row
 * @example
 * ```ts
 * import { decideActions } from "./decide.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // Goes long, then stays whatever is held.
 * const probabilities = Float64Array.of(0.2, 0.8, 0.2, 0.8, 0.9, 0.1, 0.4, 0.6);
 * assertEquals(decideActions(probabilities, [0, 1]), Int8Array.of(1, 1));
 * ```
 */
export function decideActions(
  probabilities: Float32Array | Float64Array,
  actions: readonly number[],
  { forced, resets }: DecisionRules = {},
): Int8Array {
  const count = actions.length, flat = actions.indexOf(0);
  const rows = probabilities.length / (count * count);
  const decided = new Int8Array(rows);
  let held = flat;
  for (let row = 0; row < rows; row++) {
    const action = forced?.[row] === 1
      ? flat
      : likeliestAction(probabilities, (row * count + held) * count, { count, held, flat });
    decided[row] = action;
    held = resets?.[row] === 1 ? flat : action;
  }
  return decided;
}

/**
 * The likeliest action of one distribution: flat where it is NaN; of equals the one nearest to what
 * is held.
 *
 * @param at where the distribution begins
 */
export function likeliestAction(
  probabilities: Float32Array | Float64Array,
  at: number,
  { count, flat, held }: {
    readonly count: number;
    readonly flat: number;
    readonly held: number;
  },
): number {
  if (Number.isNaN(probabilities[at]!)) return flat;
  let best = held;
  for (let a = 0; a < count; a++) {
    const difference = probabilities[at + a]! - probabilities[at + best]!;
    if (difference > 0 || (difference === 0 && Math.abs(a - held) < Math.abs(best - held))) {
      best = a;
    }
  }
  return best;
}
