/**
 * Worlds whose optimum is known.
 *
 * @module
 */
export {
  type BestAchievable,
  bestAchievable,
  type CompleteWorld,
  completeWorld,
  createWorld,
  optimalPositions,
  simulateBars,
  type SimulationOptions,
  type World,
  WORLD_KINDS,
  type WorldKind,
  worldReturns,
} from "./simulator.ts";
