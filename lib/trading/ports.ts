import type { Bars } from "../market/mod.ts";
import type { Fill } from "./fill.ts";
import type { Order, WorkingOrder } from "./order.ts";

/**
 * Where bars come from: a stored file or a live connection. Bars stay columnar; the feed moves
 * the columns along and says how far they are known.
 */
export interface Feed {
  /** The columns, known up to the row that `next` gave last; read them anew after each call. */
  readonly bars: Bars;
  /** Waits for the next bar; its row, or null when there are no more. */
  next(): number | null | Promise<number | null>;
}

/**
 * A broker inside the process that answers at once: the fast path of a backtest. Its answers are
 * those that a `Broker` would report.
 */
export interface Executor {
  /** Hands an order over. Its fill arrives from `onBar`, never from here. */
  submit(order: Order): void;
  /** Fills that happened up to and including this bar, oldest first; empty when none. */
  onBar(bars: Bars, bar: number): readonly Fill[];
  /** The fill of an order that must trade at this bar's own close. */
  atClose(bars: Bars, bar: number, order: Order): Fill;
  /**
   * Shares split before a bar: what is held and ordered goes on in the new ones.
   *
   * @param ratio shares after the split for each one before
   * @returns the change of the position as fills without costs, oldest first; empty when none is held
   */
  split(bars: Bars, bar: number, ratio: number): readonly Fill[];
  /** Changes how many lots of an order are still wanted; one that has ended is left alone. */
  modify(orderId: number, lots: number): void;
  /** Takes back what is left of an order; one that has ended is left alone. */
  cancel(orderId: number): void;
  /** Orders that wait for their price, oldest first. */
  working(): readonly WorkingOrder[];
}
