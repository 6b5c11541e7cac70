import {
  actionRows,
  type Bars,
  DAILY_INTERVAL_MS,
  fundingOf,
  type SessionMarks,
  sharesAt,
  tickValueMicros,
} from "../../market/mod.ts";
import { InputError } from "../../core/mod.ts";
import { closeQuote, expiringOpenQuote, openQuote } from "../../execution/mod.ts";
import { checkTraded, type CostModel, isRoll } from "../../trading/mod.ts";

/**
 * What every action would have earned at every bar: prices do not depend on what one trader does,
 * so the reward of each action is known without trying it (docs/methods.md#the-trading-problem).
 *
 * Row t is the decision at the close of bar `from + t`. Holding `a` positions of the row's size
 * after `b` of the row before earns
 * `size[t] a gross[t] - turnCost |size[t] a - size[t-1] b| - holdCost[t] |size[t] a|`.
 */
export interface TransitionTable {
  /** Row of the bars that row 0 belongs to. */
  readonly from: number;
  /** Number of decisions. */
  readonly rows: number;
  /** What one long lot earns from its fill to the next one's, in ticks, before costs. */
  readonly gross: Float64Array;
  /** Cost of one lot bought or sold, in ticks. */
  readonly turnCost: number;
  /** Forced costs of one lot held, in ticks: a roll's round trip, the exit at a session's end. */
  readonly holdCost: Float64Array;
  /** Lots of a full position when it fills, above 0. */
  readonly size: Float64Array;
  /** Lots that each one held from the row before has become by then; absent without splits. */
  readonly carry?: Float64Array;
  /** 1 where whatever was held has been closed before the next decision. */
  readonly resets: Uint8Array;
  /** 1 where only staying flat is possible: nothing is decided on a session's last bar. */
  readonly forced: Uint8Array;
}

/** What decides a table beside the bars. */
export interface TransitionOptions {
  /** Fees and slippage of one side. */
  readonly costs: CostModel;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** Whether positions are closed at each session's end; daily bars ignore it. */
  readonly flattenAtSessionEnd: boolean;
  /** First row that trades. */
  readonly from: number;
  /** Row after the last one that trades. */
  readonly to: number;
  /**
   * Lots of a full position at each bar, above 0; 1 each when absent. They split with the shares
   * until they fill.
   */
  readonly size?: Float64Array;
}

/**
 * Works out the rewards of every transition by the fill rules of the backtest: decided at a close,
 * filled at the next open, rolled at full cost, closed at the session's end and at the end of the
 * data. A split changes lots and no profit; a dividend is earned by the lot held into its day, and
 * funding is paid by the lot held when it is due. For whole lots and enough cash the rows along any
 * sequence of positions sum to the engine's profit exactly, funding rounded by the lot.
 *
 * @throws {InputError} when the rows hold less than two bars, or one in which nothing can trade
 * @example
 * ```ts
 * import { transitionTable } from "./transition_table.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const price = Float64Array.of(100, 100.25, 101);
 * const table = transitionTable({
 *   instrument: findInstrument("MES"), intervalMs: 60_000, length: 3,
 *   time: Float64Array.of(0, 60_000, 120_000),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(3),
 * }, {
 *   costs: { feePerSideMicros: 625_000, slippageTicks: 1 },
 *   session: { tradeDay: new Int32Array(3), isLast: new Uint8Array(3) },
 *   flattenAtSessionEnd: false, from: 0, to: 3,
 * });
 * // From 100.25 to 101 are three ticks; the last position is opened and closed at one price.
 * assertEquals([...table.gross], [3, 0]);
 * assertEquals(table.turnCost, 1.5);
 * ```
 */
export function transitionTable(bars: Bars, options: TransitionOptions): TransitionTable {
  const { costs, from, to } = options;
  const rows = to - from - 1;
  if (rows < 1) {
    throw new InputError(
      `Cannot learn to trade as it takes two bars at least: current value is ${to - from}`,
      { remedy: "give more bars" },
    );
  }
  checkTraded(bars, from, to, "learn to trade");
  const shares = sharesOf(bars, from, to);
  const table: TransitionTable = {
    from,
    rows,
    gross: new Float64Array(rows),
    turnCost: costs.slippageTicks + costs.feePerSideMicros / tickValueMicros(bars.instrument),
    holdCost: new Float64Array(rows),
    size: options.size?.slice(from, from + rows) ?? new Float64Array(rows).fill(1),
    ...(shares === null
      ? {}
      : { carry: Float64Array.from({ length: rows }, (_, i) => shares[i + 1]! / shares[i]!) }),
    resets: new Uint8Array(rows),
    forced: new Uint8Array(rows),
  };
  const unsized = table.size.findIndex((size) => !(size > 0 && size < Infinity));
  if (unsized >= 0) {
    throw new InputError(
      `Cannot learn to trade as the size of a position is unknown: current value is ${
        table.size[unsized]
      }`,
      { where: `bar ${from + unsized}`, remedy: "begin later, where it can be estimated" },
    );
  }
  const paid = paymentTicks(bars);
  for (let row = 0; row < rows; row++) fillRow(table, row, bars, { ...options, paid });
  if (shares !== null) {
    for (let row = 0; row < rows; row++) {
      table.size[row]! *= shares[row + 1]! / (options.size === undefined ? 1 : shares[row]!);
    }
  }
  return table;
}

