import type { FillMoment } from "../../../trading/mod.ts";
import {
  type FillRules,
  type OrderMemory,
  type OrderQuote,
  type OrderType,
  scalePrice,
  type TermsOf,
} from "./order_type.ts";

/**
 * Trades at its limit or better: on arrival at the price it finds, later only when the price goes
 * beyond the limit by the penetration.
 */
export const LIMIT_ORDER: OrderType<TermsOf<"limit">> = {
  kind: "limit",
  canBeForTheMoment: true,
  canOpenBracket: true,
  exit: {
    kind: "take-profit",
    reason: "take-profit",
    terms: (entryTicks, side, distanceTicks) => ({
      kind: "limit",
      limitTicks: entryTicks - side * distanceTicks,
    }),
  },
  prices: ({ limitTicks }) => [limitTicks],
  distances: () => [],
  trail: () => null,
  shift: (terms, ticks) => ({ ...terms, limitTicks: terms.limitTicks + ticks }),
  scale: (terms, factor) => ({ ...terms, limitTicks: scalePrice(terms.limitTicks, factor) }),
  afterLevel: (terms) => terms,
  watch: null,
  waitsForRise: () => false,
  level: ({ limitTicks }, side, memory, rules) => limitLevel(side * limitTicks, memory, rules),
  quote: ({ limitTicks }, side, memory, priceTicks, moment, rules) =>
    quoteLimit(side * limitTicks, memory, priceTicks, moment, rules),
};

/** The price at which a limit fills. */
export function limitLevel(
  limitTicks: number,
  { isArriving }: OrderMemory,
  { penetrationTicks }: FillRules,
): number {
  return isArriving ? limitTicks : limitTicks - penetrationTicks;
}

/** A gap does not fill a resting order better than a price that had to go through it. */
export function quoteLimit(
  limitTicks: number,
  { isArriving }: OrderMemory,
  priceTicks: number,
  moment: FillMoment,
  { penetrationTicks, slippageTicks }: FillRules,
): OrderQuote {
  if (!isArriving && moment !== "open") return { quoteTicks: limitTicks, slippageTicks: 0 };
  const lost = isArriving ? slippageTicks : Math.max(slippageTicks, penetrationTicks);
  return { quoteTicks: priceTicks, slippageTicks: Math.min(lost, limitTicks - priceTicks) };
}
