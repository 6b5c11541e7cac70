import type { SessionMarks } from "../market/calendar.ts";
import type { Fill } from "../trading/fill.ts";
import type { Executor, Journal } from "../trading/ports.ts";
import { checkCosts, type CostModel } from "../trading/costs.ts";
import type { MarginRules } from "../trading/margin.ts";
import type { Trade } from "../trading/trades.ts";
import type { OrderStrategy } from "./engine_orders.ts";
import type { Veto } from "../risk/risk.ts";
import type { Strategy } from "../trading/strategy.ts";

/** Everything that decides the result of a run. */
export interface EngineOptions {
  /** What to hold after each bar, or which orders to send. */
  readonly strategy: Strategy | OrderStrategy;
  /** Made for this run. */
  readonly executor: Executor;
  /** Positive, dollars. */
  readonly initialCashUsd: number;
  /** What an entry is expected to cost, for the margin check; the executor charges the costs. */
  readonly costs: CostModel;
  /** Initial margin of one lot, dollars; null to require the full price, as for stocks. */
  readonly marginPerLotUsd: number | null;
  /**
   * Dated initial and maintenance margin, by day and by night, in place of `marginPerLotUsd`:
   * positions that equity cannot keep are reduced at the close.
   */
  readonly margin?: MarginRules;
  /**
   * Close the position at the close of each session's last bar and decide nothing there. Daily
   * bars and longer have no such bar and ignore it.
   */
  readonly flattenAtSessionEnd: boolean;
  /** Largest position in either direction, whole lots. */
  readonly maxLots: number;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** First row that trades; earlier rows are history for the strategy. */
  readonly from: number;
  /** Row after the last one that trades; Infinity when it is not known, as in live trading. */
  readonly to: number;
  /** Told of every decision, order and fill; costs time and text for every bar. */
  readonly journal?: Journal;
}

/** Sums over a run. */
export interface EngineTotals {
  /** Orders sent, forced ones included. */
  readonly orders: number;
  /** Commission and fees. */
  readonly feesMicros: number;
  /** Already inside the fill prices. */
  readonly slippageMicros: number;
  /** Lots bought plus lots sold. */
  readonly lotsTraded: number;
  /** Value of everything bought and sold, dollars. */
  readonly notionalTradedUsd: number;
  /** Times a position was moved into the next contract. */
  readonly rolls: number;
  /** Opening and closing prices off the tick grid, which were rounded to the nearest tick. */
  readonly offTickPrices: number;
  /** Positions closed at the next session's open as the session's last bar was not in the data. */
  readonly missedSessionCloses: number;
}

/** What happened in a run. */
export interface EngineResult {
  /** Name of the strategy. */
  readonly strategy: string;
  /** First row; row `from + i` is element `i` of the columns below. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
  /** Equity before the first bar. */
  readonly initialMicros: number;
  /** Equity at each close, whole micro-dollars, costs of closing included where it closed. */
  readonly equityMicros: Float64Array;
  /** Signed lots held through each bar: after the fills at its open, before those at its close. */
  readonly positionLots: Int32Array;
  /** Every fill, oldest first. */
  readonly fills: readonly Fill[];
  /** Round trips of the fills; matched when first read. */
  readonly trades: readonly Trade[];
  /** How often each rule overruled the strategy. */
  readonly vetoes: Readonly<Record<Veto, number>>;
  /** Sums over the run. */
  readonly totals: EngineTotals;
  /** Row at whose close equity was used up: everything was closed and trading stopped; else null. */
  readonly ruinedAt: number | null;
}

/**
 * Checks what the type system cannot.
 *
 * @throws RangeError when an option is outside its range.
 */
export function checkEngineOptions(options: EngineOptions): void {
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
