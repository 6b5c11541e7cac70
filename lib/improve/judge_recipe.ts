import type { PromotionDecision } from "../records/mod.ts";
import {
  attemptLevel,
  DAYS_PER_YEAR,
  mean,
  OVERFITTING_LIMIT,
  type SharpeSuperiority,
  sharpeSuperiority,
} from "../statistics/mod.ts";
import { integrity, type Judged, missingOr, stored, threeDigits } from "./conditions.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";
import { compareRisk, deepestDrawdown, type PairedReturns } from "./risk_comparison.ts";

/** What speaks for a new recipe and against it. */
export interface RecipeCase {
  /** Walk-forward of both recipes over identical folds. */
  readonly returns: PairedReturns;
  /** How many recipes were tried against champions of this name, this one included. */
  readonly attempt: number;
  /** Probability of backtest overfitting of the search that found it; null where it is not known. */
  readonly overfitting: number | null;
  /** What is wrong with it; null when leak check, parity and data are sound. */
  readonly fault: string | null;
}

const ANNUAL = Math.sqrt(DAYS_PER_YEAR);

/**
 * Whether a new recipe may go into the shadow: its walk-forward result beats the champion's at the
 * level that this attempt has left, by enough to matter, ahead of staying out and at no more risk.
 *
 * The level is spent whatever comes of it, so a recipe must be judged once and not looked at before.
 */
export function judgeRecipe(recipe: RecipeCase): PromotionDecision {
  const { attempt, fault, overfitting, returns } = recipe;
  const { challenger, champion } = returns;
  const level = attemptLevel(attempt, PROMOTION_RULE.alpha);
  const days = challenger.length;
  const tested = days < PROMOTION_RULE.recipeDays ? null : sharpeSuperiority(challenger, champion);
  const lead = tested === null ? null : ANNUAL * tested.difference;
  const cut = 1 - deepestDrawdown(challenger) / deepestDrawdown(champion);
  const middle = mean(challenger);
  const conditions: readonly Judged[] = [
    integrity(fault),
    evidenceCondition(tested, days, level, attempt),
    {
      name: "effect",
      holds: (lead ?? 0) >= PROMOTION_RULE.leastSharpe || cut >= PROMOTION_RULE.leastDrawdownCut,
      text: `annual Sharpe ratio ${
        lead === null ? "of unknown lead" : `ahead by ${threeDigits(lead)}`
      }`,
      otherwise:
        `a lead of ${PROMOTION_RULE.leastSharpe} in the annual Sharpe ratio, or a drawdown ` +
        `shallower by ${100 * PROMOTION_RULE.leastDrawdownCut} %`,
    },
    {
      name: "flat",
      holds: middle > 0,
      text: `mean daily return ${threeDigits(middle)} where staying out has 0`,
      otherwise: "a mean return above 0, which staying out has",
    },
    compareRisk(returns),
    {
      name: "overfitting",
      holds: overfitting === null || overfitting <= OVERFITTING_LIMIT,
      text: overfitting === null
        ? "too few trials to tell how often the search picks luck"
        : `the search picks luck with probability ${threeDigits(overfitting)}`,
      otherwise: `a search whose probability of overfitting is at most ${OVERFITTING_LIMIT}`,
    },
  ];
  const passes = conditions.every(({ holds }) => holds);
  return {
    question: "recipe",
    outcome: passes ? "shadow" : "refuse",
    ...{ attempt, level },
    sizeFactor: null,
    statistics: {
      days,
      sharpeLead: lead,
      standardError: tested === null ? null : ANNUAL * tested.standardError,
      pValue: tested?.pValue ?? null,
      meanReturn: Number.isFinite(middle) ? middle : null,
      drawdownCut: Number.isFinite(cut) ? cut : null,
      overfitting,
    },
    conditions: stored(conditions),
    wouldChange: missingOr(
      conditions,
      `evidence of harm of ${PROMOTION_RULE.harm}, or a drawdown outside its band, in the ` +
        `${PROMOTION_RULE.shadowSessions} sessions of its shadow`,
    ),
  };
}

function evidenceCondition(
  tested: SharpeSuperiority | null,
  days: number,
  level: number,
  attempt: number,
): Judged {
  const name = "evidence", asked = `${threeDigits(level)}, the level of attempt ${attempt}`;
  if (tested === null) {
    return {
      name,
      holds: false,
      text: `${days} days that neither has seen`,
      otherwise: `at least ${PROMOTION_RULE.recipeDays} days that neither has seen`,
    };
  }
  return {
    name,
    holds: tested.pValue <= level,
    text: tested.undecided ??
      `by chance such a lead has probability ${
          threeDigits(tested.pValue)
        } over ${days} days; asked ` +
        `for is ${asked}`,
    otherwise: `a probability by chance of at most ${asked}`,
  };
}
