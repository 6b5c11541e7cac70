import { type Bars, countablePrice, researchPrice } from "../market/mod.ts";
import type { ColumnRole } from "./columns.ts";
import type { ProblemLog } from "./problems.ts";
import { sampleStride } from "./even_sample.ts";
import { robustSpread } from "./robust_spread.ts";
import { describeSplit, unadjustedSplits } from "./splits.ts";

/** Where a bar stands in its file, for messages. */
export interface Source {
  /** Line or row number of each bar. */
  readonly lines: Uint32Array;
  /** Column names by role, as the file spells them. */
  readonly names: ReadonlyMap<ColumnRole, string>;
}

const DAY_MS = 86_400_000;
/** A price this close to a whole tick, in ticks, is on it. */
const TICK_TOLERANCE = 1e-6;
/** No future moves by more ticks than this on a common day, and on others by the root of time. */
const MOST_TICKS_A_DAY = 20_000;
/** Fewer bars that move than this do not tell their instrument. */
const FEWEST_MOVING = 30;
const JUMP_DEVIATIONS = 20;
const PRICE_ROLES = ["open", "high", "low", "close"] as const;
/** With so large a share of bars off the grid, the tick is another one. */
const OFF_TICK_SHARE = 0.8;
/** A price of 0 beside one so many ticks away is a missing value. */
const TICKS_FAR_FROM_ZERO = 1000;
/** Lots whose money must be counted exactly at every price that was traded. */
const LOTS_COUNTED = 100;

/** What is known about the prices. */
export interface CheckOptions {
  /** They were adjusted by whoever made the file: for splits, or by joining contracts. */
  readonly adjusted?: boolean;
  /** Rows with which a split is known to begin. */
  readonly splitRows?: ReadonlySet<number>;
}

/**
 * Judges bars by every rule that needs no other file and puts each breach into the log: order of
 * time, range of prices, ticks, volume, jumps. Prices are judged raw, as they traded.
 */
export function checkBars(
  bars: Bars,
  source: Source,
  log: ProblemLog,
  { adjusted = false, splitRows = new Set() }: CheckOptions = {},
): void {
  checkTime(bars, source, log);
  const offTickRows = checkPrices(bars, source, log, adjusted);
  checkTickSize(bars, log);
  if (!adjusted) {
    checkGrid(bars, offTickRows, log);
    checkSplits(bars, source, log, splitRows);
  }
  checkRange(bars, source, log);
  checkVolume(bars, source, log);
  checkJumps(bars, source, log, splitRows);
}

function checkTime({ time, length, intervalMs }: Bars, source: Source, log: ProblemLog): void {
  const column = source.names.get("time");
  // A local day lasts 23 hours where clocks go forward.
  const shortest = intervalMs >= DAY_MS ? intervalMs - DAY_MS / 24 : intervalMs;
  const descending = length > 2 && time[0]! > time[1]! && time[length - 2]! > time[length - 1]!;
  for (let i = 1; i < length; i++) {
    const step = time[i]! - time[i - 1]!;
    if (!(step < shortest)) continue;
    const shown = isoTime(time[i]!);
    // A stamp ahead of all rows after it is wrong itself; the row behind it is not.
    const ahead = step < 0 && i >= 2 && i + 1 < length && time[i]! > time[i - 2]! &&
      time[i + 1]! < time[i - 1]!;
    if (ahead) {
      const early = isoTime(time[i - 1]!);
      const detail = `${early} is later than the rows after it; correct or delete the row`;
      log.add("unsorted-time", source.lines[i - 1]!, early, detail, column);
    } else if (step < 0) {
      const remedy = descending ? "the file is newest first: reverse it" : "sort the file";
      const detail = `${shown} is earlier than the row before; ${remedy}`;
      log.add("unsorted-time", source.lines[i]!, shown, detail, column);
    } else if (step === 0) {
      const detail = `${shown} is the same time as the row before; keep one of the two`;
      log.add("duplicate-time", source.lines[i]!, shown, detail, column);
    } else {
      const detail = `${shown} is ${step / 1000} s after the row before, less than the bar's ` +
        `${intervalMs / 1000} s`;
      log.add("short-step", source.lines[i]!, shown, detail, column);
    }
  }
}

