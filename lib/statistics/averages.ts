/**
 * Exponential moving average, `a += (x - a) * 2 / (span + 1)`, started at the first value.
 *
 * @returns takes the next value; NaN for the first `span - 1` values
 */
export function createExponentialAverage(span: number): (value: number) => number {
  const weight = 2 / (span + 1);
  // State lives in an object, as numbers captured by a closure are boxed anew at every write.
  const state = { average: NaN, seen: 0 };
  return (value) => {
    const { average, seen } = state;
    state.average = seen === 0 ? value : average + (value - average) * weight;
    state.seen = seen + 1;
    return state.seen < span ? NaN : state.average;
  };
}

/**
 * Wilder's average (1978): the mean of the first `period` values, then `a += (x - a) / period`.
 *
 * @returns takes the next value; NaN for the first `period - 1` values
 */
export function createWilderAverage(period: number): (value: number) => number {
  const state = { average: 0, seen: 0 };
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
 * `pandas.Series.ewm(span, adjust=False).var(bias=True)` (learning-spec §2.2, Welford's form).
 *
 * @returns takes the next value; NaN for the first `span - 1` values
 */
export function createExponentialVariance(span: number): (value: number) => number {
  const weight = 2 / (span + 1);
  const state = { mean: 0, variance: 0, seen: 0 };
  return (value) => {
    if (state.seen === 0) state.mean = value;
    const deviation = value - state.mean;
    state.mean += weight * deviation;
    state.variance = (1 - weight) * (state.variance + weight * deviation * deviation);
    state.seen++;
    return state.seen < span ? NaN : state.variance;
  };
}

/**
 * Holds values back.
 *
 * @returns takes the next value, gives the one `length` values ago; NaN before there is one
 */
export function createDelay(length: number): (value: number) => number {
  const held = new Float64Array(length).fill(NaN);
  let next = 0;
  if (length === 0) return (value) => value;
  return (value) => {
    const oldest = held[next]!;
    held[next] = value;
    next = next + 1 === length ? 0 : next + 1;
    return oldest;
  };
}
