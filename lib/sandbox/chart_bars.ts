import type { Print } from "./price_tape.ts";
import type { SandboxMarket } from "./sandbox_market.ts";
import type { ListedContract } from "./listed_contracts.ts";

/** A bar that is built of trades, in whole ticks of one contract. */
export interface ChartBar {
  /** Epoch milliseconds of its open; of a daily bar the open of its session. */
  readonly start: number;
  /** Epoch milliseconds of its end. */
  readonly end: number;
  /** Days since 1970-01-01. */
  readonly tradeDay: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  /** Contracts traded at a price above the one before, or the same after such a one. */
  readonly upVolume: number;
  readonly downVolume: number;
  readonly upTrades: number;
  readonly downTrades: number;
}

/** How trades make bars: so many minutes each, or a session each. */
export type ChartStep = { readonly minutes: number } | "session";

/**
 * The bars of a contract up to now, newest last; the last one may still go on.
 *
 * @param from no bar that ends before this moment
 * @param until no bar that starts after this moment
 */
export function chartBars(
  market: SandboxMarket,
  contract: ListedContract,
  step: ChartStep,
  from: number,
  until: number,
): readonly ChartBar[] {
  const bars: ChartBar[] = [];
  const first = market.firstPrintAt(spanOf(market, step, from).start);
  let isUp = true, before: number | null = null;
  for (let index = first; index < market.printed; index++) {
    const print = market.printAt(index);
    const span = spanOf(market, step, print.time);
    if (span.start > until) break;
    const ticks = print.ticks + contract.premiumTicks(print.row);
    if (before !== null && ticks !== before) isUp = ticks > before;
    before = ticks;
    const last = bars.at(-1);
    if (last?.start === span.start) bars[bars.length - 1] = withTrade(last, print, ticks, isUp);
    else bars.push(withTrade(emptyBar(market, span, ticks), print, ticks, isUp));
  }
  return bars;
}

/** First and last moment of the bar that holds a moment. */
export function spanOf(
  { calendar }: SandboxMarket,
  step: ChartStep,
  time: number,
): { readonly start: number; readonly end: number } {
  if (step === "session") {
    const { close, open } = calendar.sessionAt(time) ?? calendar.next(time);
    return { start: open, end: close };
  }
  const length = step.minutes * 60_000;
  const start = Math.floor(time / length) * length;
  return { start, end: start + length };
}

function emptyBar(
  { calendar }: SandboxMarket,
  { end, start }: { readonly start: number; readonly end: number },
  ticks: number,
): ChartBar {
  return {
    ...{ start, end, tradeDay: calendar.tradeDay(start), openTicks: ticks, highTicks: ticks },
    ...{ lowTicks: ticks, closeTicks: ticks, upVolume: 0, downVolume: 0, upTrades: 0 },
    downTrades: 0,
  };
}

function withTrade(bar: ChartBar, { size }: Print, ticks: number, isUp: boolean): ChartBar {
  return {
    ...bar,
    highTicks: Math.max(bar.highTicks, ticks),
    lowTicks: Math.min(bar.lowTicks, ticks),
    closeTicks: ticks,
    upVolume: bar.upVolume + (isUp ? size : 0),
    downVolume: bar.downVolume + (isUp ? 0 : size),
    upTrades: bar.upTrades + (isUp ? 1 : 0),
    downTrades: bar.downTrades + (isUp ? 0 : 1),
  };
}
