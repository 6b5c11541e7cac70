import {
  dailyReturns,
  type Metric,
  type MetricName,
  performanceMetrics,
} from "../../statistics/mod.ts";

/**
 * The report's own metrics at the end of an episode: equity per bar brought to days, then
 * `performanceMetrics` at 252 days a year.
 *
 * @param equityMicros equity at each close
 * @param tradeDay trade day of each bar, as long as `equityMicros`
 * @param initialMicros equity before the first bar
 * @throws {RangeError} when the two columns differ in length
 */
export function terminalMetrics(
  equityMicros: Float64Array,
  tradeDay: Int32Array,
  initialMicros: number,
): Record<MetricName, Metric> {
  return performanceMetrics(dailyReturns(equityMicros, tradeDay, initialMicros).returns, 252);
}
