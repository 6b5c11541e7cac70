import type { AccountVerdict } from "./account/account_verdict.ts";
import { capLots } from "./lot_limits.ts";
import type { RiskLimits, RiskRule } from "./risk_limits.ts";
import { ordersInMinute, type RiskState } from "./risk_state.ts";
import { isInSession, newsAt } from "./time_windows.ts";
import { reducingTarget, restrictTarget } from "./trading_state.ts";

/** A target that the rules of risk are asked about. */
export interface ReviewRequest {
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  /** Position wanted, signed lots. */
  readonly targetLots: number;
  /** Position held, signed lots. */
  readonly positionLots: number;
  /** Price the entry would trade at; with `referencePrice` it is held against the price band. */
  readonly price?: number;
  /** Price the band lies around, for example the last settlement or close. */
  readonly referencePrice?: number;
}

/** What became of a target. */
export interface RiskVerdict {
  /** Position allowed, signed lots. */
  readonly targetLots: number;
  /** Rules that changed it, in the order applied; empty when none did. */
  readonly vetoes: readonly RiskRule[];
  /** Why, one clause per rule. */
  readonly reasons: readonly string[];
}

/**
 * Holds a target against the rules. Whatever they say, the part of it that makes the position
 * smaller passes: rules refuse entries, never exits. Cancels need no review.
 *
 * @example
 * ```ts
 * import { reviewTarget } from "./risk_review.ts";
 * import { initialRiskState, killTrading } from "./risk_state.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const state = killTrading(initialRiskState(50_000e6), "stopped by hand");
 * const verdict = reviewTarget(state, {}, { time: 0, targetLots: 3, positionLots: 2 });
 * assertEquals(verdict, { targetLots: 0, vetoes: ["kill"], reasons: ["stopped by hand"] });
 * ```
 */
export function reviewTarget(
  state: RiskState,
  limits: RiskLimits,
  request: ReviewRequest,
): RiskVerdict {
  const { positionLots } = request;
  const vetoes: RiskRule[] = [], reasons: string[] = [];
  let targetLots = request.targetLots;
  const change = (next: number, rule: RiskRule, reason: string): void => {
    if (next === targetLots) return;
    targetLots = next;
    vetoes.push(rule);
    reasons.push(reason);
  };
  for (const { rule, reason, state: restriction } of [state.latched, state.day]) {
    if (rule !== null) change(restrictTarget(restriction, targetLots, positionLots), rule, reason);
  }
  const { maxContracts } = limits;
  if (maxContracts !== undefined) {
    // Adding 0 turns -0 into 0.
    change(capLots(targetLots, maxContracts) + 0, "max-contracts", `at most ${maxContracts} lots`);
  }
  for (const rule of ENTRY_RULES) {
    if (targetLots === reducingTarget(targetLots, positionLots)) break;
    const reason = rule.refuses(state, limits, request);
    if (reason !== null) change(reducingTarget(targetLots, positionLots), rule.name, reason);
  }
  return { targetLots, vetoes, reasons };
}

/**
 * What the rules of the account leave of a reviewed target. What must be closed goes; an entry that
 * is refused leaves what is held; more than the account may hold is given up.
 */
export function underAccount(
  reviewed: RiskVerdict,
  { mostLots, mustFlatten, refusesEntries }: AccountVerdict,
  positionLots: number,
): RiskVerdict {
  const { targetLots } = reviewed;
  const stop = mustFlatten ?? refusesEntries;
  const free = stop === null
    ? targetLots
    : mustFlatten === null
    ? reducingTarget(targetLots, positionLots)
    : 0;
  // Adding 0 turns -0 into 0.
  const allowed = mostLots === null ? free : capLots(free, mostLots) + 0;
  if (allowed === targetLots) return reviewed;
  const rule = stop !== null && free !== targetLots ? stop.rule : "max-contracts";
  const reason = rule === "max-contracts"
    ? `the account holds at most ${mostLots} lots`
    : stop!.reason;
  return {
    targetLots: allowed,
    vetoes: [...reviewed.vetoes, rule],
    reasons: [...reviewed.reasons, reason],
  };
}

/** A rule that can only refuse entries. */
interface EntryRule {
  readonly name: RiskRule;
  /** Why nothing may be entered now, or null. */
  readonly refuses: (
    state: RiskState,
    limits: RiskLimits,
    request: ReviewRequest,
  ) => string | null;
}

const ENTRY_RULES: readonly EntryRule[] = [
  {
    name: "session-window",
    refuses: (_, { sessionWindows }, { time }) =>
      sessionWindows === undefined || sessionWindows.some((window) => isInSession(window, time))
        ? null
        : "outside the hours in which entries are allowed",
  },
  {
    name: "news-window",
    refuses: (_, { newsWindows = [] }, { time }) => {
      const news = newsAt(newsWindows, time);
      return news === null ? null : `no entries around ${news.event}`;
    },
  },
  {
    name: "cool-down",
    refuses: ({ restsUntil }, _, { time }) =>
      restsUntil === null || time >= restsUntil
        ? null
        : `rests until ${new Date(restsUntil).toISOString()} after losing trades`,
  },
  {
    name: "price-band",
    refuses: (_, { priceBand }, { price, referencePrice }) => {
      if (priceBand === undefined || price === undefined || referencePrice === undefined) {
        return null;
      }
      const distance = Math.abs(price - referencePrice);
      // Written so that a price that is no number is refused.
      if (distance <= priceBand * Math.abs(referencePrice)) return null;
      return `price ${price} is too far from ${referencePrice}`;
    },
  },
  {
    name: "order-rate",
    refuses: (state, { maxOrdersPerMinute }, { time }) => {
      const sent = ordersInMinute(state, time).length;
      return maxOrdersPerMinute === undefined || sent < maxOrdersPerMinute
        ? null
        : `${sent} orders in the last minute`;
    },
  },
];
