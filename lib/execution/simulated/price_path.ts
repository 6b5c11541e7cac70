import type { OrderTerms } from "../../trading/order.ts";

/** Prices of one bar in whole ticks. */
export interface TickBar {
  /** First price. */
  readonly openTicks: number;
  /** Highest price. */
  readonly highTicks: number;
  /** Lowest price. */
  readonly lowTicks: number;
  /** Last price. */
  readonly closeTicks: number;
}

/**
 * A moment inside a bar: where the price is, and how far it certainly still goes. At the open both
 * extremes are ahead; after a rise to a stop the high is still ahead, the low may be behind.
 */
export interface Moment {
  /** Price now. */
  readonly priceTicks: number;
  /** Highest price that certainly comes, from now on. */
  readonly highAheadTicks: number;
  /** Lowest price that certainly comes, from now on. */
  readonly lowAheadTicks: number;
}

/** How an order of some kind would trade within a bar. */
export interface Reach {
  /** Price before slippage. */
  readonly quoteTicks: number;
  /** Ticks lost against the quote; never beyond a limit. */
  readonly slippageTicks: number;
  /** Whether every path through the bar's four prices fills it; else only some do. */
  readonly isCertain: boolean;
  /** Whether it fills at the moment itself, before the price moves. */
  readonly isImmediate: boolean;
  /** The moment after the fill. */
  readonly next: Moment;
}

/** What an order has been through. */
export interface OrderState {
  /** Whether this is the first time it meets the market: then it takes the price it finds. */
  readonly isArriving: boolean;
  /** Whether the stop of a stop-limit order was reached. */
  readonly isTriggered: boolean;
  /** Best price since a trailing stop began to work; null at its first moment. */
  readonly bestTicks: number | null;
}

/** How pessimistic the fills are. */
export interface FillRules {
  /** Ticks that a taking order loses. */
  readonly slippageTicks: number;
  /** Ticks by which the price must go beyond a resting limit to fill it; 0 fills on touch. */
  readonly penetrationTicks: number;
}

/** The moment at which a bar opens. */
export function openingMoment(bar: TickBar): Moment {
  return {
    priceTicks: bar.openTicks,
    highAheadTicks: bar.highTicks,
    lowAheadTicks: bar.lowTicks,
  };
}

/** Whether the bar's range comes near enough for `reachOrder` to be worth asking; cheap. */
export function isInRange(
  terms: OrderTerms,
  lots: number,
  { bestTicks, isTriggered }: OrderState,
  { highTicks, lowTicks }: TickBar,
): boolean {
  const isBuy = lots > 0;
  switch (terms.kind) {
    case "market":
      return true;
    case "limit":
      return isBuy ? lowTicks <= terms.limitTicks : highTicks >= terms.limitTicks;
    case "stop":
      return isBuy ? highTicks >= terms.stopTicks : lowTicks <= terms.stopTicks;
    case "stop-limit":
      if (isTriggered) return isBuy ? lowTicks <= terms.limitTicks : highTicks >= terms.limitTicks;
      return isBuy ? highTicks >= terms.stopTicks : lowTicks <= terms.stopTicks;
    case "trailing-stop": {
      const { distanceTicks } = terms;
      if (bestTicks === null || highTicks - lowTicks >= distanceTicks) return true;
      return isBuy ? highTicks >= bestTicks + distanceTicks : lowTicks <= bestTicks - distanceTicks;
    }
  }
}

/**
 * Whether and where an order can trade from a moment to the close of its bar, at the price that
 * is worst for it. Inside a bar the price moves tick by tick between low and high; a gap lies
 * between bars only.
 *
 * @param lots signed; only its sign counts
 * @returns null when no path through the bar fills it
 * @example
 * ```ts
 * import { openingMoment, reachOrder } from "./price_path.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const bar = { openTicks: 100, highTicks: 108, lowTicks: 95, closeTicks: 104 };
 * const state = { isArriving: true, isTriggered: false, bestTicks: null };
 * const rules = { slippageTicks: 1, penetrationTicks: 1 };
 * const terms = { kind: "stop", stopTicks: 106 } as const;
 * const reach = reachOrder(terms, 1, state, openingMoment(bar), bar, rules);
 * assertEquals([reach?.quoteTicks, reach?.slippageTicks, reach?.isCertain], [106, 1, true]);
 * ```
 */
export function reachOrder(
  terms: OrderTerms,
  lots: number,
  state: OrderState,
  moment: Moment,
  bar: TickBar,
  rules: FillRules,
): Reach | null {
  if (lots > 0) return reachBuy(terms, state, moment, bar, rules);
  const best = state.bestTicks === null ? null : -state.bestTicks;
  const mirrored = reachBuy(
    mirrorTerms(terms),
    { ...state, bestTicks: best },
    mirrorMoment(moment),
    mirrorBar(bar),
    rules,
  );
  if (mirrored === null) return null;
  return { ...mirrored, quoteTicks: -mirrored.quoteTicks, next: mirrorMoment(mirrored.next) };
}

