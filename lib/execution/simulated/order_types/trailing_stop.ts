import { type OrderType, scalePrice, take, type TermsOf } from "./order_type.ts";

/** A stop that follows the best price since it began to work, never back. */
export const TRAILING_STOP_ORDER: OrderType<TermsOf<"trailing-stop">> = {
  kind: "trailing-stop",
  canBeForTheMoment: false,
  // Where it fills is open between levels, and exits would stand at as many prices as it may have.
  canOpenBracket: false,
  exit: {
    kind: "trailing-stop",
    reason: "stop-loss",
    terms: (_entryTicks, _side, distanceTicks) => ({ kind: "trailing-stop", distanceTicks }),
  },
  prices: () => [],
  distances: ({ distanceTicks }) => [distanceTicks],
  trail: ({ distanceTicks }) => distanceTicks,
  shift: (terms) => terms,
  scale: (terms, factor) => ({
    ...terms,
    distanceTicks: Math.max(1, scalePrice(terms.distanceTicks, factor)),
  }),
  afterLevel: () => ({ kind: "market" }),
  watch: (_terms, _side, memory, priceTicks) =>
    memory.bestTicks !== null && memory.bestTicks <= priceTicks
      ? memory
      : { ...memory, bestTicks: priceTicks },
  waitsForRise: () => true,
  level: ({ distanceTicks }, _side, { bestTicks }) => (bestTicks ?? Infinity) + distanceTicks,
  quote: (_terms, _side, _memory, priceTicks, _moment, rules) => take(priceTicks, rules),
};
