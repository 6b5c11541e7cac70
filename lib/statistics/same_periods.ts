/**
 * Number of periods of several series of returns.
 *
 * @param least fewest series
 * @throws RangeError when there are fewer, or the series differ in length.
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
  return periods;
}
