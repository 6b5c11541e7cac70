import type { Bars } from "../market/mod.ts";
import { robustSpread } from "./robust_spread.ts";

const DAY_MS = 86_400_000;
/** Factors of stock splits that companies choose, smallest first. */
const SPLIT_FACTORS: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100];
/** The market moves by less than this from one close to the next open, on nearly every day. */
const SPLIT_TOLERANCE = 1.06;
/** Prices that often move so far do not tell a split from a common day. */
const SPLIT_DEVIATIONS = 10;
const BARS_BEFORE_SPLIT = 20;
/** A fall on news is traded in more than this times the usual value. */
const HEAVY_TRADING = 4;

/** A move of the price that looks like a split. */
export interface LikelySplit {
  /** Row whose open is the first price after it. */
  readonly row: number;
  /** Whole number of the split, such as 4 for 4-for-1 and for 1-for-4. */
  readonly size: number;
  /** Whether there are more shares after it, so that the price fell. */
  readonly isForward: boolean;
}

/**
 * Splits that the prices of shares were not adjusted for: an open that is a whole fraction or
 * multiple of the close before, and prices that stay there. A fall on news looks alike, but is
 * traded in many times the usual value.
 *
 * @param known rows in which a split is known
 */
export function unadjustedSplits(bars: Bars, known: ReadonlySet<number>): LikelySplit[] {
  const { instrument, length, open, close, time, intervalMs } = bars;
  if (instrument.kind !== "stock") return [];
  const found: LikelySplit[] = [];
  let spread: number | undefined;
  for (let i = 1; i < length; i++) {
    if (Number.isNaN(time[i]!) || known.has(i)) continue;
    const factor = close[i - 1]! / open[i]!;
    if (
      factor < SPLIT_FACTORS[0]! / SPLIT_TOLERANCE && factor * SPLIT_FACTORS[0]! > SPLIT_TOLERANCE
    ) {
      continue;
    }
    const size = Math.max(factor, 1 / factor);
    const split = SPLIT_FACTORS.find((one) =>
      size < one * SPLIT_TOLERANCE && size * SPLIT_TOLERANCE > one
    );
    const back = i + 1 < length ? Math.abs(Math.log(close[i + 1]! / close[i]!)) : 0;
    if (split === undefined || back > Math.log(SPLIT_FACTORS[0]!) / 2) continue;
    spread ??= robustSpread(simpleReturns(close)) ?? 0;
    if (Math.log(size) < SPLIT_DEVIATIONS * spread) continue;
    if (intervalMs >= DAY_MS && isTradedHeavily(bars, i)) continue;
    found.push({ row: i, size: split, isForward: factor > 1 });
  }
  return found;
}

/** What is wrong, and the remedy. */
export function describeSplit(
  { close, open, time }: Bars,
  { isForward, row, size }: LikelySplit,
): string {
  const date = new Date(time[row]!).toISOString().slice(0, 10);
  return `close ${close[row - 1]} is followed by an open of ${open[row]}: a ` +
    `${isForward ? `${size}-for-1` : `1-for-${size}`} split on ${date} that the prices are not ` +
    "adjusted for; give splits and dividends with --actions FILE, or add --adjusted if the market " +
    "itself moved so";
}

function simpleReturns(close: Float64Array): Float64Array {
  return close.map((price, i) => i === 0 ? NaN : price / close[i - 1]! - 1);
}

/** Whether the money that changed hands in a bar is many times that of the bars before. */
function isTradedHeavily({ volume, close }: Bars, row: number): boolean {
  const values: number[] = [];
  for (let i = Math.max(0, row - BARS_BEFORE_SPLIT); i < row; i++) {
    if (volume[i]! > 0) values.push(volume[i]! * close[i]!);
  }
  const usual = values.sort((a, b) => a - b)[values.length >> 1];
  return usual !== undefined && volume[row]! * close[row]! > HEAVY_TRADING * usual;
}
