import type { Bars, Continuous } from "../market/mod.ts";
import { type BarContract, barOfRow, type JournaledBar } from "../trading/mod.ts";

/** Rows that fit between two moves of the window to the front of its memory, at the least. */
const SLACK = 512;

/**
 * The newest bars of a stream in columns, in memory that does not grow.
 *
 * @example
 * ```ts
 * import { BarWindow } from "./bar_window.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const window = new BarWindow({ instrument: findInstrument("MES"), intervalMs: 60_000 }, 1);
 * for (const time of [0, 60_000, 120_000]) {
 *   window.push({ time, open: 1, high: 1, low: 1, close: 1, volume: 0 });
 * }
 * assertEquals([...window.bars.time], [60_000, 120_000]);
 * ```
 */
export class BarWindow {
  readonly #market: Pick<Bars, "instrument" | "intervalMs">;
  readonly #rows: number;
  readonly #columns: readonly Float64Array[];
  /** Null where only one contract is traded. */
  #joined: JoinedColumns | null = null;
  #end = 0;
  #bars: Bars | null = null;

  /** @param lookBack bars that stay visible before the newest one */
  constructor(market: Pick<Bars, "instrument" | "intervalMs">, lookBack: number) {
    this.#market = market;
    this.#rows = checkedLookBack(lookBack) + 1;
    const size = this.#rows + Math.max(SLACK, this.#rows);
    this.#columns = Array.from({ length: 6 }, () => new Float64Array(size));
  }

  /** Takes a bar in; the oldest one leaves where there is no room. */
  push({ close, contract, high, low, open, time, volume }: JournaledBar): void {
    if (this.#end === this.#columns[0]!.length) {
      const kept = this.#rows - 1;
      for (const column of this.#columns) column.copyWithin(0, this.#end - kept);
      this.#joined?.move(this.#end - kept);
      this.#end = kept;
    }
    if (contract !== undefined) {
      this.#joined ??= new JoinedColumns(contract.method, this.#columns[0]!.length);
      this.#joined.put(this.#end, contract);
    }
    const values = [time, open, high, low, close, volume];
    for (let i = 0; i < values.length; i++) this.#columns[i]![this.#end] = values[i]!;
    this.#end++;
    this.#bars = null;
  }

  /** What is visible now; its memory is written again by later bars. */
  get bars(): Bars {
    return this.#bars ??= this.#view();
  }

  /** The visible bar of a time; null where there is none. */
  at(time: number): JournaledBar | null {
    const { bars } = this;
    const row = bars.time.indexOf(time);
    return row < 0 ? null : barOfRow(bars, row);
  }

  #view(): Bars {
    const from = Math.max(0, this.#end - this.#rows);
    const [time, open, high, low, close, volume] = this.#columns.map((column) =>
      column.subarray(from, this.#end)
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const bars = {
      ...this.#market,
      length: this.#end - from,
      time,
      open,
      high,
      low,
      close,
      volume,
    };
    if (this.#joined === null) return bars;
    return { ...bars, continuous: this.#joined.view(from, this.#end) };
  }
}

/** Which contracts the bars of a joined series hold. */
class JoinedColumns {
  readonly #method: Continuous["method"];
  readonly #adjustment: Float64Array;
  readonly #contract: Int32Array;
  readonly #contracts: string[] = [];
  #newest = NaN;

  constructor(method: Continuous["method"], size: number) {
    this.#method = method;
    this.#adjustment = new Float64Array(size);
    this.#contract = new Int32Array(size);
  }

  put(row: number, { adjustment, name }: BarContract): void {
    // A file may name none of them: another adjustment is another contract too.
    const isSame = this.#contracts.at(-1) === name && this.#newest === adjustment;
    if (!isSame) this.#contracts.push(name);
    this.#newest = adjustment;
    this.#adjustment[row] = adjustment;
    this.#contract[row] = this.#contracts.length - 1;
  }

  /** Brings rows from there on to the front. */
  move(from: number): void {
    this.#adjustment.copyWithin(0, from);
    this.#contract.copyWithin(0, from);
  }

  view(from: number, to: number): Continuous {
    return {
      method: this.#method,
      adjustment: this.#adjustment.subarray(from, to),
      contract: this.#contract.subarray(from, to),
      contracts: this.#contracts,
    };
  }
}

/** A look-back that is a number of bars. @throws RangeError for any other */
export function checkedLookBack(lookBack: number): number {
  if (Number.isInteger(lookBack) && lookBack >= 0) return lookBack;
  throw new RangeError(
    `Cannot keep a look-back as it must be a whole number of bars: current value is ${lookBack}`,
  );
}
