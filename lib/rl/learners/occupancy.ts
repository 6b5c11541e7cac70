/** One price path as the exact gradient needs it; matrices are row-major `[length, n, n]`. */
export interface OccupancyInput {
  /** Number of actions. */
  readonly actions: number;
  /** Probability of each action given each position held. */
  readonly probabilities: Float64Array;
  /** Reward of each transition. */
  readonly rewards: Float64Array;
  /** Index of the position before the first decision. */
  readonly start: number;
  /** Index of staying flat. */
  readonly flat: number;
  /** 1 where the position has been closed before the next decision; none when absent. */
  readonly resets?: Uint8Array;
  /** Discount per row; 1 when absent. */
  readonly discount?: number;
}

/**
 * Probability of holding each position before each decision: `p[0]` is the start and
 * `p[t+1](a) = Σ p[t](b) π[t](a|b)` (docs/methods.md#exact-gradient).
 *
 * @returns row-major `[length, actions]`
 */
export function occupancy(input: OccupancyInput): Float64Array {
  const { actions, flat, probabilities, resets, start } = input;
  const length = probabilities.length / (actions * actions);
  const held = new Float64Array(length * actions);
  held[start] = 1;
  for (let step = 0; step + 1 < length; step++) {
    const next = (step + 1) * actions;
    if (resets?.[step] === 1) {
      held[next + flat] = 1;
      continue;
    }
    for (let previous = 0; previous < actions; previous++) {
      const mass = held[step * actions + previous]!;
      if (mass === 0) continue;
      const at = (step * actions + previous) * actions;
      for (let a = 0; a < actions; a++) held[next + a]! += mass * probabilities[at + a]!;
    }
  }
  return held;
}

/**
 * Value of each position before each decision, on this very price path:
 * `V[t](b) = Σ π[t](a|b) (r[t](b, a) + discount · V[t+1](a))`.
 *
 * @returns row-major `[length + 1, actions]`; the last row is 0
 */
export function pathValues(input: OccupancyInput): Float64Array {
  const { actions, probabilities, rewards } = input;
  const length = probabilities.length / (actions * actions);
  const values = new Float64Array((length + 1) * actions);
  for (let step = length - 1; step >= 0; step--) {
    for (let previous = 0; previous < actions; previous++) {
      const at = (step * actions + previous) * actions;
      let value = 0;
      for (let a = 0; a < actions; a++) {
        value += probabilities[at + a]! * (rewards[at + a]! + laterValue(input, values, step, a));
      }
      values[step * actions + previous] = value;
    }
  }
  return values;
}

/** Discounted value of what is held after choosing an action at a step. */
function laterValue(
  { actions, discount = 1, flat, resets }: OccupancyInput,
  values: Float64Array,
  step: number,
  action: number,
): number {
  const held = resets?.[step] === 1 ? flat : action;
  return discount * values[(step + 1) * actions + held]!;
}

/** The expected return of a path with its exact gradient. */
export interface OccupancyGradient {
  /** Expected sum of rewards. */
  readonly objective: number;
  /** Gradient in the logits, row-major `[length, actions, actions]`. */
  readonly gradient: Float64Array;
  /** Probability of holding each position, row-major `[length, actions]`. */
  readonly held: Float64Array;
}

/**
 * The exact policy gradient on one price path: no action is sampled, every action at every bar is
 * weighed by the probability that it is taken,
 * `dJ/dlogit[t](b, a) = p[t](b) π[t](a|b) (Q[t](b, a) - V[t](b))`.
 *
 * @example
 * ```ts
 * import { occupancyGradient } from "./occupancy.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * // One decision between flat and long, which earns 2.
 * const { gradient, objective } = occupancyGradient({
 *   actions: 2, start: 0, flat: 0,
 *   probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5),
 *   rewards: Float64Array.of(0, 2, 0, 2),
 * });
 * assertClose(objective, 1, 1e-12);
 * assertClose(gradient[1]!, 0.5, 1e-12);
 * ```
 */
export function occupancyGradient(input: OccupancyInput): OccupancyGradient {
  const { actions, probabilities, rewards, start } = input;
  const held = occupancy(input);
  const values = pathValues(input);
  const gradient = new Float64Array(probabilities.length);
  const length = held.length / actions;
  for (let step = 0; step < length; step++) {
    for (let previous = 0; previous < actions; previous++) {
      const state = step * actions + previous;
      const mass = held[state]!;
      if (mass === 0) continue;
      for (let a = 0; a < actions; a++) {
        const at = state * actions + a;
        const advantage = rewards[at]! + laterValue(input, values, step, a) - values[state]!;
        gradient[at] = mass * probabilities[at]! * advantage;
      }
    }
  }
  return { objective: values[start]!, gradient, held };
}

/**
 * Mean of a quantity of transitions at each step under the policy, for example of the results:
 * `m[t] = Σ p[t](b) π[t](a|b) x[t](b, a)`.
 *
 * @param power 2 for the mean square
 */
export function expectedPerStep(
  { actions, probabilities }: Pick<OccupancyInput, "actions" | "probabilities">,
  held: Float64Array,
  quantity: Float64Array,
  power: 1 | 2 = 1,
): Float64Array {
  const length = held.length / actions;
  const expected = new Float64Array(length);
  for (let step = 0; step < length; step++) {
    for (let previous = 0; previous < actions; previous++) {
      const state = step * actions + previous;
      for (let a = 0; a < actions; a++) {
        const at = state * actions + a;
        const value = quantity[at]!;
        expected[step]! += held[state]! * probabilities[at]! * (power === 1 ? value : value ** 2);
      }
    }
  }
  return expected;
}
