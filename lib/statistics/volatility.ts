import { createStateMemory, type StateMemory } from "../core/state_memory.ts";
import { createExponentialVariance } from "./averages.ts";

/**
 * Exponentially weighted standard deviation of the returns up to each bar, decay 2 / (span + 1).
 * NaN for the first `span` bars, in which it would lean on its start.
 *
 * @param returns per bar; NaN are skipped, as the first is
 */
export function exponentialVolatility(returns: Float64Array, span: number): Float64Array {
  const volatility = createVolatility(createStateMemory(), span);
  return returns.map((change) => volatility(change));
}

/**
 * The same, one return at a time, to the bit.
 *
 * @param memory keeps what is carried from return to return
 */
export function createVolatility(memory: StateMemory, span: number): (change: number) => number {
  const variance = createExponentialVariance(memory, span);
  return (change) => Number.isNaN(change) ? NaN : Math.sqrt(variance(change));
}