/** Judges each price by itself; returns the number of rows with a price off the tick grid. */
function checkPrices(bars: Bars, source: Source, log: ProblemLog, adjusted: boolean): number {
  const { instrument, length, open, high, low, close } = bars;
  const { tickSize } = instrument;
  const future = instrument.kind === "future";
  const columns = [open, high, low, close];
  // What was split in reverse again and again cost thousands of millions once, as adjusted.
  const most = countablePrice(instrument, adjusted ? 1 : LOTS_COUNTED);
  let offTickRows = 0;
  for (let i = 0; i < length; i++) {
    let offTick = false;
    for (let field = 0; field < columns.length; field++) {
      const price = columns[field]![i]!;
      const ticks = price / tickSize;
      const off = Math.abs(ticks - Math.round(ticks)) > TICK_TOLERANCE;
      if (price > 0 && price <= most && !off) continue;
      const role = PRICE_ROLES[field]!;
      const name = source.names.get(role);
      const line = source.lines[i]!;
      if (price === 0 && future && isFarFromZero(columns, i, tickSize)) {
        const detail = `${role} is 0 beside prices far from it, which is no trade; correct or ` +
          "delete the row";
        log.add("zero-price", line, price, detail, name);
      } else if (price <= 0) {
        const rule = future ? "negative-future" : "non-positive-price";
        log.add(rule, line, price, `${role} ${price} is not above zero`, name);
      }
      if (Math.abs(price) > most) {
        const detail = `${role} ${price} is beyond ${Math.floor(most)}, up to which money of ` +
          `${instrument.symbol} is counted exactly; correct or delete the row` +
          (adjusted ? "" : ", or add --adjusted if it is an adjusted price");
        log.add("uncountable-price", line, price, detail, name);
      }
      if (off) {
        offTick = true;
        const detail = `${role} ${price} is not a multiple of the ${instrument.symbol} ` +
          `tick ${tickSize}`;
        log.add("off-tick-price", line, price, detail, name);
      }
    }
    if (offTick) offTickRows++;
  }
  return offTickRows;
}

function isFarFromZero(columns: readonly Float64Array[], row: number, tickSize: number): boolean {
  return columns.some((column) => Math.abs(column[row]!) > TICKS_FAR_FROM_ZERO * tickSize);
}

/** A future whose bars hardly ever lie on its ticks is another instrument, or is adjusted. */
function checkGrid(bars: Bars, offTickRows: number, log: ProblemLog): void {
  const { instrument: { kind, symbol, tickSize }, length, continuous } = bars;
  const share = offTickRows / length;
  if (kind !== "future" || continuous !== undefined || length < FEWEST_MOVING) return;
  if (share < OFF_TICK_SHARE) return;
  log.add(
    "wrong-tick",
    0,
    `${offTickRows} of ${length} bars`,
    `${(share * 100).toFixed(0)} % of the bars have prices off the tick of ${symbol} ` +
      `(${tickSize}): hardly its bars; name the symbol of the data, or add --adjusted if they ` +
      "are its prices, adjusted",
  );
}

/** Splits that neither the prices nor a file of actions have in them. */
function checkSplits(
  bars: Bars,
  source: Source,
  log: ProblemLog,
  known: ReadonlySet<number>,
): void {
  for (const split of unadjustedSplits(bars, known)) {
    const { row } = split;
    const detail = describeSplit(bars, split);
    log.add(
      "unadjusted-split",
      source.lines[row]!,
      bars.open[row]!,
      detail,
      source.names.get("open"),
    );
  }
}

/**
 * Bars that move by less than a tick, off its grid, or by tens of thousands of ticks are those of
 * another instrument. Adjusted prices lie off the grid too, but move by whole ticks and more.
 * Of many bars an even sample is looked at.
 */
