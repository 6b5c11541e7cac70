import type { Bars } from "../market/bars.ts";
import type { Decision } from "./decision.ts";
import type { Fill } from "./fill.ts";
import type { Order, WorkingOrder } from "./order.ts";

/**
 * Where bars come from: a stored file or a live connection. Bars stay columnar; the feed grows
 * the columns and says how far they are known.
 */
export interface Feed {
  /** The columns, known up to the row that `next` gave last. */
  readonly bars: Bars;
  /** Waits for the next bar; its row, or null when there are no more. */
  next(): number | null | Promise<number | null>;
}

/** Where orders go: the simulated fill model, or a broker. */
export interface Executor {
  /** Hands an order over. Its fill arrives from `onBar`, never from here. */
  submit(order: Order): void;
  /** Fills that happened up to and including this bar, oldest first; empty when none. */
  onBar(bars: Bars, bar: number): readonly Fill[];
  /** Fills for an order that must trade at this bar's own close (session end, end of data). */
  atClose(bars: Bars, bar: number, order: Order): Fill;
}

/** An executor that also works orders over several bars. */
export interface OrderExecutor extends Executor {
  /** Takes back what is left of an order; one that is filled or unknown is left alone. */
  cancel(orderId: number): void;
  /** Takes back everything not yet filled. */
  cancelAll(): void;
  /** Orders that wait for their price, oldest first. */
  working(): readonly WorkingOrder[];
}

/** Keeps what happened, in order. */
export interface Journal {
  /** Keeps a decision. */
  decision(decision: Decision): void;
  /** Keeps an order. */
  order(order: Order): void;
  /** Keeps a fill. */
  fill(fill: Fill): void;
}
