import type { StateMemory } from "../core/mod.ts";

/**
 * Exponential moving average, `a += (x - a) * 2 / (span + 1)`, started at the first value.
 *
 * @param memory keeps what is carried from value to value
 * @returns takes the next value; NaN for the first `span - 1` values
 */
export function createExponentialAverage(
  memory: StateMemory,
  span: number,
): (value: number) => number {
  const weight = exponentialWeight(span);
  // State lives in an object, as numbers captured by a closure are boxed anew at every write.
  const state = memory.keep({ average: NaN, seen: 0 });
  return (value) => {
    const { average, seen } = state;
    state.average = seen === 0 ? value : average + (value - average) * weight;
    state.seen = Math.min(span, seen + 1);
    return state.seen < span ? NaN : state.average;
  };
}

/**
 * Wilder's average (1978): the mean of the first `period` values, then `a += (x - a) / period`.
 *
 * @param memory keeps what is carried from value to value
 * @returns takes the next value; NaN for the first `period - 1` values
 */
export function createWilderAverage(
  memory: StateMemory,
  period: number,
): (value: number) => number {
  const state = memory.keep({ average: 0, seen: 0 });
  return (value) => {
    if (state.seen === period) return state.average += (value - state.average) / period;
    // While warming up this is the sum, divided once: the start is the plain mean.
    state.average += value;
    state.seen++;
    if (state.seen < period) return NaN;
    return state.average /= period;
  };
}

/**
 * Exponentially weighted variance around the exponentially weighted mean, as
 * `pandas.Series.ewm(span, adjust=False).var(bias=True)`
 * (docs/methods.md#differential-sharpe-ratio, Welford's form).
 *
 * @param memory keeps what is carried from value to value
 * @returns takes the next value; NaN for the first `span - 1` values
 */
export function createExponentialVariance(
  memory: StateMemory,
  span: number,
): (value: number) => number {
  const weight = exponentialWeight(span);
  const state = memory.keep({ mean: 0, variance: 0, seen: 0 });
  return (value) => {
    if (state.seen === 0) state.mean = value;
    const deviation = value - state.mean;
    state.mean += weight * deviation;
    state.variance = (1 - weight) * (state.variance + weight * deviation * deviation);
    state.seen = Math.min(span, state.seen + 1);
    return state.seen < span ? NaN : state.variance;
  };
}

/** Share of the newest value in an exponential average. */
function exponentialWeight(span: number): number {
  return 2 / (span + 1);
}

/** Number of values after which an exponential average of this span has forgotten how it started. */
export function exponentialMemory(span: number): number {
  return forgettingTime(exponentialWeight(span));
}

/** Number of values after which Wilder's average of this period has forgotten how it started. */
export function wilderMemory(period: number): number {
  return forgettingTime(1 / period);
}

/** Bits of a float64: below the last of them a start cannot be told from another. */
const SIGNIFICANT_BITS = 53;

/** Values until (1 - weight)^n, what is left of the start, falls below the last bit of a float64. */
function forgettingTime(weight: number): number {
  return Math.ceil(SIGNIFICANT_BITS * Math.LN2 / -Math.log1p(-weight));
}

/**
 * Holds values back.
 *
 * @param memory keeps the values held back
 * @returns takes the next value, gives the one `length` values ago; NaN before there is one
 */
export function createDelay(memory: StateMemory, length: number): (value: number) => number {
  if (length === 0) return (value) => value;
  const held = memory.keep(new Float64Array(length).fill(NaN));
  const state = memory.keep({ next: 0 });
  return (value) => {
    const { next } = state;
    const oldest = held[next]!;
    held[next] = value;
    state.next = next + 1 === length ? 0 : next + 1;
    return oldest;
  };
}
