import { type Bars, researchPrice } from "../market/mod.ts";

/** What every kind of label reads: prices joined over contract rolls, and entry prices to divide by. */
export interface LabelPath {
  /** Number of rows. */
  readonly length: number;
  /** Joined opens: only differences of joined prices mean anything. */
  readonly open: Float64Array;
  /** Joined highs. */
  readonly high: Float64Array;
  /** Joined lows. */
  readonly low: Float64Array;
  /** Price of an entry at the open of a row that turns a difference into a fraction. */
  readonly base: Float64Array;
}

/** Where a position taken at the open after row `i` ends. */
export interface LabelExit {
  /** Joined price of the exit. */
  readonly price: number;
  /** Last row whose prices were looked at. */
  readonly end: number;
  /** 1, -1 or 0 where the label may only be a rise, a fall or neither; any when absent. */
  readonly direction?: number;
}

/** The prices of bars as labels read them. */
export function labelPath(bars: Bars): LabelPath {
  const open = researchPrice(bars, bars.open);
  return {
    length: bars.length,
    open,
    high: researchPrice(bars, bars.high),
    low: researchPrice(bars, bars.low),
    base: bars.continuous?.method === "ratio" ? open : bars.open,
  };
}
