/** Simulated worlds with known answers: make bars, and know what no policy can beat on them. */
export { type BestAchievable, bestAchievable } from "./simulator/best_achievable.ts";
export { optimalPositions } from "./simulator/optimal_positions.ts";
export { simulateBars, type SimulationOptions, worldReturns } from "./simulator/simulate_bars.ts";
export {
  type CompleteWorld,
  completeWorld,
  createWorld,
  type World,
  WORLD_KINDS,
  type WorldKind,
} from "./simulator/world.ts";
