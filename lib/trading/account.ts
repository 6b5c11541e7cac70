import type { Fill } from "./fill.ts";
import { exactMicros } from "./money.ts";
import { OpenLots, type OpenLotsState } from "./trades.ts";

/** Everything that an account knows, as plain data. */
export interface AccountState {
  readonly open: OpenLotsState;
  readonly cashMicros: number;
  readonly feesMicros: number;
  readonly slippageMicros: number;
  readonly lotsTraded: number;
}

/**
 * Cash and position of one instrument in whole numbers: lots, ticks and micro-dollars.
 *
 * Cash changes by realised profit and by fees, for stocks and FX as for futures; what a position
 * must be backed with is a question of margin, not of cash. Always:
 * cash = initial cash + Σ realised + Σ settled - Σ fees, and equity = cash + open profit at the
 * mark, counted from the entry or from the last settlement.
 *
 * @example
 * ```ts
 * import { Account } from "./account.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // One MES bought at 20,000 ticks of $1.25, marked 4 ticks higher.
 * const account = new Account(10_000_000_000, 1_250_000);
 * account.apply({
 *   orderId: 1,
 *   bar: 0,
 *   time: 0,
 *   lots: 1,
 *   priceTicks: 20_000,
 *   slippageTicks: 1,
 *   feeMicros: 620_000,
 *   reason: "signal",
 * });
 * assertEquals(account.equityMicros(20_004), 10_000_000_000 - 620_000 + 4 * 1_250_000);
 * ```
 */
export class Account {
  readonly #open: OpenLots;
  readonly #tickValueMicros: number;
  #cashMicros: number;
  #feesMicros = 0;
  #slippageMicros = 0;
  #lotsTraded = 0;

  /**
   * Opens an account without position.
   *
   * @param initialCashMicros whole micro-dollars
   * @param tickValueMicros worth of one tick of one lot, whole micro-dollars
   * @param state what `save` gave, to go on from there
   * @throws RangeError when either is not a safe integer.
   */
  constructor(initialCashMicros: number, tickValueMicros: number, state?: AccountState) {
    this.#open = new OpenLots(state?.open);
    this.#cashMicros = exactMicros(state?.cashMicros ?? initialCashMicros);
    this.#tickValueMicros = exactMicros(tickValueMicros);
    this.#feesMicros = state?.feesMicros ?? 0;
    this.#slippageMicros = state?.slippageMicros ?? 0;
    this.#lotsTraded = state?.lotsTraded ?? 0;
  }

  /**
   * Books a fill.
   *
   * @throws RangeError when an amount leaves the exact range.
   */
  apply(fill: Fill): void {
    const lots = Math.abs(fill.lots);
    const realisedMicros = this.#open.apply(fill) * this.#tickValueMicros;
    this.#cashMicros = exactMicros(this.#cashMicros + realisedMicros - fill.feeMicros);
    this.#feesMicros += fill.feeMicros;
    this.#slippageMicros += lots * fill.slippageTicks * this.#tickValueMicros;
    this.#lotsTraded += lots;
  }

  /**
   * Pays the open profit into cash, as a clearing house does for futures at the end of each day;
   * equity does not change.
   *
   * @param markTicks settlement price in whole ticks
   * @throws RangeError when an amount leaves the exact range.
   */
  settle(markTicks: number): void {
    const paidMicros = this.#open.settle(markTicks) * this.#tickValueMicros;
    this.#cashMicros = exactMicros(this.#cashMicros + paidMicros);
  }

  /**
   * Cash plus the open profit at a price.
   *
   * @param markTicks price in whole ticks
   * @throws RangeError when the amount leaves the exact range.
   */
  equityMicros(markTicks: number): number {
    const openTicks = this.#open.positionLots * markTicks - this.#open.valueTicks;
    return exactMicros(this.#cashMicros + openTicks * this.#tickValueMicros);
  }

  /** Signed lots held. */
  get positionLots(): number {
    return this.#open.positionLots;
  }

  /** Initial cash plus realised and settled profit minus fees. */
  get cashMicros(): number {
    return this.#cashMicros;
  }

  /** Fees paid so far. */
  get feesMicros(): number {
    return this.#feesMicros;
  }

  /** Slippage paid so far; part of the fill prices, never charged again. */
  get slippageMicros(): number {
    return this.#slippageMicros;
  }

  /** Lots bought plus lots sold. */
  get lotsTraded(): number {
    return this.#lotsTraded;
  }

  /** All that it knows. */
  save(): AccountState {
    return {
      open: this.#open.save(),
      cashMicros: this.#cashMicros,
      feesMicros: this.#feesMicros,
      slippageMicros: this.#slippageMicros,
      lotsTraded: this.#lotsTraded,
    };
  }
}
