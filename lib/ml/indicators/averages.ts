/**
 * Exponential moving average, `a += (x - a) * 2 / (span + 1)`, started at the first value.
 *
 * @returns takes the next value; NaN for the first `span - 1` values
 */
export function createExponentialAverage(span: number): (value: number) => number {
  const weight = 2 / (span + 1);
  let average = NaN;
  let seen = 0;
  return (value) => {
    average = seen === 0 ? value : average + (value - average) * weight;
    return ++seen < span ? NaN : average;
  };
}

/**
 * Wilder's average (1978): the mean of the first `period` values, then `a += (x - a) / period`.
 *
 * @returns takes the next value; NaN for the first `period - 1` values
 */
export function createWilderAverage(period: number): (value: number) => number {
  let average = 0;
  let seen = 0;
  return (value) => {
    seen = Math.min(seen + 1, period + 1);
    if (seen <= period) {
      // While warming up this is the sum; divided once, so that the start is the plain mean.
      average += value;
      if (seen === period) average /= period;
      return seen < period ? NaN : average;
    }
    return average += (value - average) / period;
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
  let mean = 0, variance = 0;
  let seen = 0;
  return (value) => {
    const deviation = seen === 0 ? 0 : value - mean;
    if (seen === 0) mean = value;
    mean += weight * deviation;
    variance = (1 - weight) * (variance + weight * deviation * deviation);
    return ++seen < span ? NaN : variance;
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