function checkTickSize(
  { open, high, low, length, instrument, intervalMs }: Bars,
  log: ProblemLog,
): void {
  const { kind, symbol, tickSize } = instrument;
  const stride = sampleStride(length);
  const ranges = new Float64Array(Math.ceil(length / stride));
  let moving = 0, onTick = 0, judged = 0;
  for (let i = 0; i < length; i += stride, judged++) {
    if (high[i]! > low[i]!) ranges[moving++] = high[i]! - low[i]!;
    const ticks = open[i]! / tickSize;
    if (Math.abs(ticks - Math.round(ticks)) <= TICK_TOLERANCE) onTick++;
  }
  if (moving < FEWEST_MOVING) return;
  const range = ranges.subarray(0, moving).sort()[moving >> 1]!;
  const tooFine = range < tickSize * (1 - TICK_TOLERANCE) && onTick < judged / 2;
  const tooCoarse = kind === "future" &&
    range > MOST_TICKS_A_DAY * Math.sqrt(intervalMs / DAY_MS) * tickSize;
  if (!tooFine && !tooCoarse) return;
  const shown = Number(range.toPrecision(4));
  log.add(
    "wrong-tick",
    0,
    shown,
    `the median bar moves by ${shown}, which is ${Number((range / tickSize).toPrecision(2))} ` +
      `ticks of ${symbol} (${tickSize}): hardly its bars; name the symbol of the data`,
  );
}

function checkRange(bars: Bars, source: Source, log: ProblemLog): void {
  const { open, high, low, close, length, instrument, intervalMs } = bars;
  const slack = instrument.tickSize * TICK_TOLERANCE;
  // The daily close of a future is its settlement, which may lie off the day's trades.
  const settled = instrument.kind === "future" && intervalMs >= DAY_MS;
  const outside = (price: number, i: number): boolean =>
    price > high[i]! + slack || price < low[i]! - slack;
  const range = (i: number): string => `the bar's range ${low[i]} to ${high[i]}`;
  for (let i = 0; i < length; i++) {
    const line = source.lines[i]!;
    if (high[i]! < low[i]!) {
      const detail = `high ${high[i]} is below low ${low[i]}`;
      log.add("high-below-low", line, high[i]!, detail, source.names.get("high"));
      continue;
    }
    if (outside(open[i]!, i)) {
      const detail = `open ${open[i]} is outside ${range(i)}`;
      log.add("open-outside-range", line, open[i]!, detail, source.names.get("open"));
    }
    if (outside(close[i]!, i)) {
      const rule = settled ? "settlement-outside-range" : "close-outside-range";
      const detail = `close ${close[i]} is outside ${range(i)}`;
      log.add(rule, line, close[i]!, detail, source.names.get("close"));
    }
  }
}

function checkVolume(
  { volume, openInterest, length }: Bars,
  source: Source,
  log: ProblemLog,
): void {
  for (const [role, column] of [["volume", volume], ["openInterest", openInterest]] as const) {
    if (column === undefined) continue;
    for (let i = 0; i < length; i++) {
      if (!(column[i]! < 0)) continue;
      const name = source.names.get(role);
      log.add("negative-volume", source.lines[i]!, column[i]!, `${name} is negative`, name);
    }
  }
}

/** Compares each change with the robust spread of all; breaks between sessions are left out. */
function checkJumps(
  bars: Bars,
  source: Source,
  log: ProblemLog,
  splitRows: ReadonlySet<number>,
): void {
  const { close, time, length, intervalMs } = bars;
  const joined = researchPrice(bars, close);
  const ratio = bars.continuous?.method === "ratio";
  const longestStep = intervalMs >= DAY_MS ? Infinity : intervalMs;
  const returns = new Float64Array(length).fill(NaN);
  for (let i = 1; i < length; i++) {
    const base = Math.abs(ratio ? joined[i - 1]! : close[i - 1]!);
    if (time[i]! - time[i - 1]! <= longestStep && base > 0) {
      returns[i] = (joined[i]! - joined[i - 1]!) / base;
    }
  }
  const spread = robustSpread(returns);
  if (spread === null) return;
  for (let i = 1; i < length; i++) {
    const size = Math.abs(returns[i]!) / spread;
    if (!(size > JUMP_DEVIATIONS) || splitRows.has(i)) continue;
    const detail = `close moved ${(returns[i]! * 100).toPrecision(3)} % in one bar, ` +
      `${size.toFixed(0)} robust standard deviations`;
    log.add("price-jump", source.lines[i]!, close[i]!, detail, source.names.get("close"));
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
