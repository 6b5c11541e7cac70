/** Returns that differ by less than this differ by rounding alone. */
const SMALLEST_SPREAD = 1e-12;

/** Spread over size below which returns are one and the same but for whole micro-dollars. */
const DUST = 1e-6;

/** Trading days in a year, for annualising daily figures. */
const DAYS_PER_YEAR = 252;

/**
 * The fall from the highest equity so far, per row, as a fraction at or below 0. The first row
 * is the starting capital, so a loss on day one counts. Nothing is deeper than a total loss.
 */
export function drawdowns(equity: readonly number[]): number[] {
  let peak = -Infinity;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return Math.max(-1, value / peak - 1);
  });
}

/**
 * Annualised Sharpe ratio (mean over standard deviation with n - 1, times the root of 252) of the
 * `window` days that end at each day; `null` before the window is full and where returns do not
 * vary.
 *
 * @param returns daily simple returns as fractions
 * @returns as long as `returns`
 */
export function rollingSharpe(returns: readonly number[], window: number): (number | null)[] {
  return returns.map((_, day) => {
    if (day + 1 < window) return null;
    const slice = returns.slice(day + 1 - window, day + 1);
    const mean = slice.reduce((sum, value) => sum + value, 0) / window;
    const squares = slice.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / (window - 1));
    const largest = slice.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return deviation > DUST * largest ? mean / deviation * Math.sqrt(DAYS_PER_YEAR) : null;
  });
}

/** The window of the rolling Sharpe ratio that suits so many days; `null` when there are too few. */
export function rollingWindow(days: number): number | null {
  return [126, 63, 21].find((window) => days >= 3 * window) ?? null;
}

/** Compounded returns of one calendar year; months without a trading day are `null`. */
export interface YearReturns {
  /** Four digits. */
  readonly year: string;
  /** January to December. */
  readonly months: readonly (number | null)[];
  /** All months together. */
  readonly total: number;
}

/**
 * Daily returns compounded by month and year; what is lost entirely stays lost.
 *
 * @param day ISO days, rising
 * @param value simple returns as fractions, as long as `day`
 */
export function yearlyReturns(day: readonly string[], value: readonly number[]): YearReturns[] {
  const years = new Map<string, { months: (number | null)[]; total: number }>();
  day.forEach((date, row) => {
    const key = date.slice(0, 4);
    const year = years.get(key) ?? { months: new Array<number | null>(12).fill(null), total: 0 };
    years.set(key, year);
    const month = Number(date.slice(5, 7)) - 1;
    const factor = Math.max(0, 1 + value[row]!);
    year.months[month] = (1 + (year.months[month] ?? 0)) * factor - 1;
    year.total = (1 + year.total) * factor - 1;
  });
  return [...years].map(([year, returns]) => ({ year, ...returns }));
}

/** Counts of values in equal bins. */
export interface Histogram {
  /** Middle of each bin. */
  readonly centre: readonly number[];
  /** Values in each bin. */
  readonly count: readonly number[];
  /** Of every bin, in the unit of the values. */
  readonly width: number;
}

/**
 * A histogram with bins by the rule of Freedman and Diaconis (1981), width = 2 IQR / n^(1/3),
 * 5 to 60 bins, laid so that 0 is an edge: gains and losses never share a bin.
 *
 * @returns `null` when the values do not vary
 */
export function histogram(values: readonly number[]): Histogram | null {
  const sorted = Float64Array.from(values).sort();
  const low = sorted[0] ?? 0, high = sorted.at(-1) ?? 0;
  if (!(high - low > SMALLEST_SPREAD)) return null;
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  const rule = 2 * (quantile(0.75) - quantile(0.25)) / Math.cbrt(values.length);
  const width = Math.min((high - low) / 5, Math.max((high - low) / 60, rule));
  const first = Math.floor(low / width);
  const count = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  for (const value of values) count[Math.floor(value / width) - first]!++;
  return { centre: count.map((_, bin) => (first + bin + 0.5) * width), count, width };
}
