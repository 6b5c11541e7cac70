import type { Bars } from "../market/bars.ts";

/** A run of bars that should be there and is not. */
export interface Gap {
  /** Index, from 0, of the bar before the gap. */
  readonly afterRow: number;
  /** First missing stamp, epoch milliseconds. */
  readonly from: number;
  /** Last missing stamp, epoch milliseconds. */
  readonly to: number;
  /** Missing stamps that lie inside the session. */
  readonly missingBars: number;
}

/**
 * Finds stamps inside the session that have no bar. A minute without a trade has no bar in many
 * files, so a short gap is not yet a fault.
 *
 * @param isOpen tells whether a bar that opens at this moment belongs to the session
 * @returns gaps in order of time; stamps outside the session are never counted
 * @example
 * ```ts
 * import type { Bars } from "../market/bars.ts";
 * import { findGaps } from "./gaps.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const time = Float64Array.of(0, 60_000, 240_000);
 * const bars = { time, length: 3, intervalMs: 60_000 } as Bars;
 * assertEquals(findGaps(bars, () => true), [
 *   { afterRow: 1, from: 120_000, to: 180_000, missingBars: 2 },
 * ]);
 * ```
 */
export function findGaps(bars: Bars, isOpen: (time: number) => boolean): Gap[] {
  const { time, length, intervalMs } = bars;
  const gaps: Gap[] = [];
  for (let row = 0; row + 1 < length; row++) {
    const next = time[row + 1]!;
    let missingBars = 0;
    let from = NaN;
    let to = NaN;
    for (let stamp = time[row]! + intervalMs; stamp < next; stamp += intervalMs) {
      if (!isOpen(stamp)) continue;
      if (missingBars === 0) from = stamp;
      to = stamp;
      missingBars++;
    }
    if (missingBars > 0) gaps.push({ afterRow: row, from, to, missingBars });
  }
  return gaps;
}
