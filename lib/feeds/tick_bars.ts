import { InputError } from "../core/mod.ts";
import { DAILY_INTERVAL_MS, DAY_MS, type Session, type SessionCalendar } from "../market/mod.ts";
import type { JournaledBar } from "../trading/mod.ts";

/** One trade. */
export interface Tick {
  /** Epoch milliseconds, by the venue's stamp. */
  readonly time: number;
  /** What was paid. */
  readonly price: number;
  /** Contracts, shares or coins. */
  readonly size: number;
}

/** Makes bars of trades. */
export interface TickBars {
  /**
   * Takes the next trade in. One of a bar that is complete already, or outside all sessions, is
   * left out and counted.
   *
   * @returns the bar that is complete now, if one is
   */
  push(tick: Tick): JournaledBar | null;
  /**
   * Says that by the venue's clock it is so late: the bar whose end has come is complete, also
   * without a later trade.
   */
  pass(time: number): JournaledBar | null;
  /** Trades that were left out. */
  readonly leftOut: number;
}

/**
 * Makes bars of trades, counted from the open of each session as those of `resampleBars`; where
 * nothing trades there is no bar. A bar is complete with the first trade after its end, or when the
 * time has passed.
 *
 * @throws {InputError} when the interval is no length of a bar
 * @example
 * ```ts
 * import { createTickBars } from "./tick_bars.ts";
 * import { createCalendar } from "../market/calendar.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const ticks = createTickBars(60_000, createCalendar({ session: "always" }));
 * ticks.push({ time: 1_000, price: 10, size: 2 });
 * ticks.push({ time: 59_999, price: 9, size: 1 });
 * assertEquals(ticks.push({ time: 60_000, price: 11, size: 1 }), {
 *   time: 0, open: 10, high: 10, low: 9, close: 9, volume: 3,
 * });
 * ```
 */
export function createTickBars(intervalMs: number, calendar: SessionCalendar): TickBars {
  const isLength = Number.isInteger(intervalMs) && intervalMs > 0 &&
    (intervalMs < DAILY_INTERVAL_MS || intervalMs === DAY_MS);
  if (!isLength) {
    throw new InputError(`Cannot make bars of ${intervalMs} ms out of trades`, {
      remedy: "ask for whole milliseconds below 20 hours, or for one day",
    });
  }
  let made: { -readonly [K in keyof JournaledBar]: JournaledBar[K] } | null = null;
  let [from, due] = [-Infinity, -Infinity];
  let leftOut = 0;

  const finish = (): JournaledBar | null => {
    const bar = made;
    made = null;
    return bar;
  };
  const begin = ({ price, size, time }: Tick, session: Session): void => {
    const isDaily = intervalMs === DAY_MS;
    from = isDaily
      ? session.open
      : session.open + Math.floor((time - session.open) / intervalMs) * intervalMs;
    due = isDaily ? session.close : Math.min(from + intervalMs, session.close);
    const stamp = isDaily ? session.tradeDay * DAY_MS : from;
    made = { time: stamp, open: price, high: price, low: price, close: price, volume: size };
  };
  return {
    get leftOut() {
      return leftOut;
    },
    pass: (time) => time >= due ? finish() : null,
    push(tick) {
      const { price, size, time } = tick;
      const isTrade = Number.isFinite(time) && Number.isFinite(price) && size >= 0 &&
        size < Infinity;
      const session = isTrade ? calendar.sessionAt(time) : null;
      // A bar whose end has passed is never opened again.
      const isLate = time < (made === null ? due : from);
      if (session === null || isLate) {
        leftOut++;
        return null;
      }
      const bar = time >= due ? finish() : null;
      if (made === null) begin(tick, session);
      else {
        made.high = Math.max(made.high, price);
        made.low = Math.min(made.low, price);
        made.close = price;
        made.volume += size;
      }
      return bar;
    },
  };
}
