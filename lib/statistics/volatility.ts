import { createStateMemory, type JsonValue } from "../core/mod.ts";
import { createExponentialVariance } from "./averages.ts";

/** An exponentially weighted standard deviation that grows bar by bar. */
export interface Volatility {
  /** Takes the next return in; the estimate up to it, NaN without one. */
  step(change: number): number;
  /** The estimate up to the last return. */
  value(): number;
  /** All that it remembers. */
  save(): JsonValue;
}

/**
 * Exponentially weighted standard deviation of the returns up to each bar, decay 2 / (span + 1).
 * NaN for the first `span` bars, in which it would lean on its start.
 *
 * @param returns per bar; leading NaN are skipped
 */
export function exponentialVolatility(returns: Float64Array, span: number): Float64Array {
  return returns.map(createVolatility(span).step);
}

/**
 * The same, one return at a time, to the bit.
 *
 * @param state what `save` gave, to go on from there
 */
export function createVolatility(span: number, state: JsonValue = null): Volatility {
  const memory = createStateMemory();
  const variance = createExponentialVariance(memory, span);
  const last = memory.keep({ volatility: NaN });
  if (state !== null) memory.restore(state as string);
  return {
    step: (change) => Number.isNaN(change) ? NaN : last.volatility = Math.sqrt(variance(change)),
    value: () => last.volatility,
    save: () => memory.save(),
  };
}
