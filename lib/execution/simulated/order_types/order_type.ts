import type {
  ExitTerms,
  FillMoment,
  OrderKind,
  OrderReason,
  OrderTerms,
} from "../../../trading/mod.ts";

/** Terms of one kind of order. */
export type TermsOf<Kind extends OrderKind> = Extract<OrderTerms, { readonly kind: Kind }>;

/** How pessimistic the fills are. */
export interface FillRules {
  /** Ticks that a taking order loses. */
  readonly slippageTicks: number;
  /** Ticks by which the price must go beyond a resting limit to fill it; 0 fills on touch. */
  readonly penetrationTicks: number;
  /** Price below which nothing is sold, whatever the slippage; -Infinity without a bound. */
  readonly lowestTicks: number;
}

/** What an order has been through. */
export interface OrderMemory {
  /** Whether this is the first time it meets the market: then it takes the price it finds. */
  readonly isArriving: boolean;
  /** Whether the first of its conditions has come about, of those that have two. */
  readonly isTriggered: boolean;
  /** Best price since it began to work, seen from its side; null before. */
  readonly bestTicks: number | null;
}

/** Price of a fill, seen from the order's side. */
export interface OrderQuote {
  /** Before slippage. */
  readonly quoteTicks: number;
  /** Ticks lost against the quote; never beyond a limit. */
  readonly slippageTicks: number;
}

/** How a kind of order serves as the exit of a bracket. */
export interface ExitUse<Terms extends OrderTerms> {
  /** Name among the exits. */
  readonly kind: ExitTerms["kind"];
  /** Reason of its fills. */
  readonly reason: OrderReason;
  /** Its terms, from the entry's price. @param side of the exit: -1 sells what was bought */
  terms(entryTicks: number, side: number, distanceTicks: number): Terms;
}

/**
 * A kind of order. Methods that take a `side` (1 buys, -1 sells) speak of prices as that side sees
 * them: a sell negates them, so that a higher price is worse for both and one rule serves both.
 * A moment of "close" is the last price of a bar, which orders for the close alone look at.
 */
export interface OrderType<Terms extends OrderTerms = OrderTerms> {
  /** Name in the terms. */
  readonly kind: Terms["kind"];
  /** Whether it makes sense as an order for the moment (`ioc`, `fok`). */
  readonly canBeForTheMoment: boolean;
  /** Whether exits may be measured from its fill. */
  readonly canOpenBracket: boolean;
  /** The exit of a bracket that is such an order; null when none is. */
  readonly exit: ExitUse<Terms> | null;
  /** Its prices, which must be whole ticks. */
  prices(terms: Terms): readonly number[];
  /** Its distances, which must be whole ticks of at least 1. */
  distances(terms: Terms): readonly number[];
  /** Distance at which its level follows the price; null when it stands still. */
  trail(terms: Terms): number | null;
  /** The same order so many ticks higher. */
  shift(terms: Terms, ticks: number): Terms;
  /** The same order at prices and distances times a factor, to whole ticks. */
  scale(terms: Terms, factor: number): Terms;
  /** What an order without volume goes on as once its price has come. */
  afterLevel(terms: Terms): OrderTerms;
  /**
   * What it remembers of a price, the same object when nothing changes. Null where a price that does
   * not fill it changes nothing.
   */
  readonly watch:
    | ((
      terms: Terms,
      side: number,
      memory: OrderMemory,
      priceTicks: number,
      moment: FillMoment,
    ) => OrderMemory)
    | null;
  /** Whether it waits for a rise, as stops do; else for a fall, as limits do. */
  waitsForRise(memory: OrderMemory): boolean;
  /** The price it waits for; -Infinity when any price that it may rise to will do. */
  level(terms: Terms, side: number, memory: OrderMemory, rules: FillRules): number;
  /** What it pays at a price at or past its level. */
  quote(
    terms: Terms,
    side: number,
    memory: OrderMemory,
    priceTicks: number,
    moment: FillMoment,
    rules: FillRules,
  ): OrderQuote;
}

/** A price times a factor, to whole ticks. */
export function scalePrice(ticks: number, factor: number): number {
  return Math.round(ticks * factor) + 0;
}

/** Buys at the price that is there, moved by the slippage. */
export function take(priceTicks: number, { slippageTicks }: FillRules): OrderQuote {
  return { quoteTicks: priceTicks, slippageTicks };
}
