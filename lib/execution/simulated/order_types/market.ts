import { type OrderType, take, type TermsOf } from "./order_type.ts";

/** Trades at the first price it sees, moved against it by the slippage. */
export const MARKET_ORDER: OrderType<TermsOf<"market">> = {
  kind: "market",
  canBeForTheMoment: true,
  canOpenBracket: true,
  exit: null,
  prices: () => [],
  distances: () => [],
  trail: () => null,
  shift: (terms) => terms,
  scale: (terms) => terms,
  afterLevel: (terms) => terms,
  watch: null,
  waitsForRise: () => true,
  level: () => -Infinity,
  quote: (_terms, _side, _memory, priceTicks, _moment, rules) => take(priceTicks, rules),
};
