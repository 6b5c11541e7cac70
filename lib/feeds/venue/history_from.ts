import type { OpenSpans } from "../../data/mod.ts";
import { stepGap } from "../step_gap.ts";

/** Doublings after which a calendar that opens for so few bars is given up. */
const MOST_DOUBLINGS = 12;

/**
 * A time from which on at least so many bars have closed until now, by the calendar.
 *
 * @param now epoch milliseconds
 * @example
 * ```ts
 * import { historyFrom } from "./history_from.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const always = (from: number, until: number) => [{ from, until }];
 * assertEquals(historyFrom(600_000, 3, 60_000, always), 360_000);
 * ```
 */
export function historyFrom(
  now: number,
  bars: number,
  intervalMs: number,
  openSpans: OpenSpans,
): number {
  const newest = Math.floor(now / intervalMs) * intervalMs;
  let from = newest;
  for (let doubling = 0; doubling <= MOST_DOUBLINGS; doubling++) {
    from = newest - (bars + 1) * intervalMs * 2 ** doubling;
    const gap = stepGap(from, newest, intervalMs, openSpans);
    if (gap !== null && gap.missing >= bars) break;
  }
  return from;
}
