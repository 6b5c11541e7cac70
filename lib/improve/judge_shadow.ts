import type { PromotionDecision } from "../records/mod.ts";
import { integrity, type Judged, missingOr, stored } from "./conditions.ts";
import { type Watched, watchHarm } from "./harm_watch.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";

/** A recipe in the shadow: it trades beside the champion, without orders. */
export interface ShadowCase extends Watched {
  /** What went wrong meanwhile; null for nothing. */
  readonly fault: string | null;
}

/**
 * Whether a recipe that won its evidence may serve, after twenty sessions beside the champion under
 * one fill model. The shadow only stops: to show once more that it is better would take years. It
 * serves in half size first.
 */
export function judgeShadow(shadow: ShadowCase): PromotionDecision {
  const { drawdown, harm, statistics } = watchHarm(shadow, PROMOTION_RULE.shadowSessions);
  const sessions = shadow.since.challenger.length;
  const sound = [integrity(shadow.fault), harm, drawdown];
  const long: Judged = {
    name: "sessions",
    holds: sessions >= PROMOTION_RULE.shadowSessions,
    text: `${sessions} of ${PROMOTION_RULE.shadowSessions} sessions`,
    otherwise: `${PROMOTION_RULE.shadowSessions - sessions} more sessions without harm`,
  };
  const conditions = [...sound, long];
  const isSound = sound.every(({ holds }) => holds);
  const outcome = !isSound ? "stop" : long.holds ? "promote" : "wait";
  return {
    question: "shadow",
    outcome,
    ...{ attempt: null, level: null },
    sizeFactor: outcome === "promote" ? PROMOTION_RULE.probationSize : null,
    statistics,
    conditions: stored(conditions),
    wouldChange: outcome === "stop"
      ? "a new attempt with its own evidence"
      : missingOr(conditions, `evidence of harm of ${PROMOTION_RULE.harm} while it serves`),
  };
}
