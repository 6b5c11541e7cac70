import type { Bars } from "../../market/mod.ts";

/**
 * Finds the shorter bars inside a longer one. Look-ups go forward in time, as runs do, and cost
 * no search.
 */
export class FinerBars {
  readonly #bars: Bars;
  #row = 0;

  /**
   * Starts before the first row.
   *
   * @param bars shorter bars of the same prices, oldest first
   */
  constructor(bars: Bars) {
    this.#bars = bars;
  }

  /**
   * The rows `[from, to)` of the shorter bars that lie in a bar; null when there are none, or when
   * they do not reach the bar's own high and low and so miss a part of it.
   *
   * @throws RangeError when they are not shorter, or of another instrument.
   */
  within(bars: Bars, bar: number): readonly [bars: Bars, from: number, to: number] | null {
    const finer = this.#bars;
    if (
      !(finer.intervalMs < bars.intervalMs && finer.instrument.symbol === bars.instrument.symbol)
    ) {
      throw new RangeError(
        `Cannot look inside bars of ${bars.intervalMs} ms of ${bars.instrument.symbol} as the finer ones must be shorter and of the same: current value is ${finer.intervalMs} ms of ${finer.instrument.symbol}`,
      );
    }
    const start = bars.time[bar]!;
    const end = start + bars.intervalMs;
    while (this.#row < finer.length && finer.time[this.#row]! < start) this.#row++;
    let to = this.#row;
    while (to < finer.length && finer.time[to]! + finer.intervalMs <= end) to++;
    const from = this.#row;
    if (to === from || !reachesExtremes(finer, from, to, bars.high[bar]!, bars.low[bar]!)) {
      return null;
    }
    return [finer, from, to];
  }
}

function reachesExtremes(bars: Bars, from: number, to: number, high: number, low: number): boolean {
  let highest = -Infinity, lowest = Infinity;
  for (let row = from; row < to; row++) {
    highest = Math.max(highest, bars.high[row]!);
    lowest = Math.min(lowest, bars.low[row]!);
  }
  return highest >= high && lowest <= low;
}
