import { createRandom, mixSeed } from "../core/mod.ts";
import type { Exploration } from "../trading/mod.ts";

/** An action that was chosen where others had a chance. */
export interface DrawnAction {
  /** Index of the action. */
  readonly action: number;
  /** Probability with which it was chosen. */
  readonly propensity: number;
}

/**
 * Takes an action, or now and then another one: it has probability `1 - share + share / count`, each
 * other `share / count`.
 *
 * @param greedy index of the action that would be taken without
 * @param count how many actions there are
 * @param stream number of the decision; the draw depends on it and the seed alone
 * @example
 * ```ts
 * import { drawAction } from "./draw_action.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(drawAction(2, 3, { share: 0, seed: 1 }, 7), { action: 2, propensity: 1 });
 * ```
 */
export function drawAction(
  greedy: number,
  count: number,
  { seed, share }: Exploration,
  stream: number,
): DrawnAction {
  const random = createRandom(mixSeed(seed, stream));
  const action = random.uniform() < share ? random.integer(count) : greedy;
  const each = share / count;
  return { action, propensity: action === greedy ? 1 - share + each : each };
}
