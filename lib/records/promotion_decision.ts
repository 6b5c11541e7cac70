import { z } from "zod";

/** What a night may decide about, in the order in which it does. */
export const PROMOTION_QUESTIONS = ["champion", "shadow", "recipe", "refresh"] as const;

/**
 * `champion`: does what serves still deserve it; `shadow`: may a recipe that has won its evidence
 * serve; `recipe`: has a new one won it; `refresh`: may newer weights of the same recipe serve.
 */
export type PromotionQuestion = typeof PROMOTION_QUESTIONS[number];

/** What may come of it. */
export const PROMOTION_OUTCOMES = [
  "keep",
  "enlarge",
  "roll back",
  "alarm",
  "wait",
  "stop",
  "promote",
  "shadow",
  "refuse",
] as const;

/** One of `PROMOTION_OUTCOMES`; an `alarm` is harm with nothing to go back to. */
export type PromotionOutcome = typeof PROMOTION_OUTCOMES[number];

/** One thing that a decision asked for. */
export interface PromotionCondition {
  /** What was asked for, in a word. */
  readonly name: string;
  /** Whether it was so. */
  readonly holds: boolean;
  /** What was found, with its numbers. */
  readonly text: string;
}

/** A decision about what serves, refusals too, with everything it was decided by. */
export interface PromotionDecision {
  /** What it was about. */
  readonly question: PromotionQuestion;
  /** What came of it. */
  readonly outcome: PromotionOutcome;
  /** Which attempt at a new recipe this was, from 1; null for other questions. */
  readonly attempt: number | null;
  /** Level of that attempt. */
  readonly level: number | null;
  /** What the sizes of the deployment it leads to are multiplied by; null where nothing moves. */
  readonly sizeFactor: number | null;
  /** Figures by name; null where one is undefined. Sharpe ratios are annual. */
  readonly statistics: Readonly<Record<string, number | null>>;
  /** What was asked for, all of it. */
  readonly conditions: readonly PromotionCondition[];
  /** What would have to be seen for another decision. */
  readonly wouldChange: string;
}

/** Checks a decision. */
export const promotionDecisionSchema: z.ZodType<PromotionDecision> = z.strictObject({
  question: z.enum(PROMOTION_QUESTIONS),
  outcome: z.enum(PROMOTION_OUTCOMES),
  attempt: z.int().positive().nullable(),
  level: z.number().positive().nullable(),
  sizeFactor: z.number().positive().max(1).nullable(),
  statistics: z.record(z.string(), z.number().nullable()),
  conditions: z.array(z.strictObject({ name: z.string(), holds: z.boolean(), text: z.string() })),
  wouldChange: z.string(),
});
