import type { Bars } from "../domain/bars.ts";
import type { Fill } from "../domain/fill.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Order, OrderReason } from "../domain/order.ts";
import type { Executor, Feed, Journal } from "../domain/ports.ts";
import { Account } from "../portfolio/account.ts";
import { checkCosts, type CostModel } from "../portfolio/costs.ts";
import { isOnTick, tickValueMicros, toTicks, usdToMicros } from "../portfolio/money.ts";
import type { Trade } from "../portfolio/trades.ts";
import { affordLots, capLots, type Veto, VETOES } from "./risk.ts";
import type { Strategy, StrategyContext } from "./strategy.ts";

/** Trading sessions, one element per bar. */
export interface SessionMarks {
  /** Trade date of each bar as days since 1970-01-01. */
  readonly tradeDay: Int32Array;
  /** 1 on the last bar of a session. */
  readonly isLast: Uint8Array;
}

/** Everything that decides the result of a run. */
export interface EngineOptions {
  readonly strategy: Strategy;
  /** Made for this run. */
  readonly executor: Executor;
  readonly initialCashUsd: number;
  /** What an entry is expected to cost, for the margin check; the executor charges the costs. */
  readonly costs: CostModel;
  /** Initial margin of one lot, dollars; null to require the full price, as for stocks. */
  readonly marginPerLotUsd: number | null;
  /** Close the position at the close of each session's last bar and decide nothing there. */
  readonly flattenAtSessionEnd: boolean;
  readonly maxLots: number;
  readonly session: SessionMarks;
  /** First row that trades; earlier rows are history for the strategy. */
  readonly from: number;
  /** Row after the last one that trades; Infinity when it is not known, as in live trading. */
  readonly to: number;
  readonly journal?: Journal;
}

/** Sums over a run. */
export interface EngineTotals {
  readonly orders: number;
  readonly feesMicros: number;
  /** Already inside the fill prices. */
  readonly slippageMicros: number;
  readonly lotsTraded: number;
  /** Value of everything bought and sold, dollars. */
  readonly notionalTradedUsd: number;
  /** Times a position was moved into the next contract. */
  readonly rolls: number;
  /** Opening and closing prices off the tick grid, which were rounded to the nearest tick. */
  readonly offTickPrices: number;
}

/** What happened in a run. */
export interface EngineResult {
  readonly strategy: string;
  /** First row; row `from + i` is element `i` of the columns below. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
  readonly initialMicros: number;
  /** Equity at each close, whole micro-dollars, costs of closing included where it closed. */
  readonly equityMicros: Float64Array;
  /** Signed lots held through each bar: after the fills at its open, before those at its close. */
  readonly positionLots: Int32Array;
  readonly fills: readonly Fill[];
  readonly trades: readonly Trade[];
  /** How often each rule overruled the strategy. */
  readonly vetoes: Readonly<Record<Veto, number>>;
  readonly totals: EngineTotals;
  /** Row at whose close equity was used up: everything was closed and trading stopped; else null. */
  readonly ruinedAt: number | null;
}

/** One run, stepped bar by bar. */
export interface Engine {
  /** Takes the next row in. Rows come in order, from `from` on, without gaps. */
  onBar(bars: Bars, bar: number): void;
  /** Closes what is open at the last bar's close and hands over the result. Call it once. */
  finish(bars: Bars): EngineResult;
}

/**
 * Makes an engine for one run: the same loop for backtest, paper and live.
 *
 * Each bar: fills of earlier orders, forced closes, mark, decision, risk, new order. An order
 * decided at the close of bar t fills at the open of bar t + 1 or later.
 *
 * @throws RangeError when an option is outside its range.
 */
export function createEngine(instrument: Instrument, options: EngineOptions): Engine {
  checkOptions(options);
  return new BarEngine(instrument, options);
}

/**
 * Runs a strategy over stored bars.
 *
 * @throws RangeError when an option is outside its range or the rows do not lie within the bars.
 */
export function runEngine(bars: Bars, options: EngineOptions): EngineResult {
  const { from, to, session } = options;
  if (!(to <= bars.length && to <= session.isLast.length && to <= session.tradeDay.length)) {
    throw new RangeError(
      `Cannot run the engine as bars and session marks must reach to row ${to}: current value is ${bars.length} bars, ${session.isLast.length} marks`,
    );
  }
  const engine = createEngine(bars.instrument, options);
  for (let bar = from; bar < to; bar++) engine.onBar(bars, bar);
  return engine.finish(bars);
}

/**
 * Runs a strategy over a feed, waiting for each bar, until the feed ends.
 *
 * @throws RangeError when an option is outside its range.
 */
export async function runEngineOnFeed(feed: Feed, options: EngineOptions): Promise<EngineResult> {
  const engine = createEngine(feed.bars.instrument, options);
  for (let bar = await feed.next(); bar !== null; bar = await feed.next()) {
    engine.onBar(feed.bars, bar);
  }
  return engine.finish(feed.bars);
}

function checkOptions(options: EngineOptions): void {
  const { from, to, maxLots, marginPerLotUsd, initialCashUsd } = options;
  const require = (holds: boolean, rule: string, value: unknown): void => {
    if (holds) return;
    throw new RangeError(`Cannot make an engine as ${rule}: current value is ${value}`);
  };
  require(Number.isInteger(from) && from >= 0, "from must be a row", from);
  require(to > from, `to must be after row ${from}`, to);
  require(Number.isInteger(maxLots) && maxLots >= 0, "maxLots must be whole, at least 0", maxLots);
  require(initialCashUsd > 0, "initialCashUsd must be positive", initialCashUsd);
  require(
    marginPerLotUsd === null || marginPerLotUsd > 0,
    "marginPerLotUsd must be positive or null",
    marginPerLotUsd,
  );
  checkCosts(options.costs);
}
