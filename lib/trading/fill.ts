import type { OrderReason } from "./order.ts";

/** When in its bar an order trades. */
export type FillMoment = "open" | "inside" | "close";

/** An executed order, in the exact units of the account. */
export interface Fill {
  /**
   * The order it belongs to; 0 for a roll made by the executor and for what a venue did by itself,
   * below 0 for an order of somebody else.
   */
  readonly orderId: number;
  /** Row of the bar in which it filled. */
  readonly bar: number;
  /** Epoch milliseconds, UTC: of the open, or of the bar's end when it filled later. */
  readonly time: number;
  /** When in the bar, from which the time in the market is counted. */
  readonly moment: FillMoment;
  /** Signed lots. */
  readonly lots: number;
  /** Price in whole ticks, slippage included. */
  readonly priceTicks: number;
  /** Ticks lost to slippage against the quoted price, per lot; never negative. */
  readonly slippageTicks: number;
  /** Commission and fees of the whole fill, micro-dollars. */
  readonly feeMicros: number;
  /** Why its order was sent. */
  readonly reason: OrderReason;
}
