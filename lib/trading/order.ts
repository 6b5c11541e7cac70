/** Why an order was sent; shown in trade lists. */
export type OrderReason =
  | "signal"
  | "roll"
  | "split"
  | "session-close"
  | "risk"
  | "margin"
  | "end-of-data"
  | "take-profit"
  | "stop-loss";

/** When what is left of an order is given up. */
export const TIMES_IN_FORCE = ["gtc", "day", "ioc", "fok"] as const;

/**
 * `gtc` works until cancelled, `day` until the end of the first session it works in, `ioc` trades
 * what it can at the first open and gives the rest up, `fok` trades whole there or not at all.
 */
export type TimeInForce = typeof TIMES_IN_FORCE[number];

/** At which price an order may trade. Prices are whole ticks of the contract held now. */
export type OrderTerms =
  /** At the next tradable price. */
  | { readonly kind: "market" }
  /** At this price or better. */
  | { readonly kind: "limit"; readonly limitTicks: number }
  /** At the market once the price has come to the stop: from below for a buy. */
  | { readonly kind: "stop"; readonly stopTicks: number }
  /** A limit order once the price has come to the stop. */
  | { readonly kind: "stop-limit"; readonly stopTicks: number; readonly limitTicks: number }
  /** A stop that follows the best price since the order began to work, never back. */
  | { readonly kind: "trailing-stop"; readonly distanceTicks: number };

/** Name of a kind of order. */
export type OrderKind = OrderTerms["kind"];

/** How far from the entry's fill price an exit of a bracket stands. */
export interface ExitTerms {
  /** A limit on the winning side, a stop on the losing side, or a stop that trails. */
  readonly kind: "take-profit" | "stop-loss" | "trailing-stop";
  /** Whole ticks from the price of the entry's first fill, at least 1; later fills move nothing. */
  readonly distanceTicks: number;
}

/** One exit of a bracket; it begins to work with the entry's first fill, for what is filled. */
export interface BracketExit extends ExitTerms {
  /** Rising from 1 within a run, shared with orders. */
  readonly id: number;
}

/**
 * An order. Without `terms` it is a market order for the next open. Immutable once made.
 */
export interface Order {
  /** Rising from 1 within a run. */
  readonly id: number;
  /** Signed lots: positive buys, negative sells; never 0. */
  readonly lots: number;
  /** Why it was sent. */
  readonly reason: OrderReason;
  /** Epoch milliseconds at which the decision was taken: the close of its bar, 0 before the first. */
  readonly decidedAt: number;
  /** Price conditions. @default {{ kind: "market" }} */
  readonly terms?: OrderTerms;
  /** When it is given up. @default {"gtc"} */
  readonly timeInForce?: TimeInForce;
  /**
   * Trades at the close of the bar in which it is sent, not at the next open: forced closes do. A
   * broker that takes orders at any time sends it to the market at once.
   */
  readonly atClose?: true;
  /** Orders with the same group cancel one another: `id` of the first of them. */
  readonly group?: number;
  /** Makes it a bracket: these exits cancel one another and never open a position. */
  readonly exits?: readonly BracketExit[];
}

/** An order that is neither filled nor given up. */
export interface WorkingOrder {
  /** `id` of the order or of the exit. */
  readonly id: number;
  /** Signed lots not yet filled. */
  readonly lots: number;
  /** Its price conditions; a trailing stop of a bracket is one like any other. */
  readonly terms: OrderTerms;
  /** Whether it is an exit of a bracket, which can only reduce a position. */
  readonly isExit: boolean;
}
