import type { Bars } from "../market/mod.ts";
import type { Fill } from "./fill.ts";
import type { Forecast } from "./forecast.ts";
import type { Order, OrderReason, OrderTerms } from "./order.ts";

/** What a broker says about an order; the engine believes nothing else. */
export type BrokerReport =
  /** It works, with so many signed lots still to fill, at these terms where they are news. */
  | {
    readonly kind: "accepted";
    readonly orderId: number;
    readonly lots: number;
    readonly terms?: OrderTerms;
  }
  /** It will never trade, for a reason of the broker's. */
  | { readonly kind: "rejected"; readonly orderId: number; readonly reason: string }
  /** It traded, in whole or in part; with the broker's own number of the execution. */
  | { readonly kind: "filled"; readonly fill: Fill; readonly executionId?: string }
  /** What was left of it has been taken back. */
  | { readonly kind: "cancelled"; readonly orderId: number }
  /** What was left of it has been given up as its time was over. */
  | { readonly kind: "expired"; readonly orderId: number }
  /** Nobody can tell whether it exists: it may trade until a later report says what became of it. */
  | { readonly kind: "unknown"; readonly orderId: number; readonly reason: string };

/** What the engine is told. `slot` is the number of the instrument in the account, from 0. */
export type EngineEvent =
  /** A bar has closed. */
  | {
    readonly kind: "bar";
    readonly slot: number;
    readonly bars: Bars;
    /** Row of the bar in these columns. */
    readonly row: number;
    /** Days since 1970-01-01 of the trade day that it belongs to. */
    readonly tradeDay: number;
    /** Whether it is the last of its session, at whose close futures are settled. */
    readonly endsSession: boolean;
  }
  /** The price has moved inside a bar, or opened one. */
  | { readonly kind: "mark"; readonly slot: number; readonly priceTicks: number }
  /** Every bar and mark of a moment is in: equity and margin are looked at. */
  | { readonly kind: "clock"; readonly time: number }
  /** What to hold from now on. */
  | { readonly kind: "forecast"; readonly slot: number; readonly forecast: Forecast }
  /**
   * The broker's executions of a slot since its last settlement, in the order in which they
   * happened, where they were heard of in another one.
   */
  | { readonly kind: "executions"; readonly slot: number; readonly fills: readonly Fill[] }
  /**
   * Shares have split; what it does to position and orders is told by reports. Sizes and limits in
   * lots count in the new ones from now on.
   */
  | { readonly kind: "split"; readonly slot: number; readonly ratio: number }
  /** So much is paid for each lot held long, and by whoever is short, in micro-dollars. */
  | { readonly kind: "dividend"; readonly slot: number; readonly microsPerLot: number }
  /** Funding of a perpetual contract, in micro-dollars for the position held: below 0 it pays. */
  | { readonly kind: "funding"; readonly slot: number; readonly micros: number }
  /** A broker's report. */
  | { readonly kind: "report"; readonly slot: number; readonly report: BrokerReport }
  /** Close the position and take every order back, by a decision of whoever drives the engine. */
  | {
    readonly kind: "close";
    readonly slot: number;
    readonly reason: OrderReason;
    /** At the close of the bar that is known last; else at the next open. */
    readonly atClose: boolean;
  }
  /**
   * What the rules of the account leave of a slot from now on: the largest position in either
   * direction, null for no other limit than its own, and whether it may become larger at all.
   */
  | {
    readonly kind: "permit";
    readonly slot: number;
    readonly mostLots: number | null;
    readonly mayEnter: boolean;
  }
  /** Every order is taken back that could make a position larger. */
  | { readonly kind: "withdraw"; readonly slot: number }
  /** Nothing is entered any more, in no slot; positions may become smaller. */
  | { readonly kind: "halt"; readonly reason: string }
  /** A person lifted the halt. */
  | { readonly kind: "resume"; readonly reason: string };

/** What the engine wants done. */
export type Command =
  /** Send an order. */
  | {
    readonly kind: "submit";
    readonly slot: number;
    readonly order: Order;
    /** Whether it is to reach the exposure of a forecast. */
    readonly isForForecast: boolean;
  }
  /** Change how many lots of an order are still wanted, signed. */
  | {
    readonly kind: "modify";
    readonly slot: number;
    readonly orderId: number;
    readonly lots: number;
  }
  /** Take back what is left of an order. */
  | { readonly kind: "cancel"; readonly slot: number; readonly orderId: number };
