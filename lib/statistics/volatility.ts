/**
 * Exponentially weighted standard deviation of the returns up to each bar, decay 2 / (span + 1).
 * NaN for the first `span` bars, in which it would lean on its start.
 *
 * @param returns per bar; leading NaN are skipped
 */
export function exponentialVolatility(returns: Float64Array, span: number): Float64Array {
  return returns.map(createVolatility(span));
}

/** The same, one return at a time, to the bit. */
export function createVolatility(span: number): (change: number) => number {
  const decay = 2 / (span + 1);
  let mean = 0, variance = 0, seen = 0;
  return (change) => {
    if (Number.isNaN(change)) return NaN;
    if (seen++ === 0) mean = change;
    const deviation = change - mean;
    mean += decay * deviation;
    variance = (1 - decay) * (variance + decay * deviation * deviation);
    return seen >= span ? Math.sqrt(variance) : NaN;
  };
}
