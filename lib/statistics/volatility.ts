import type { JsonValue } from "../core/json.ts";

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
  const decay = 2 / (span + 1);
  const saved = state as { mean: number; variance: number; seen: number } | null;
  let { mean, variance, seen } = saved ?? { mean: 0, variance: 0, seen: 0 };
  const value = (): number => seen >= span ? Math.sqrt(variance) : NaN;
  return {
    step(change) {
      if (Number.isNaN(change)) return NaN;
      if (seen++ === 0) mean = change;
      const deviation = change - mean;
      mean += decay * deviation;
      variance = (1 - decay) * (variance + decay * deviation * deviation);
      return value();
    },
    value,
    save: () => ({ mean, variance, seen }),
  };
}
