/**
 * Rows of a series that keep its look when it is drawn with fewer points: the series is cut into
 * equal buckets and each keeps the rows of its lowest and its highest value. No peak or trough is
 * lost, unlike by averaging or by taking every n-th row. The first and the last row are kept.
 *
 * @param values the series; a series that is short enough is kept whole
 * @param limit most rows to return, at least 4
 * @returns row numbers, rising, at most `limit`
 * @throws {RangeError} when `limit` is below 4
 *
 * @example
 * ```ts
 * import { downsampleRows } from "./downsample.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spike = [0, 0, 0, 9, 0, 0, -9, 0, 0, 0];
 * assertEquals(downsampleRows(spike, 4), [0, 3, 6, 9]);
 * ```
 */
export function downsampleRows(values: ArrayLike<number>, limit: number): number[] {
  if (!(limit >= 4)) {
    throw new RangeError(
      `Cannot downsample as the limit must be at least 4: current value is ${limit}`,
    );
  }
  const { length } = values;
  if (length <= limit) return Array.from({ length }, (_, row) => row);

  const buckets = Math.floor((limit - 2) / 2);
  const inner = length - 2;
  const rows = [0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = 1 + Math.floor(bucket * inner / buckets);
    const end = 1 + Math.floor((bucket + 1) * inner / buckets);
    let low = start, high = start;
    for (let row = start + 1; row < end; row++) {
      if (values[row]! < values[low]!) low = row;
      if (values[row]! > values[high]!) high = row;
    }
    rows.push(Math.min(low, high));
    if (low !== high) rows.push(Math.max(low, high));
  }
  rows.push(length - 1);
  return rows;
}
