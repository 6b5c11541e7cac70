/** Simulated worlds with known answers: make bars, and know what no policy can beat on them. */
export { type BestAchievable, bestAchievable } from "./best_achievable.ts";
export { optimalPositions } from "./optimal_positions.ts";
export { simulateBars, type SimulationOptions, worldReturns } from "./simulate_bars.ts";
export {
  type CompleteWorld,
  completeWorld,
  createWorld,
  type World,
  WORLD_KINDS,
  type WorldKind,
} from "./world.ts";
