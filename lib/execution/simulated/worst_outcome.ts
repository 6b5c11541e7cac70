import type { BracketExit, OrderReason, OrderTerms, TimeInForce } from "../../trading/order.ts";
import type { CostModel } from "../../trading/costs.ts";
import { type FillRules, type Moment, type Reach, reachOrder, type TickBar } from "./price_path.ts";

/** An order, or an exit of a bracket, while it works; the order book changes it in place. */
export interface WorkingLeg {
  /** `id` of the order or the exit. */
  readonly id: number;
  /** Why it was sent. */
  readonly reason: OrderReason;
  /** When it is given up. */
  readonly timeInForce: TimeInForce;
  /** Exits that begin to work with a fill of this one. */
  readonly exits: readonly BracketExit[];
  /** Price conditions, absolute; a stop that was hit goes on as a market order. */
  terms: OrderTerms;
  /** Signed lots not yet filled. */
  lots: number;
  /** Whether it has not yet seen the market. */
  isArriving: boolean;
  /** Whether the stop of a stop-limit order was reached. */
  isTriggered: boolean;
  /** Best price since it began to work; null before. */
  bestTicks: number | null;
  /** Trade day of its first bar; null before. */
  day: number | null;
}

/** A bar with what it takes to say what a fill in it is worth. */
export interface MarketBar {
  /** Its prices. */
  readonly bar: TickBar;
  /** How pessimistic the fills are. */
  readonly rules: FillRules;
  /** Charged for each fill. */
  readonly costs: CostModel;
  /** Worth of one tick of one lot. */
  readonly tickValueMicros: number;
}

/** One fill that the worst path brings about, and the exit that it brings about in turn. */
export interface Hit {
  /** Which order fills. */
  readonly leg: WorkingLeg;
  /** Where. */
  readonly reach: Reach;
  /** The exits that begin to work; empty when it has none. */
  readonly exits: readonly WorkingLeg[];
  /** The exit that fills in the same bar; null when none does. */
  readonly exitHit: Hit | null;
}

interface Outcome {
  readonly hit: Hit | null;
  /** Change of equity at the bar's close against not trading. */
  readonly worthMicros: number;
}

const NOTHING: Outcome = { hit: null, worthMicros: 0 };

/**
 * THE intrabar rule: of everything that the four prices of a bar allow for orders that cancel one
 * another, that is taken which leaves the least equity at the bar's close, exits of a bracket
 * whose entry fills in the same bar included.
 *
 * @param legs orders of one group; one order alone is a group
 * @param moment when they begin to work in this bar
 * @returns the fill, or null when none need happen
 */
export function worstOutcome(
  legs: readonly WorkingLeg[],
  moment: Moment,
  market: MarketBar,
): Hit | null {
  return worst(legs, moment, market).hit;
}

function worst(legs: readonly WorkingLeg[], moment: Moment, market: MarketBar): Outcome {
  const reached = legs.flatMap((leg) => {
    const reach = reachOrder(leg.terms, leg.lots, leg, moment, market.bar, market.rules);
    return reach === null || (isForTheMoment(leg) && !reach.isImmediate) ? [] : [{ leg, reach }];
  });
  // What trades at once leaves nothing for the others, which must wait for the price to move.
  const immediate = reached.filter(({ reach }) => reach.isImmediate);
  const possible = immediate.length > 0 ? immediate : reached;
  const outcomes = possible.map(({ leg, reach }) => outcomeOf(leg, reach, market));
  if (!possible.some(({ reach }) => reach.isCertain)) outcomes.unshift(NOTHING);
  return outcomes.reduce((least, next) => next.worthMicros < least.worthMicros ? next : least);
}

function outcomeOf(leg: WorkingLeg, reach: Reach, market: MarketBar): Outcome {
  const { costs, bar, tickValueMicros } = market;
  const priceTicks = fillPriceTicks(leg, reach);
  const fee = Math.abs(leg.lots) * costs.feePerSideMicros;
  const own = leg.lots * (bar.closeTicks - priceTicks) * tickValueMicros - fee;
  const exits = leg.exits.map((exit) => exitLeg(exit, -leg.lots, priceTicks));
  const after = exits.length === 0 ? NOTHING : worst(exits, reach.next, market);
  const hit = { leg, reach, exits, exitHit: after.hit };
  return { hit, worthMicros: own + after.worthMicros };
}

/** Price of a fill, slippage included. */
function fillPriceTicks(leg: WorkingLeg, reach: Reach): number {
  return reach.quoteTicks + Math.sign(leg.lots) * reach.slippageTicks;
}

function isForTheMoment({ timeInForce }: WorkingLeg): boolean {
  return timeInForce === "ioc" || timeInForce === "fok";
}

/** An exit of a bracket as an order of its own, from the price of the entry. */
function exitLeg(exit: BracketExit, lots: number, entryTicks: number): WorkingLeg {
  const reason = exit.kind === "take-profit" ? "take-profit" : "stop-loss";
  return {
    id: exit.id,
    reason,
    terms: exitTerms(exit, Math.sign(lots), entryTicks),
    timeInForce: "gtc",
    exits: [],
    lots,
    isArriving: true,
    isTriggered: false,
    bestTicks: null,
    day: null,
  };
}

/** @param side of the exit: -1 sells what was bought */
function exitTerms(exit: BracketExit, side: number, entryTicks: number): OrderTerms {
  const { kind, distanceTicks } = exit;
  if (kind === "take-profit") {
    return { kind: "limit", limitTicks: entryTicks - side * distanceTicks };
  }
  if (kind === "stop-loss") return { kind: "stop", stopTicks: entryTicks + side * distanceTicks };
  return { kind: "trailing-stop", distanceTicks };
}
