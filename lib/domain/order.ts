/** Why an order was sent; shown in trade lists. */
export type OrderReason = "signal" | "roll" | "session-close" | "margin" | "end-of-data";

/** A market order for the next tradable price. Immutable once made. */
export interface Order {
  /** Rising from 1 within a run. */
  readonly id: number;
  /** Signed lots: positive buys, negative sells; never 0. */
  readonly lots: number;
  /** Why it was sent. */
  readonly reason: OrderReason;
  /** Epoch milliseconds at which the decision was taken: the close of its bar. */
  readonly decidedAt: number;
}
