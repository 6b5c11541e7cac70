/**
 * Number of periods of several series of returns.
 *
 * @param least fewest series
 * @throws RangeError when there are fewer, the series differ in length or a return is not finite.
 */
export function requireSamePeriods(series: readonly Float64Array[], least: number): number {
  const periods = series[0]?.length ?? 0;
  if (series.length < least) {
    throw new RangeError(
      `Cannot compare as there are at least ${least} series: current value is ${series.length}`,
    );
  }
  const other = series.find(({ length }) => length !== periods);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot compare as all series have the same periods: current value is ${periods} and ${other.length}`,
    );
  }
  series.forEach(requireFinite);
  return periods;
}

/** Refuses NaN and infinite returns, which would lose or win every comparison unseen. */
export function requireFinite(returns: Float64Array, index = 0): void {
  const period = returns.findIndex((value) => !Number.isFinite(value));
  if (period < 0) return;
  throw new RangeError(
    `Cannot judge returns as each is a finite number: current value is ${
      returns[period]
    } in period ${period} of series ${index}`,
  );
}
