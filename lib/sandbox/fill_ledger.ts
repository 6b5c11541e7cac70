/** A purchase and a sale that belong together. */
export interface PairedFills {
  readonly buyFillId: number;
  readonly sellFillId: number;
  /** Above 0. */
  readonly lots: number;
  readonly buyTicks: number;
  readonly sellTicks: number;
}

interface OpenFill {
  readonly fillId: number;
  readonly ticks: number;
  /** Signed. */
  lots: number;
}

/**
 * What an account holds of one contract: its open fills, first in first out.
 *
 * @example
 * ```ts
 * import { FillLedger } from "./fill_ledger.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const ledger = new FillLedger();
 * ledger.book(1, 2, 100);
 * const [pair] = ledger.book(2, -3, 104);
 * assertEquals([pair!.lots, pair!.sellTicks - pair!.buyTicks], [2, 4]);
 * assertEquals([ledger.lots, ledger.valueTicks], [-1, -104]);
 * ```
 */
export class FillLedger {
  #open: OpenFill[] = [];

  /** Signed lots. */
  get lots(): number {
    return this.#open.reduce((sum, { lots }) => sum + lots, 0);
  }

  /** Sum of signed lots times their price. */
  get valueTicks(): number {
    return this.#open.reduce((sum, { lots, ticks }) => sum + lots * ticks, 0);
  }

  /**
   * Books a fill.
   *
   * @param lots signed, not 0
   * @returns what it closes, oldest first
   */
  book(fillId: number, lots: number, ticks: number): readonly PairedFills[] {
    const pairs: PairedFills[] = [];
    let left = lots;
    while (left !== 0 && this.#open.length > 0 && this.#open[0]!.lots > 0 !== left > 0) {
      const oldest = this.#open[0]!;
      const closed = Math.min(Math.abs(oldest.lots), Math.abs(left));
      const isSale = left < 0;
      pairs.push({
        buyFillId: isSale ? oldest.fillId : fillId,
        sellFillId: isSale ? fillId : oldest.fillId,
        lots: closed,
        buyTicks: isSale ? oldest.ticks : ticks,
        sellTicks: isSale ? ticks : oldest.ticks,
      });
      oldest.lots += Math.sign(left) * closed;
      left -= Math.sign(left) * closed;
      if (oldest.lots === 0) this.#open.shift();
    }
    if (left !== 0) this.#open.push({ fillId, ticks, lots: left });
    return pairs;
  }
}
