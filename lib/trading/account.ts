import type { Fill } from "./fill.ts";
import { exactMicros } from "./money.ts";
import { OpenLots, type OpenLotsState } from "./trades.ts";

/** Position, cash and sums at one moment, as plain data. */
export interface AccountBooks {
  /** Open lots with their prices. */
  readonly open: OpenLotsState;
  /** Initial cash plus realised and settled profit minus fees. */
  readonly cashMicros: number;
  /** Fees paid so far. */
  readonly feesMicros: number;
  /** Slippage paid so far. */
  readonly slippageMicros: number;
  /** Lots bought plus lots sold. */
  readonly lotsTraded: number;
}

/** Everything that an account knows, as plain data. */
export interface AccountState extends AccountBooks {
  /** Its books at the last settlement, or at the start. */
  readonly settled: AccountBooks;
}

/**
 * Cash and position of one instrument in whole numbers: lots, ticks and micro-dollars.
 *
 * Cash changes by realised profit and by fees, for stocks and FX as for futures; what a position
 * must be backed with is a question of margin, not of cash. Always:
 * cash = initial cash + Σ realised + Σ settled + Σ dividends + Σ funding - Σ fees, and equity = cash +
 * open profit at the mark, counted from the entry or from the last settlement.
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
 *   moment: "open",
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
  #open: OpenLots;
  /** As it was at the last settlement. */
  #settled: AccountBooks;
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
    this.#settled = state?.settled ?? this.#books();
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
    // A split trades nothing.
    if (fill.reason !== "split") this.#lotsTraded += lots;
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
    this.#settled = this.#books();
  }

  /**
   * Books a dividend: whoever is long at the ex-date gets it, whoever is short pays it.
   *
   * @param microsPerLot whole micro-dollars
   * @throws RangeError when an amount leaves the exact range.
   */
  pay(microsPerLot: number): void {
    this.credit(this.positionLots * microsPerLot);
  }

  /**
   * Books money that the position brought without being traded, such as funding; below 0 it costs.
   *
   * @param paidMicros whole micro-dollars
   * @throws RangeError when an amount leaves the exact range.
   */
  credit(paidMicros: number): void {
    exactMicros(paidMicros);
    this.#cashMicros = exactMicros(this.#cashMicros + paidMicros);
    // Executions that are booked anew do not bring it again.
    const cashMicros = exactMicros(this.#settled.cashMicros + paidMicros);
    this.#settled = { ...this.#settled, cashMicros };
  }

  /**
   * Books the executions since the last settlement anew, in the order in which they happened: what
   * is realised depends on it, equity does not.
   *
   * @param fills all since then, oldest first
   */
  rebook(fills: readonly Fill[]): void {
    const base = this.#settled;
    this.#open = new OpenLots(base.open);
    this.#cashMicros = base.cashMicros;
    this.#feesMicros = base.feesMicros;
    this.#slippageMicros = base.slippageMicros;
    this.#lotsTraded = base.lotsTraded;
    for (const fill of fills) this.apply(fill);
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

  /** Initial cash plus realised and settled profit, dividends and funding minus fees. */
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
    return { ...this.#books(), settled: this.#settled };
  }

  #books(): AccountBooks {
    return {
      open: this.#open.save(),
      cashMicros: this.#cashMicros,
      feesMicros: this.#feesMicros,
      slippageMicros: this.#slippageMicros,
      lotsTraded: this.#lotsTraded,
    };
  }
}
