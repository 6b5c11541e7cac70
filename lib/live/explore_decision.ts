import { drawAction } from "../strategies/mod.ts";
import type { Exploration } from "../trading/mod.ts";
import type { Decision, Held } from "./decider.ts";
import { type ExploredPositions, positionOf } from "./explored_positions.ts";

/** How a decider explores. Plain data. */
export interface DecidingExploration extends Exploration, ExploredPositions {}

/**
 * A decision where other positions have a chance: what a system decided, or a position drawn from
 * all alike, with the probability of either.
 *
 * @param bar number of the bar, on which the draw depends
 */
export function exploreDecision(
  decision: Decision,
  held: Held,
  exploring: DecidingExploration,
  bar: number,
): Decision {
  const { positions } = exploring;
  const own = positionOf(decision.forecast, held.exposure, exploring);
  const { action, propensity } = drawAction(own, positions.length, exploring, bar);
  const position = positions[action]!;
  const chosen = { position, propensity };
  if (action === own) return { ...decision, chosen };
  return {
    forecast: { exposure: position, intent: "resize", probability: null },
    why: `drawn at random with probability ${propensity.toFixed(3)}; else: ${decision.why}`,
    chosen,
  };
}
