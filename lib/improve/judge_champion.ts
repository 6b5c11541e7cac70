import type { PromotionDecision } from "../records/mod.ts";
import { integrity, missingOr, stored } from "./conditions.ts";
import { type Watched, watchHarm } from "./harm_watch.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";

/** What serves, as the challenger of what served before it, under one fill model. */
export interface ChampionCase extends Watched {
  /** Size in which it serves. */
  readonly sizeFactor: number;
  /** Sessions since it went into the shadow, or since it serves if it never was in one. */
  readonly sessions: number;
  /** Whether there is a deployment to go back to. */
  readonly hasPredecessor: boolean;
  /** What went wrong: not a number, parity, damaged files; null for nothing. */
  readonly fault: string | null;
}

/** What cannot be read serves nobody: it is rolled back to what can. */
export function judgeUnreadable(fault: string): PromotionDecision {
  return {
    ...{ question: "champion", outcome: "roll back", attempt: null, level: null },
    ...{ sizeFactor: null, statistics: {}, conditions: stored([integrity(fault)]) },
    wouldChange: "its files as they were registered, from a backup, and a promotion by hand",
  };
}

/**
 * Whether what serves may go on: on a fault, on evidence of harm against what served before it or on
 * a drawdown that its approved days do not allow it is rolled back; after sixty sessions without, it
 * serves in full size.
 */
export function judgeChampion(champion: ChampionCase): PromotionDecision {
  const { fault, hasPredecessor, sessions, sizeFactor } = champion;
  const { drawdown, harm, statistics } = watchHarm(champion, PROMOTION_RULE.bandSessions);
  const conditions = [integrity(fault), harm, drawdown];
  const isSound = conditions.every(({ holds }) => holds);
  const isDue = sizeFactor < 1 && sessions >= PROMOTION_RULE.probationSessions;
  const sound = isDue ? "enlarge" : "keep";
  const outcome = isSound ? sound : hasPredecessor ? "roll back" : "alarm";
  return {
    question: "champion",
    outcome,
    ...{ attempt: null, level: null },
    sizeFactor: outcome === "enlarge" ? 1 : null,
    statistics: { ...statistics, sizeFactor },
    conditions: stored(conditions),
    wouldChange: outcome === "roll back"
      ? "a promotion by hand, or a new attempt with its own evidence"
      : missingOr(
        conditions,
        `evidence of harm of ${PROMOTION_RULE.harm}, or a drawdown outside its band`,
      ),
  };
}
