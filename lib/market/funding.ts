import { InputError } from "../core/mod.ts";
import type { Bars } from "./bars.ts";

/** A funding payment with the bar that it falls on. */
export interface BarFunding {
  /** Row of the bar. */
  readonly row: number;
  /** True where it is due inside the bar: it is booked at its close, else before its fills. */
  readonly atClose: boolean;
  /** Share of the position's worth. */
  readonly rate: number;
  /** Price that the worth is counted at. */
  readonly price: number;
}

const HOUR_MS = 3_600_000;
/** Exchanges stamp a payment some milliseconds after its hour. */
const LATE_MS = 60_000;

/**
 * The funding payments that fall on bars, oldest first. One that is due as a bar opens is paid by
 * whoever held at the close before it, one between two bars too; one inside a bar by whoever holds at
 * its close. Without a mark price of its own it counts at the open in the first case, else at the
 * last close.
 *
 * @example
 * ```ts
 * import { fundingOf } from "./funding.ts";
 * import { findInstrument } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(60_000, 60_100);
 * const bars = {
 *   instrument: findInstrument("BTCUSDT.P"), intervalMs: 3_600_000, length: 2,
 *   time: Float64Array.of(25_200_000, 28_800_000),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(2),
 *   funding: [{ time: 28_800_000, rate: 0.0001 }],
 * };
 * assertEquals(fundingOf(bars), [{ row: 1, atClose: false, rate: 0.0001, price: 60_100 }]);
 * ```
 */
export function fundingOf(
  { close, funding = [], intervalMs, length, open, time }: Bars,
): BarFunding[] {
  const found: BarFunding[] = [];
  let row = 0;
  for (const payment of funding) {
    const due = dueTime(payment.time);
    while (row < length && time[row]! + intervalMs <= due) row++;
    if (row === length) break;
    const opens = time[row]!;
    if (due < opens && row === 0) continue;
    const { price, rate } = payment;
    if (due > opens) found.push({ row, atClose: true, rate, price: price ?? close[row]! });
    else {
      const known = due === opens ? open[row]! : close[row - 1]!;
      found.push({ row, atClose: false, rate, price: price ?? known });
    }
  }
  return found;
}

/** A payment stamped shortly after the minute is due on it. */
function dueTime(time: number): number {
  const minute = Math.floor(time / LATE_MS) * LATE_MS;
  return time - minute < LATE_MS / 2 ? minute : time;
}

/**
 * What a position gets at a funding payment, whole micro-dollars: below 0 where it pays.
 *
 * @param positionLots signed
 * @param pointValue dollars for a price move of 1 in one lot
 * @example
 * ```ts
 * import { fundingMicros } from "./funding.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // Half a bitcoin held long, in lots of .001: 30,000 dollars pay a basis point.
 * assertEquals(fundingMicros(500, 0.001, { rate: 0.0001, price: 60_000 }), -3_000_000);
 * ```
 */
export function fundingMicros(
  positionLots: number,
  pointValue: number,
  { price, rate }: Pick<BarFunding, "price" | "rate">,
): number {
  // Adding 0 turns -0 into 0.
  return Math.round(-positionLots * pointValue * price * rate * 1e6) + 0;
}

/**
 * Refuses to count money of a perpetual contract on days whose funding nobody has given.
 *
 * @param rows rows that are traded
 * @throws {InputError} naming the flag, or the first moment that is missing
 */
export function requireFunding(
  { funding, instrument, intervalMs, time }: Bars,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const { fundingHours, kind, symbol } = instrument;
  const where = "--funding";
  if (kind !== "perpetual") return;
  if (funding === undefined) {
    throw new InputError(`Cannot count money of ${symbol} without the funding that it pays`, {
      where,
      remedy: "give a file with time and rate of each payment: --funding FILE",
    });
  }
  const first = time[from]!, end = time[to - 1]! + intervalMs;
  const longest = (fundingHours ?? 24) * HOUR_MS;
  let before = first;
  for (const { time: paid } of funding) {
    const due = dueTime(paid);
    if (due <= first) continue;
    if (due - before > longest || due >= end) break;
    before = due;
  }
  // The last hours may have no payment any more.
  if (end - before <= longest) return;
  throw new InputError(
    `Cannot count money of ${symbol} as no funding is known for ${hourText(before)} to ` +
      `${hourText(Math.min(end, before + 2 * longest))}`,
    {
      where,
      remedy: `give every payment from ${hourText(first)} to ${hourText(end)}, one in ` +
        `${longest / HOUR_MS} hours at least, or test fewer days with --from and --to`,
    },
  );
}

function hourText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
