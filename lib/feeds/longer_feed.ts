import type { SessionCalendar } from "../market/mod.ts";
import { type BarFeed, type BarMarks, barOfRow, type JournaledBar } from "../trading/mod.ts";
import { createBarBuilder } from "./bar_builder.ts";
import { BarWindow } from "./bar_window.ts";

/** How longer bars are made. */
export interface LongerFeedOptions {
  /** Length of the longer bars, milliseconds. */
  readonly intervalMs: number;
  /** When the instrument trades. */
  readonly calendar: SessionCalendar;
  /** Longer bars that stay visible before the newest one. */
  readonly lookBack: number;
}

interface Finished {
  readonly bar: JournaledBar;
  readonly marks: BarMarks;
}

/**
 * A feed of longer bars, made of those of another feed as they come. A longer bar is marked as
 * history, backfilled or repaired where one of its parts is; it comes with the part that completes
 * it. A first one whose beginning was not seen is left out. The other feed goes on telling its own
 * news.
 *
 * @param source its bars, not yet begun, of the shorter length
 * @param sourceMs length of the shorter bars, milliseconds
 * @throws {InputError} when the lengths do not fit
 */
export function createLongerFeed(
  source: BarFeed,
  sourceMs: number,
  { calendar, intervalMs, lookBack }: LongerFeedOptions,
): BarFeed {
  const builder = createBarBuilder(sourceMs, intervalMs, calendar);
  const window = new BarWindow({ instrument: source.bars.instrument, intervalMs }, lookBack);
  const finished: Finished[] = [];
  let parts: BarMarks[] = [];
  let marks = source.marks;
  let isFirst = true;

  const handOn = (): number => {
    const next = finished.shift()!;
    window.push(next.bar);
    marks = next.marks;
    return window.bars.length - 1;
  };
  /** The bar may be the last part of a longer one, the first of the next, or both. */
  const take = (row: number): void => {
    const { bars } = source;
    const bar = barOfRow(bars, row), own = source.marks;
    for (const { bar: longer, firstPart, lastPart } of builder.push(bar)) {
      const isOwn = lastPart === bar.time;
      const isWhole = !isFirst || firstPart === longer.time;
      isFirst = false;
      if (isWhole) {
        finished.push({ bar: longer, marks: joined(isOwn ? [...parts, own] : parts, own) });
      }
      parts = [];
      if (isOwn) return;
    }
    parts.push(own);
  };
  const wait = async (first: Promise<number | null>): Promise<number | null> => {
    let row = await first;
    while (row !== null) {
      take(row);
      if (finished.length > 0) return handOn();
      row = await source.next();
    }
    return null;
  };
  return {
    name: source.name,
    get bars() {
      return window.bars;
    },
    get marks() {
      return marks;
    },
    get status() {
      return source.status;
    },
    get clockOffset() {
      return source.clockOffset;
    },
    next() {
      while (finished.length === 0) {
        const row = source.next();
        if (row === null) return null;
        if (typeof row !== "number") return wait(row);
        take(row);
      }
      return handOn();
    },
  };
}

/** Marks of a bar made of several, as it comes with the one that completes it. */
function joined(parts: readonly BarMarks[], last: BarMarks): BarMarks {
  const has = (origin: BarMarks["origin"]): boolean => parts.some((part) => part.origin === origin);
  return {
    origin: has("history") ? "history" : has("backfill") ? "backfill" : "feed",
    isRepaired: parts.some(({ isRepaired }) => isRepaired),
    receivedAt: last.receivedAt,
    lateMs: last.lateMs,
  };
}
