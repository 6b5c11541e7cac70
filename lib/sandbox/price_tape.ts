import type { Bars } from "../market/mod.ts";
import { toTicks } from "../trading/mod.ts";

/** One trade of the market, in the contract that the bars hold. */
export interface Print {
  /** Rises by 1. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Row of its bar. */
  readonly row: number;
  /** Price, whole ticks. */
  readonly ticks: number;
  /** Contracts. */
  readonly size: number;
  /** Whether the price jumped here from the print before; else it traded at all prices between. */
  readonly isGap: boolean;
}

/** Trades of each bar. */
const PRINTS_PER_BAR = 8;

/**
 * The trades inside bars: from the open to the nearer of low and high, to the other, to the close, in
 * eight steps of equal time. Bars built of them are the bars themselves.
 */
export class PriceTape {
  readonly #bars: Bars;
  #row = -1;
  #path: readonly number[] = [];

  /** @param bars at least one */
  constructor(bars: Bars) {
    this.#bars = bars;
  }

  /** How many trades there are. */
  get length(): number {
    return this.#bars.length * PRINTS_PER_BAR;
  }

  /** A trade by its number, from 0. */
  at(index: number): Print {
    const row = Math.floor(index / PRINTS_PER_BAR), step = index % PRINTS_PER_BAR;
    if (row !== this.#row) {
      this.#path = path(this.#bars, row);
      this.#row = row;
    }
    const { intervalMs, time, volume } = this.#bars;
    const whole = volume[row]!, part = Math.floor(whole / PRINTS_PER_BAR);
    const isLast = step === PRINTS_PER_BAR - 1;
    return {
      index,
      row,
      time: time[row]! + Math.floor(intervalMs * step / PRINTS_PER_BAR),
      ticks: this.#path[step]!,
      size: Math.max(1, isLast ? whole - part * (PRINTS_PER_BAR - 1) : part),
      isGap: step === 0,
    };
  }

  /** Number of the first trade at or after a moment; `length` when there is none. */
  firstAt(time: number): number {
    const { length, time: times } = this.#bars;
    let low = 0, high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle]! >= time) high = middle;
      else low = middle + 1;
    }
    let index = Math.max(0, low - 1) * PRINTS_PER_BAR;
    while (index < this.length && this.at(index).time < time) index++;
    return index;
  }
}

function path({ close, high, instrument: { tickSize }, low, open }: Bars, row: number): number[] {
  const [o, h, l, c] = [open, high, low, close].map((column) => toTicks(column[row]!, tickSize));
  const isLowFirst = o! - l! < h! - o! || (o! - l! === h! - o! && c! >= o!);
  const [first, second] = isLowFirst ? [l!, h!] : [h!, l!];
  const between = (from: number, to: number, part: number): number =>
    Math.round(from + (to - from) * part);
  return [
    o!,
    between(o!, first, 1 / 2),
    first,
    between(first, second, 1 / 3),
    between(first, second, 2 / 3),
    second,
    between(second, c!, 1 / 2),
    c!,
  ];
}
