import type { SessionMarks } from "../market/mod.ts";
import type { Veto } from "../risk/mod.ts";
import type { Executor, Fill, Order, OrderStrategy, Strategy, Trade } from "../trading/mod.ts";
import type { SlotOptions, TakenDecision } from "./engine_options.ts";

/** A decision of a run, with the bar and the reason. */
export interface RunDecision extends TakenDecision {
  /** Row of the bar at whose close it was taken. */
  readonly bar: number;
  /** The whole decision as one sentence; made when it is read. */
  readonly sentence: string;
}

/** Is told what happens in a run, in order, and changes nothing. */
export interface RunObserver {
  /** A decision was taken. */
  readonly onDecision?: (decision: RunDecision) => void;
  /** An order was sent. */
  readonly onOrder?: (order: Order) => void;
  /** An order has filled, in whole or in part. */
  readonly onFill?: (fill: Fill) => void;
}

/** One strategy on one instrument over stored bars: everything that decides, but the bars. */
export interface SlotRunOptions extends Omit<SlotOptions, "instrument" | "intervalMs"> {
  /** How much to hold after each bar, or which orders to send. */
  readonly strategy: Strategy | OrderStrategy;
  /** Made for this run. */
  readonly executor: Executor;
  /**
   * Close the position at the close of each session's last bar and decide nothing there. Daily
   * bars and longer have no such bar and ignore it.
   */
  readonly flattenAtSessionEnd: boolean;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** First row that trades; earlier rows are history for the strategy. */
  readonly from: number;
  /** Row after the last one that trades. */
  readonly to: number;
}

/** Everything that decides the result of a run. */
export interface RunOptions extends SlotRunOptions {
  /** Positive, dollars. */
  readonly initialCashUsd: number;
  /** What is open after the last bar is closed at its close; else it stays open. @default {true} */
  readonly closesAtEnd?: boolean;
  /** Told of every decision, order and fill; costs time and text. */
  readonly observer?: RunObserver;
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
  /** Paid to whoever was long, less what shorts paid; absent for bars without corporate actions. */
  readonly dividendsMicros?: number;
  /** Funding that the position got, less what it paid; absent for bars without funding. */
  readonly fundingMicros?: number;
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
 * @throws RangeError when the rows do not lie within bars and marks.
 */
export function checkRows(
  { from, session, to }: Pick<RunOptions, "from" | "session" | "to">,
  length: number,
): void {
  const require = (holds: boolean, rule: string, value: unknown): void => {
    if (holds) return;
    throw new RangeError(`Cannot run the engine as ${rule}: current value is ${value}`);
  };
  require(Number.isInteger(from) && from >= 0, "from must be a row", from);
  require(to > from, `to must be after row ${from}`, to);
  require(
    to <= length && to <= session.isLast.length && to <= session.tradeDay.length,
    `bars and session marks must reach to row ${to}`,
    `${length} bars, ${session.isLast.length} marks`,
  );
}
