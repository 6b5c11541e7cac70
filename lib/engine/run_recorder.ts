import { objectList } from "../core/mod.ts";
import { type Fill, microsToUsd } from "../trading/mod.ts";
import type { EngineTotals } from "./run_options.ts";

/** Sums over fills. */
export type FillTotals = Pick<
  EngineTotals,
  "feesMicros" | "slippageMicros" | "lotsTraded" | "notionalTradedUsd" | "rolls"
>;

/** Writes a run down, bar by bar and fill by fill. It watches: nothing it keeps decides. */
export class RunRecorder {
  readonly fills = objectList<Fill>();
  #equityMicros: Float64Array;
  #positionLots: Int32Array;
  #length = 0;

  /** @param capacity bars expected; the columns double when there are more */
  constructor(capacity: number) {
    this.#equityMicros = new Float64Array(capacity);
    this.#positionLots = new Int32Array(capacity);
  }

  /** Bars written down. */
  get length(): number {
    return this.#length;
  }

  /** A bar has closed. */
  close(equityMicros: number, positionLots: number): void {
    if (this.#length === this.#equityMicros.length) this.#grow();
    this.#equityMicros[this.#length] = equityMicros;
    this.#positionLots[this.#length++] = positionLots;
  }

  /** The last close has been traded at. */
  replaceLastEquity(equityMicros: number): void {
    this.#equityMicros[this.#length - 1] = equityMicros;
  }

  /** An order has filled. */
  fill(fill: Fill): void {
    this.fills.push(fill);
  }

  /** Equity at each close, micro-dollars. */
  equityMicros(): Float64Array {
    return this.#equityMicros.subarray(0, this.#length);
  }

  /** Signed lots held through each bar. */
  positionLots(): Int32Array {
    return this.#positionLots.subarray(0, this.#length);
  }

  /** @param tickValueMicros worth of one tick of one lot, micro-dollars */
  totals(tickValueMicros: number): FillTotals {
    let feesMicros = 0, slippageMicros = 0, lotsTraded = 0, notionalTradedUsd = 0, rollFills = 0;
    for (const fill of this.fills) {
      // A split trades nothing.
      if (fill.reason === "split") continue;
      const lots = Math.abs(fill.lots);
      feesMicros += fill.feeMicros;
      slippageMicros += lots * fill.slippageTicks * tickValueMicros;
      lotsTraded += lots;
      notionalTradedUsd += microsToUsd(Math.abs(fill.lots * fill.priceTicks) * tickValueMicros);
      if (fill.reason === "roll") rollFills++;
    }
    const rolls = Math.floor(rollFills / 2);
    return { feesMicros, slippageMicros, lotsTraded, notionalTradedUsd, rolls };
  }

  #grow(): void {
    const capacity = Math.max(1_024, 2 * this.#length);
    const equityMicros = new Float64Array(capacity);
    const positionLots = new Int32Array(capacity);
    equityMicros.set(this.#equityMicros);
    positionLots.set(this.#positionLots);
    this.#equityMicros = equityMicros;
    this.#positionLots = positionLots;
  }
}