/** Shares at each row for each one at the first; null without splits. */
function sharesOf(bars: Bars, from: number, to: number): Float64Array | null {
  const first = sharesAt(bars, bars.time[from]!);
  const shares = bars.time.slice(from, to).map((time) => sharesAt(bars, time) / first);
  return shares.every((count) => count === 1) ? null : shares;
}

/** What a lot is paid without being traded, in ticks by row. */
interface PaymentTicks {
  /** Before the fills of the row, for a lot held into it: dividends and funding. */
  readonly atOpen: ReadonlyMap<number, number>;
  /** At its close, for a lot held there: funding. */
  readonly atClose: ReadonlyMap<number, number>;
}

function paymentTicks(bars: Bars): PaymentTicks {
  const { tickSize } = bars.instrument;
  const atOpen = new Map<number, number>(), atClose = new Map<number, number>();
  const add = (rows: Map<number, number>, row: number, money: number): void => {
    rows.set(row, (rows.get(row) ?? 0) + money / tickSize);
  };
  for (const { actions, row } of actionRows(bars)) {
    for (const { kind, value } of actions) if (kind === "dividend") add(atOpen, row, value);
  }
  for (const due of fundingOf(bars)) {
    add(due.atClose ? atClose : atOpen, due.row, -due.rate * due.price);
  }
  return { atOpen, atClose };
}

function fillRow(
  table: TransitionTable,
  row: number,
  bars: Bars,
  options: TransitionOptions & { readonly paid: PaymentTicks },
): void {
  const bar = table.from + row;
  const flattens = options.flattenAtSessionEnd && bars.intervalMs < DAILY_INTERVAL_MS;
  const { isLast, tradeDay } = options.session;
  if (flattens && isLast[bar] === 1) {
    table.forced[row] = 1;
    return;
  }
  const entry = openQuote(bars, bar + 1).priceTicks;
  const funded = options.paid.atClose.get(bar + 1) ?? 0;
  if (flattens && tradeDay[bar + 1] !== tradeDay[bar]) {
    // The session ended without its last bar: closed at the very open at which it was filled.
    table.resets[row] = 1;
    table.holdCost[row] = table.turnCost;
  } else if (bar + 2 === options.to || (flattens && isLast[bar + 1] === 1)) {
    table.resets[row] = 1;
    table.holdCost[row] = table.turnCost;
    table.gross[row] = closeQuote(bars, bar + 1).priceTicks + funded - entry;
  } else if (isRoll(bars, bar + 2)) {
    table.holdCost[row] = 2 * table.turnCost;
    table.gross[row] = expiringOpenQuote(bars, bar + 2).priceTicks - entry;
  } else {
    const paid = options.paid.atOpen.get(bar + 2) ?? 0;
    const split = table.carry?.[row + 1] ?? 1;
    table.gross[row] = split * (openQuote(bars, bar + 2).priceTicks + paid) + funded - entry;
  }
}

/**
 * A table straight from returns, for worlds and tests without prices: row t earns `returns[t]`.
 *
 * @param returns what one long unit earns after each decision
 * @param turnCost per unit of |change of position|, in the unit of the returns
 */
export function transitionTableOf(returns: Float64Array, turnCost: number): TransitionTable {
  const rows = returns.length;
  return {
    from: 0,
    rows,
    gross: returns,
    turnCost,
    holdCost: new Float64Array(rows),
    size: new Float64Array(rows).fill(1),
    resets: new Uint8Array(rows),
    forced: new Uint8Array(rows),
  };
}

/** Net result of one transition in ticks: from `previous` to `next` full positions at a row. */
export function netResult(
  table: TransitionTable,
  row: number,
  previous: number,
  next: number,
): number {
  const { gross, holdCost, size, turnCost } = table;
  return size[row]! * (next * gross[row]! - turnCost * turnover(table, row, previous, next) -
    holdCost[row]! * Math.abs(next));
}

/** Bought or sold in one transition, in full positions of the row. */
export function turnover(
  { carry, size }: TransitionTable,
  row: number,
  previous: number,
  next: number,
): number {
  const carried = carry === undefined ? 1 : carry[row]!;
  const before = row === 0 ? 1 : carried * size[row - 1]! / size[row]!;
  return Math.abs(next - before * previous);
}

/**
 * Standard deviation of a full long position's result over some rows, in ticks: the unit of the
 * rewards. Fitted on rows to learn from and never again.
 *
 * @throws {InputError} when the price does not move
 */
export function referenceDeviation(table: TransitionTable, from: number, to: number): number {
  let mean = 0, squares = 0, seen = 0;
  for (let row = from; row < to; row++) {
    if (table.forced[row] === 1) continue;
    const result = table.size[row]! * table.gross[row]!;
    const deviation = result - mean;
    mean += deviation / ++seen;
    squares += deviation * (result - mean);
  }
  const reference = Math.sqrt(squares / seen);
  if (reference > 0) return reference;
  throw new InputError(
    `Cannot learn to trade as the price never moves in the ${to - from} bars to learn from`,
    { remedy: "give other bars" },
  );
}
