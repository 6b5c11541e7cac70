import type { BarAction } from "./corporate_action.ts";
import type { FundingRate } from "./funding_rate.ts";
import type { Instrument } from "./instrument.ts";

/** How a joined series came to hold a contract. */
export interface ContractEntry {
  /** What decided, such as `volume` or `first-notice`. */
  readonly rule: string;
  /** Raw close of the contract left, at the bar at which the gap was measured. */
  readonly fromPrice: number;
  /** Raw close of the contract entered, at the same bar. */
  readonly toPrice: number;
}

/**
 * How the bars of several contracts were joined; for shares with corporate actions, by ratio and
 * with a single contract, how prices before and after them compare.
 *
 * `adjustment` is anchored at the FIRST bar (0 for difference, 1 for ratio), so cutting off the
 * future never changes it. The usual back-adjusted price, anchored at the last bar, is the same
 * curve shifted: `backAdjustedClose` gives it.
 */
export interface Continuous {
  /** Whether prices were joined by adding or by multiplying. */
  readonly method: "difference" | "ratio";
  /** Per bar; research price = raw + adjustment (difference) or raw × adjustment (ratio). */
  readonly adjustment: Float64Array;
  /** Per bar, index into `contracts` of the contract whose raw prices the bar holds. */
  readonly contract: Int32Array;
  /** Contract names in order of use; made up (`#1`, `#2`) where the source has none. */
  readonly contracts: readonly string[];
  /** How each of `contracts` was entered; null for the first, absent where the source says nothing. */
  readonly entries?: readonly (ContractEntry | null)[];
}

/**
 * Market bars in columns, oldest first, one array element per bar, all arrays `length` long.
 * A bar is known at `time[i] + intervalMs`. Prices are raw: what an order would have traded at.
 */
export interface Bars {
  /** What the bars are of. */
  readonly instrument: Instrument;
  /** Length of a bar in milliseconds. */
  readonly intervalMs: number;
  /** Number of bars. */
  readonly length: number;
  /** Epoch milliseconds, UTC, of the bar's open. Strictly increasing. */
  readonly time: Float64Array;
  /** First price of each bar. */
  readonly open: Float64Array;
  /** Highest price of each bar. */
  readonly high: Float64Array;
  /** Lowest price of each bar. */
  readonly low: Float64Array;
  /** Last price of each bar. */
  readonly close: Float64Array;
  /** Contracts or shares; 0 where the source has none. */
  readonly volume: Float64Array;
  /** Open contracts at each bar, where the source has them. */
  readonly openInterest?: Float64Array;
  /**
   * How contracts were joined, or prices before and after corporate actions compare; absent for one
   * contract, a stock without actions or a currency pair.
   */
  readonly continuous?: Continuous;
  /** Corporate actions of the shares, oldest first; see `applyActions`. */
  readonly actions?: readonly BarAction[];
  /** Funding payments of a perpetual contract, oldest first; see `fundingOf`. */
  readonly funding?: readonly FundingRate[];
}

/** The bars from row `start` (inclusive) to `end` (exclusive), sharing memory with the original. */
export function sliceBars(bars: Bars, start: number, end: number): Bars {
  const cut = (column: Float64Array): Float64Array => column.subarray(start, end);
  return {
    instrument: bars.instrument,
    intervalMs: bars.intervalMs,
    length: Math.max(0, Math.min(end, bars.length) - start),
    time: cut(bars.time),
    open: cut(bars.open),
    high: cut(bars.high),
    low: cut(bars.low),
    close: cut(bars.close),
    volume: cut(bars.volume),
    ...(bars.openInterest === undefined ? {} : { openInterest: cut(bars.openInterest) }),
    ...(bars.continuous === undefined ? {} : {
      continuous: {
        ...bars.continuous,
        adjustment: cut(bars.continuous.adjustment),
        contract: bars.continuous.contract.subarray(start, end),
      },
    }),
    ...(bars.actions === undefined ? {} : { actions: bars.actions }),
    ...(bars.funding === undefined ? {} : { funding: bars.funding }),
  };
}

/**
 * A raw price column as the research price that is comparable over time: the raw price itself
 * for one contract or stock, joined over rolls for a continuous future.
 *
 * @param column one of the raw price columns of `bars`
 * @returns the column itself, or a new array of the same length
 */
export function researchPrice(bars: Bars, column: Float64Array): Float64Array {
  const continuous = bars.continuous;
  if (continuous === undefined) return column;
  const { adjustment, method } = continuous;
  const joined = new Float64Array(bars.length);
  for (let i = 0; i < bars.length; i++) {
    joined[i] = method === "difference" ? column[i]! + adjustment[i]! : column[i]! * adjustment[i]!;
  }
  return joined;
}

/** Back-adjusted closing prices as charts show them: equal to the raw close at the last bar. */
export function backAdjustedClose(bars: Bars): Float64Array {
  const joined = Float64Array.from(researchPrice(bars, bars.close));
  const continuous = bars.continuous;
  if (continuous === undefined || bars.length === 0) return joined;
  const last = continuous.adjustment[bars.length - 1]!;
  return joined.map((price) => continuous.method === "difference" ? price - last : price / last);
}

/**
 * Simple return of each bar's close on the bar before, as a holder of the contract earned it:
 * change of the research price over the RAW previous price (docs/methods.md#timing: never divide by
 * a back-adjusted price). Element 0 is NaN.
 *
 * @returns fractions, length `bars.length`
 */
export function closeReturns(bars: Bars): Float64Array {
  return Float64Array.from({ length: bars.length }, (_, row) => closeReturn(bars, row));
}

/** First row whose bar does not open before `time`; `bars.length` when all of them do. */
export function rowAt(
  { length, time: times }: Pick<Bars, "length" | "time">,
  time: number,
): number {
  const row = times.findIndex((candidate) => candidate >= time);
  return row < 0 ? length : row;
}

/** Change of the close from the row before, as `closeReturns` gives it; NaN at the first row. */
export function closeReturn({ close, continuous }: Bars, row: number): number {
  if (row === 0) return NaN;
  const before = close[row - 1]!, now = close[row]!;
  if (continuous === undefined) return (now - before) / before;
  const { adjustment, method } = continuous;
  const old = adjustment[row - 1]!, current = adjustment[row]!;
  return method === "ratio"
    ? (now * current - before * old) / (before * old)
    : (now + current - (before + old)) / before;
}
