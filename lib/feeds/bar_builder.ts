import { InputError } from "../core/mod.ts";
import {
  DAILY_INTERVAL_MS,
  DAY_MS,
  type Session,
  type SessionCalendar,
  sessionOfBar,
} from "../market/mod.ts";
import type { JournaledBar } from "../trading/mod.ts";

/** A longer bar that is complete. */
export interface BuiltBar {
  /** The bar. */
  readonly bar: JournaledBar;
  /** Open of the first shorter bar in it, epoch milliseconds. */
  readonly firstPart: number;
  /** Open of the last shorter bar in it, epoch milliseconds. */
  readonly lastPart: number;
}

/** Makes longer bars of shorter ones, one after the other. */
export interface BarBuilder {
  /**
   * Takes the next shorter bar in.
   *
   * @returns the longer bars that are complete now, oldest first: mostly none, two at the most
   */
  push(bar: JournaledBar): readonly BuiltBar[];
}

/** A longer bar while it is being made. */
interface Bucket {
  readonly bar: { -readonly [K in keyof JournaledBar]: JournaledBar[K] };
  /** Epoch milliseconds from which on nothing more belongs to it. */
  readonly due: number;
  readonly firstPart: number;
  lastPart: number;
}

/**
 * Makes longer bars as they come, bit for bit those that `resampleBars` makes of the whole file:
 * counted from the open of each session, none across two, each as soon as it is complete.
 *
 * @param intervalMs a whole multiple of the source's interval below 20 hours, or one day
 * @throws {InputError} when the interval does not fit
 * @example
 * ```ts
 * import { createBarBuilder } from "./bar_builder.ts";
 * import { createCalendar } from "../market/calendar.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const builder = createBarBuilder(60_000, 120_000, createCalendar({ session: "always" }));
 * const bar = { time: 0, open: 1, high: 4, low: 1, close: 2, volume: 5 };
 * assertEquals(builder.push(bar), []);
 * const [built] = builder.push({ ...bar, time: 60_000, close: 3 });
 * assertEquals(built?.bar, { time: 0, open: 1, high: 4, low: 1, close: 3, volume: 10 });
 * ```
 */
export function createBarBuilder(
  sourceMs: number,
  intervalMs: number,
  calendar: SessionCalendar,
): BarBuilder {
  checkIntervals(sourceMs, intervalMs);
  let session: Session | null = null;
  let origin = 0;
  let bucket: Bucket | null = null;
  let done: BuiltBar[] = [];

  const finish = (): void => {
    if (bucket !== null) {
      const { bar, firstPart, lastPart } = bucket;
      done.push({ bar, firstPart, lastPart });
    }
    bucket = null;
  };
  const begin = (bar: JournaledBar, own: Session): Bucket => {
    const parts = { firstPart: bar.time, lastPart: bar.time };
    if (intervalMs === DAY_MS) {
      return { bar: { ...bar, time: own.tradeDay * DAY_MS }, due: own.close, ...parts };
    }
    const time = origin + Math.floor((bar.time - origin) / intervalMs) * intervalMs;
    return { bar: { ...bar, time }, due: Math.min(time + intervalMs, own.close), ...parts };
  };
  return {
    push(bar) {
      done = [];
      const own = sessionOfBar(bar.time, sourceMs, calendar);
      if (own !== session || (bucket !== null && bar.time >= bucket.due)) finish();
      if (own === null) return done;
      if (own !== session) {
        session = own;
        // The latest stamp on the source's own grid that is not after the open.
        origin = bar.time - Math.ceil((bar.time - own.open) / sourceMs) * sourceMs;
      }
      if (bucket === null) bucket = begin(bar, own);
      else add(bucket, bar);
      if (bar.time + sourceMs >= bucket.due) finish();
      return done;
    },
  };
}

function add(bucket: Bucket, bar: JournaledBar): void {
  const longer = bucket.bar;
  bucket.lastPart = bar.time;
  longer.high = Math.max(longer.high, bar.high);
  longer.low = Math.min(longer.low, bar.low);
  longer.close = bar.close;
  longer.volume += bar.volume;
}

function checkIntervals(sourceMs: number, intervalMs: number): void {
  const isDaily = intervalMs === DAY_MS && sourceMs < DAILY_INTERVAL_MS;
  const isMultiple = intervalMs < DAILY_INTERVAL_MS && intervalMs >= sourceMs &&
    intervalMs % sourceMs === 0;
  if (isDaily || isMultiple) return;
  throw new InputError(`Cannot make bars of ${intervalMs} ms out of bars of ${sourceMs} ms`, {
    remedy: "ask for a whole multiple below 20 hours, or for one day out of intraday bars",
  });
}