function reachBuy(
  terms: OrderTerms,
  state: OrderState,
  now: Moment,
  bar: TickBar,
  rules: FillRules,
): Reach | null {
  switch (terms.kind) {
    case "market":
      return take(now, Infinity, rules);
    case "limit":
      return reachLimit(terms.limitTicks, state.isArriving, now, bar, rules);
    case "stop":
      return reachStop(terms.stopTicks, now, bar, rules);
    case "stop-limit":
      if (state.isTriggered) return reachLimit(terms.limitTicks, false, now, bar, rules);
      return reachStopLimit(terms.stopTicks, terms.limitTicks, now, bar, rules);
    case "trailing-stop":
      return reachTrailing(terms.distanceTicks, state.bestTicks, now, bar, rules);
  }
}

/** Buys at the price that is there, moved by the slippage but never above the limit. */
function take(now: Moment, limitTicks: number, rules: FillRules): Reach {
  return {
    quoteTicks: now.priceTicks,
    slippageTicks: Math.min(rules.slippageTicks, limitTicks - now.priceTicks),
    isCertain: true,
    isImmediate: true,
    next: now,
  };
}

/** A gap does not fill a resting order better than a price that had to go through it. */
function resting({ penetrationTicks, slippageTicks }: FillRules): FillRules {
  return { penetrationTicks, slippageTicks: Math.max(slippageTicks, penetrationTicks) };
}

function reachLimit(
  limitTicks: number,
  isArriving: boolean,
  now: Moment,
  bar: TickBar,
  rules: FillRules,
): Reach | null {
  const through = limitTicks - rules.penetrationTicks;
  if (isArriving && now.priceTicks <= limitTicks) return take(now, limitTicks, rules);
  if (now.priceTicks <= through) return take(now, limitTicks, resting(rules));
  if (bar.lowTicks > through) return null;
  return {
    quoteTicks: limitTicks,
    slippageTicks: 0,
    isCertain: now.lowAheadTicks <= through,
    isImmediate: false,
    next: {
      priceTicks: through,
      highAheadTicks: Math.max(through, bar.closeTicks),
      lowAheadTicks: now.lowAheadTicks,
    },
  };
}

function reachStop(stopTicks: number, now: Moment, bar: TickBar, rules: FillRules): Reach | null {
  if (now.priceTicks >= stopTicks) return take(now, Infinity, rules);
  if (bar.highTicks < stopTicks) return null;
  return {
    quoteTicks: stopTicks,
    slippageTicks: rules.slippageTicks,
    isCertain: now.highAheadTicks >= stopTicks,
    isImmediate: false,
    next: afterRise(stopTicks, now, bar),
  };
}

function afterRise(toTicks: number, now: Moment, bar: TickBar): Moment {
  return {
    priceTicks: toTicks,
    highAheadTicks: now.highAheadTicks,
    lowAheadTicks: Math.min(toTicks, bar.closeTicks),
  };
}

function reachStopLimit(
  stopTicks: number,
  limitTicks: number,
  now: Moment,
  bar: TickBar,
  rules: FillRules,
): Reach | null {
  if (now.priceTicks >= stopTicks) return reachLimit(limitTicks, true, now, bar, rules);
  if (bar.highTicks < stopTicks) return null;
  const reach = reachLimit(limitTicks, true, afterRise(stopTicks, now, bar), bar, rules);
  if (reach === null) return null;
  const isCertain = reach.isCertain && now.highAheadTicks >= stopTicks;
  return { ...reach, isCertain, isImmediate: false };
}

/**
 * The worst path for a trailing buy stop: straight up to the stop as it stands; else, when the
 * bar is wider than the distance, down as far as leaves the stop at the very high.
 */
function reachTrailing(
  distanceTicks: number,
  bestTicks: number | null,
  now: Moment,
  bar: TickBar,
  rules: FillRules,
): Reach | null {
  const best = Math.min(bestTicks ?? now.priceTicks, now.priceTicks);
  if (bestTicks !== null && now.priceTicks >= bestTicks + distanceTicks) {
    return take(now, Infinity, rules);
  }
  const reach = reachStop(best + distanceTicks, now, bar, rules);
  if (reach !== null || bar.highTicks < bar.lowTicks + distanceTicks) return reach;
  return {
    quoteTicks: bar.highTicks,
    slippageTicks: rules.slippageTicks,
    isCertain: bar.closeTicks >= now.lowAheadTicks + distanceTicks,
    isImmediate: false,
    next: afterRise(bar.highTicks, now, bar),
  };
}

function mirrorBar(bar: TickBar): TickBar {
  return {
    openTicks: -bar.openTicks,
    highTicks: -bar.lowTicks,
    lowTicks: -bar.highTicks,
    closeTicks: -bar.closeTicks,
  };
}

function mirrorMoment(moment: Moment): Moment {
  return {
    priceTicks: -moment.priceTicks,
    highAheadTicks: -moment.lowAheadTicks,
    lowAheadTicks: -moment.highAheadTicks,
  };
}

function mirrorTerms(terms: OrderTerms): OrderTerms {
  switch (terms.kind) {
    case "limit":
      return { ...terms, limitTicks: -terms.limitTicks };
    case "stop":
      return { ...terms, stopTicks: -terms.stopTicks };
    case "stop-limit":
      return { ...terms, stopTicks: -terms.stopTicks, limitTicks: -terms.limitTicks };
    default:
      return terms;
  }
}
