import {
  type Bars,
  DAILY_INTERVAL_MS,
  DAY_MS,
  type Session,
  type SessionCalendar,
} from "../market/mod.ts";

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

/** A span of time in which bars may open. */
export interface OpenSpan {
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive. */
  readonly until: number;
}

/** The spans in which bars may open that overlap a stretch of time, oldest first. */
export type OpenSpans = (from: number, until: number) => Iterable<OpenSpan>;

/** A longer gap is counted by its beginning, so that work is bounded by rows and not by years. */
const COUNTED_MS = 56 * DAY_MS;

/**
 * Finds stamps inside the session that have no bar. A minute without a trade has no bar in many
 * files, so a short gap is not yet a fault. A gap of more than eight weeks is counted by its first
 * eight weeks, in proportion.
 *
 * @param openSpans tells when bars may open; `expectedSpans` makes it from a calendar
 * @returns gaps in order of time; stamps outside the session are never counted
 * @example
 * ```ts
 * import type { Bars } from "../market/bars.ts";
 * import { findGaps } from "./gaps.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const time = Float64Array.of(0, 60_000, 240_000);
 * const bars = { time, length: 3, intervalMs: 60_000 } as Bars;
 * assertEquals(findGaps(bars, (from, until) => [{ from, until }]), [
 *   { afterRow: 1, from: 120_000, to: 180_000, missingBars: 2 },
 * ]);
 * ```
 */
export function findGaps(
  bars: Pick<Bars, "time" | "length" | "intervalMs">,
  openSpans: OpenSpans,
): Gap[] {
  const { time, length, intervalMs } = bars;
  const gaps: Gap[] = [];
  for (let row = 0; row + 1 < length; row++) {
    const start = time[row]!;
    const next = time[row + 1]!;
    if (next - start <= intervalMs) continue;
    const counted = missingStamps(start, Math.min(next, start + COUNTED_MS), intervalMs, openSpans);
    if (counted === null) continue;
    if (next - start <= COUNTED_MS) gaps.push({ afterRow: row, ...counted });
    else {
      const end = Math.floor((next - COUNTED_MS - start) / intervalMs) * intervalMs + start;
      const { to } = missingStamps(end, next, intervalMs, openSpans) ?? counted;
      const missingBars = Math.round(counted.missingBars * (next - start) / COUNTED_MS);
      gaps.push({ afterRow: row, from: counted.from, to, missingBars });
    }
  }
  return gaps;
}

/** The stamps of the grid from `start` that lie after it, before `next` and in an open span. */
function missingStamps(
  start: number,
  next: number,
  intervalMs: number,
  openSpans: OpenSpans,
): Omit<Gap, "afterRow"> | null {
  let missingBars = 0, from = NaN, to = NaN;
  for (const span of openSpans(start + intervalMs, next)) {
    const first = Math.max(1, Math.ceil((span.from - start) / intervalMs));
    const last = Math.ceil((Math.min(span.until, next) - start) / intervalMs) - 1;
    if (last < first) continue;
    if (missingBars === 0) from = start + first * intervalMs;
    to = start + last * intervalMs;
    missingBars += last - first + 1;
  }
  return missingBars === 0 ? null : { from, to, missingBars };
}

/** When bars of this length may open: in sessions and not in their pauses, or on trade dates. */
export function expectedSpans(calendar: SessionCalendar, intervalMs: number): OpenSpans {
  if (intervalMs < DAILY_INTERVAL_MS) {
    return (from, until) => calendar.sessions(from, until).flatMap(tradingSpans);
  }
  return (from, until) =>
    calendar.sessions(from - DAY_MS, until + DAY_MS).map(({ tradeDay }) => ({
      from: tradeDay * DAY_MS,
      until: (tradeDay + 1) * DAY_MS,
    }));
}

function tradingSpans({ open, close, pauses }: Session): OpenSpan[] {
  const spans: OpenSpan[] = [];
  let from = open;
  for (const pause of pauses) {
    spans.push({ from, until: pause.from });
    from = pause.until;
  }
  return [...spans, { from, until: close }];
}
