import { InputError, sleep, type TimerClock } from "../../core/mod.ts";
import { MINUTE_MS } from "../../market/mod.ts";
import type { JournaledBar } from "../../trading/mod.ts";
import type { MarketLine } from "./market_line.ts";

/** Which edge of a bar the venue stamps: its documents do not say. */
export type BarStamp = "open" | "close";

/** Bars that are asked for. */
export interface HistoryQuestion {
  /** Name of the contract. */
  readonly symbol: string;
  /** Length of a bar; whole minutes. */
  readonly intervalMs: number;
  /** Opens from this moment on, epoch milliseconds. */
  readonly from: number;
  /** And before this one. */
  readonly until: number;
  readonly stamp: BarStamp;
}

const QUIET_MS = 5_000, LOOK_MS = 50;
/** The venue gives so many in one chart at most. */
const PAGE_BARS = 4_096;
const PAGE_PAUSE_MS = 500;

/** Length of a bar in minutes. @throws {InputError} when the venue draws no such bars */
export function chartMinutes(intervalMs: number): number {
  const minutes = intervalMs / MINUTE_MS;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 1_440) return minutes;
  throw new InputError(`Cannot get bars of ${intervalMs / 1_000} s from Tradovate`, {
    where: "--interval",
    remedy: "ask for whole minutes",
  });
}

/**
 * Bars of the past, oldest first, page after page backwards until there are no older ones.
 *
 * @throws {NoPricesError} where the venue shows none
 */
export async function fetchHistory(
  line: MarketLine,
  { from, intervalMs, stamp, symbol, until }: HistoryQuestion,
  clock: TimerClock,
  signal?: AbortSignal,
): Promise<readonly JournaledBar[]> {
  const minutes = chartMinutes(intervalMs);
  const shift = stamp === "close" ? intervalMs : 0;
  const found = new Map<number, JournaledBar>();
  let closest = until + shift, oldest = Infinity;
  for (;;) {
    const page = await fetchPage(line, {
      ...{ symbol, minutes },
      timeRange: {
        closestTimestamp: new Date(closest).toISOString(),
        asFarAsTimestamp: new Date(from + shift).toISOString(),
        asMuchAsElements: PAGE_BARS,
      },
    }, clock);
    for (const bar of page) found.set(bar.time - shift, { ...bar, time: bar.time - shift });
    const first = Math.min(...page.map(({ time }) => time));
    // The bar that pages share comes again; where nothing older does, there is nothing older.
    if (page.length < PAGE_BARS || first - shift <= from || first >= oldest) break;
    closest = oldest = first;
    await sleep(clock, PAGE_PAUSE_MS, signal);
  }
  return [...found.values()].filter(({ time }) => time >= from && time < until)
    .toSorted((a, b) => a.time - b.time);
}

/** One chart, until its history has ended, or nothing of it comes any more. */
async function fetchPage(
  line: MarketLine,
  question: Parameters<MarketLine["chart"]>[0],
  clock: TimerClock,
): Promise<readonly JournaledBar[]> {
  const bars = new Map<number, JournaledBar>();
  let isWhole = false, heardAt = -Infinity;
  const end = await line.chart(question, {
    onBars: (told) => {
      heardAt = clock.now();
      for (const bar of told) bars.set(bar.time, bar);
    },
    onEnd: () => isWhole = true,
  });
  // An answer that took long says nothing of how long its bars take.
  heardAt = Math.max(heardAt, clock.now());
  while (!isWhole && clock.now() - heardAt < QUIET_MS) await sleep(clock, LOOK_MS);
  end();
  return [...bars.values()];
}
