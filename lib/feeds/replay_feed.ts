import { sleep, type TimerClock } from "../core/mod.ts";
import { type OpenSpans } from "../data/mod.ts";
import { type Bars, sliceBars } from "../market/mod.ts";
import type { BarFeed, BarMarks, FeedNews, FeedStatus } from "../trading/mod.ts";
import { checkedLookBack } from "./bar_window.ts";
import { stepGap } from "./step_gap.ts";

/** How stored bars are replayed. */
export interface ReplayOptions {
  /** As it was asked for. */
  readonly name: string;
  /** Bars that stay visible before the newest one. */
  readonly lookBack: number;
  /** So many bars come first, to warm up on. @default 0 */
  readonly history?: number;
  /** When bars may open; without it no gap is told. */
  readonly openSpans?: OpenSpans;
  /**
   * How many times faster than the market they come; null for as fast as they are asked for.
   *
   * @default null
   */
  readonly speed?: number | null;
  /** Whose time passes between bars, and stamps what is told. */
  readonly clock: TimerClock;
  /** Told of gaps and of the end. */
  readonly onNews?: (news: FeedNews) => void;
  /** Ends the feed. */
  readonly signal?: AbortSignal;
}

const HISTORY: BarMarks = { origin: "history", isRepaired: false, receivedAt: null, lateMs: null };
const REPLAYED: BarMarks = { ...HISTORY, origin: "feed" };

/**
 * Hands stored bars on one by one, exactly as they are stored: at once, or as the market's time
 * passes on the clock, so many times faster. History comes at once in either case.
 *
 * @throws RangeError when the speed is not above 0 or a count is not whole
 * @example
 * ```ts
 * import { createReplayFeed } from "./replay_feed.ts";
 * import { VirtualClock } from "../core/virtual_clock.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(1, 2, 3);
 * const bars = {
 *   ...{ instrument: findInstrument("MES"), intervalMs: 60_000, length: 3 },
 *   ...{ time: Float64Array.of(0, 60_000, 120_000), volume: price },
 *   ...{ open: price, high: price, low: price, close: price },
 * };
 * const feed = createReplayFeed(bars, { name: "mine", lookBack: 1, clock: new VirtualClock() });
 * assertEquals([feed.next(), feed.next(), feed.next(), feed.next()], [0, 1, 1, null]);
 * assertEquals([...feed.bars.close], [2, 3]);
 * ```
 */
export function createReplayFeed(bars: Bars, options: ReplayOptions): BarFeed {
  const { clock, history = 0, name, onNews, openSpans, signal, speed = null } = options;
  const lookBack = checkedLookBack(options.lookBack);
  if (!Number.isInteger(history) || history < 0) {
    throw new RangeError(
      `Cannot replay bars as history must be a whole number of them: current value is ${history}`,
    );
  }
  if (speed !== null && !(speed > 0)) {
    throw new RangeError(
      `Cannot replay bars as the speed must be above 0: current value is ${speed}`,
    );
  }
  let row = -1;
  let visible = sliceBars(bars, 0, 0);
  let begun: { readonly clock: number; readonly market: number } | null = null;
  let status: FeedStatus = { state: "live", since: clock.now(), detail: "" };

  const end = (detail: string): null => {
    if (status.state !== "ended") {
      status = { state: "ended", since: clock.now(), detail };
      onNews?.({ kind: "status", status });
    }
    return null;
  };
  const handOn = (): number | null => {
    if (signal?.aborted === true) return end("cancelled");
    if (status.state === "ended") return null;
    row++;
    if (row > 0 && openSpans !== undefined) {
      const gap = stepGap(bars.time[row - 1]!, bars.time[row]!, bars.intervalMs, openSpans);
      if (gap !== null) onNews?.({ kind: "gap", ...gap, found: 0 });
    }
    visible = sliceBars(bars, Math.max(0, row - lookBack), row + 1);
    return visible.length - 1;
  };
  const whenDue = async (waitMs: number): Promise<number | null> => {
    try {
      await sleep(clock, waitMs, signal);
    } catch {
      return end("cancelled");
    }
    return handOn();
  };
  return {
    name,
    get bars() {
      return visible;
    },
    get marks() {
      return row < history ? HISTORY : REPLAYED;
    },
    get status() {
      return status;
    },
    clockOffset: null,
    next() {
      const next = row + 1;
      if (status.state === "ended" || signal?.aborted === true) return end("cancelled");
      if (next >= bars.length) return end("no more bars");
      if (speed === null || next < history) return handOn();
      const closes = bars.time[next]! + bars.intervalMs;
      begun ??= { clock: clock.now(), market: closes };
      return whenDue(Math.max(0, begun.clock + (closes - begun.market) / speed - clock.now()));
    },
  };
}
