import { isoDate } from "../market/mod.ts";
import type { PromotionDecision } from "../records/mod.ts";
import { DAYS_PER_YEAR, percentile, sharpeSuperiority } from "../statistics/mod.ts";
import { integrity, type Judged, missingOr, stored, threeDigits } from "./conditions.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";
import { compareRiskOfFewDays, type PairedReturns } from "./risk_comparison.ts";

/** What speaks for newer weights of the champion's own recipe and against them. */
export interface RefreshCase {
  /** Both on days after everything that the newer weights have seen. */
  readonly returns: PairedReturns;
  /** Share of the newest bars in which old and newer weights hold another side. */
  readonly disagreement: number;
  /** The same of earlier refits of this recipe. */
  readonly pastDisagreements: readonly number[];
  /** Size in which the champion serves: newer weights do not change it. */
  readonly sizeFactor: number;
  /** Trade day with which its bars begin, where results are poorer since; else null. */
  readonly renewedFrom: number | null;
  /** Seed of what is drawn. */
  readonly seed: number;
  /** What is wrong with them; null when leak check, parity and data are sound. */
  readonly fault: string | null;
}

/**
 * Whether newer weights may serve: maintenance, so they need not be better, only sound, about as
 * different from the old ones as refits always were, not clearly worse and at no more risk. Once
 * results have become poorer, weights of the bars since then may be as different as they are, and have
 * to be clearly better. Costs no attempt.
 */
export function judgeRefresh(refresh: RefreshCase): PromotionDecision {
  const { disagreement, fault, pastDisagreements, renewedFrom, returns, seed, sizeFactor } =
    refresh;
  const days = returns.challenger.length;
  const tested = days < PROMOTION_RULE.refreshDays
    ? null
    : sharpeSuperiority(returns.challenger, returns.champion);
  const annual = Math.sqrt(DAYS_PER_YEAR);
  const lead = tested === null ? null : annual * tested.difference;
  const error = tested === null ? null : annual * tested.standardError;
  const allowed = allowedDisagreement(pastDisagreements);
  const isBetter = lead !== null && error !== null && lead >= error;
  const conditions: readonly Judged[] = [
    integrity(fault),
    {
      name: "disagreement",
      holds: renewedFrom !== null || disagreement <= allowed,
      text: `another side in ${threeDigits(100 * disagreement)} % of the newest bars; ${
        renewedFrom === null
          ? `${threeDigits(100 * allowed)} % are allowed`
          : `results are poorer since ${isoDate(renewedFrom)}, and others are asked for`
      }`,
      otherwise: "weights that decide more like those that serve, or a recipe of its own",
    },
    {
      name: "no harm",
      // Where results have become poorer the old weights are no measure of what does no harm.
      holds: lead !== null && error !== null && lead >= (renewedFrom === null ? -error : error),
      text: lead === null || error === null
        ? `${days} days that neither has seen`
        : `annual Sharpe ratio ${threeDigits(lead)} ahead over ${days} days, standard error ${
          threeDigits(error)
        }`,
      otherwise: lead === null
        ? `at least ${PROMOTION_RULE.refreshDays} days that neither has seen`
        : renewedFrom === null
        ? "a ratio no more than one standard error below that of the weights that serve"
        : "a ratio more than one standard error above that of the weights that serve",
    },
    compareRiskOfFewDays(isBetter ? asPaidFor(returns) : returns, seed),
  ];
  const passes = conditions.every(({ holds }) => holds);
  return {
    question: "refresh",
    outcome: passes ? "promote" : "refuse",
    ...{ attempt: null, level: null },
    sizeFactor: passes ? sizeFactor : null,
    statistics: { days, sharpeLead: lead, standardError: error, disagreement, allowed },
    conditions: stored(conditions),
    wouldChange: missingOr(
      conditions,
      `evidence of harm of ${PROMOTION_RULE.harm} while it serves`,
    ),
  };
}

/** Trading more is no risk where net results show that it pays. */
function asPaidFor(returns: PairedReturns): PairedReturns {
  const { traded } = returns;
  if (traded === undefined) return returns;
  const turnover = Math.min(traded.challenger.turnover, traded.champion.turnover);
  return { ...returns, traded: { ...traded, challenger: { ...traded.challenger, turnover } } };
}

/** 95 % of earlier refits; a fixed share while too few are known. */
function allowedDisagreement(past: readonly number[]): number {
  if (past.length < PROMOTION_RULE.knownRefits) return PROMOTION_RULE.disagreement;
  return percentile(Float64Array.from(past).sort(), 0.95);
}
