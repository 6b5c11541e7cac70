import { type OrderType, scalePrice, take, type TermsOf } from "./order_type.ts";

/** Trades at the market on touch of its stop; a stop that was hit goes on as a market order. */
export const STOP_ORDER: OrderType<TermsOf<"stop">> = {
  kind: "stop",
  canBeForTheMoment: false,
  canOpenBracket: true,
  exit: {
    kind: "stop-loss",
    reason: "stop-loss",
    terms: (entryTicks, side, distanceTicks) => ({
      kind: "stop",
      stopTicks: entryTicks + side * distanceTicks,
    }),
  },
  prices: ({ stopTicks }) => [stopTicks],
  distances: () => [],
  trail: () => null,
  shift: (terms, ticks) => ({ ...terms, stopTicks: terms.stopTicks + ticks }),
  scale: (terms, factor) => ({ ...terms, stopTicks: scalePrice(terms.stopTicks, factor) }),
  afterLevel: () => ({ kind: "market" }),
  watch: null,
  waitsForRise: () => true,
  level: ({ stopTicks }, side) => side * stopTicks,
  quote: (_terms, _side, _memory, priceTicks, _moment, rules) => take(priceTicks, rules),
};
