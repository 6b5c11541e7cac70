import { limitLevel, quoteLimit } from "./limit.ts";
import { type OrderType, scalePrice, type TermsOf } from "./order_type.ts";

/** A limit order that arrives once the price has come to the stop. */
export const STOP_LIMIT_ORDER: OrderType<TermsOf<"stop-limit">> = {
  kind: "stop-limit",
  canBeForTheMoment: false,
  canOpenBracket: true,
  exit: null,
  prices: ({ limitTicks, stopTicks }) => [stopTicks, limitTicks],
  distances: () => [],
  trail: () => null,
  shift: (terms, ticks) => ({
    ...terms,
    stopTicks: terms.stopTicks + ticks,
    limitTicks: terms.limitTicks + ticks,
  }),
  scale: (terms, factor) => ({
    ...terms,
    stopTicks: scalePrice(terms.stopTicks, factor),
    limitTicks: scalePrice(terms.limitTicks, factor),
  }),
  afterLevel: (terms) => terms,
  watch: ({ stopTicks }, side, memory, priceTicks) =>
    memory.isTriggered || priceTicks < side * stopTicks
      ? memory
      : { ...memory, isTriggered: true, isArriving: true },
  waitsForRise: ({ isTriggered }) => !isTriggered,
  level: ({ limitTicks, stopTicks }, side, memory, rules) =>
    memory.isTriggered ? limitLevel(side * limitTicks, memory, rules) : side * stopTicks,
  quote: ({ limitTicks }, side, memory, priceTicks, moment, rules) =>
    quoteLimit(side * limitTicks, memory, priceTicks, moment, rules),
};
