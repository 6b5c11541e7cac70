import type { AccountFigure } from "./account_figure.ts";
import type { AccountTerms } from "./account_terms.ts";

/** Part of the terms that a rule set and its user come to. */
export interface ResolvedPart {
  /** What is enforced. */
  readonly terms: Partial<AccountTerms>;
  /** The same in words, with its sources. */
  readonly figures: readonly AccountFigure[];
  /** Settings that the user has to state, with what they are. */
  readonly missing: readonly MissingTerm[];
}

/** What no page states well enough. */
export interface MissingTerm {
  /** Setting that states it. */
  readonly setting: string;
  /** What it is, in words. */
  readonly what: string;
  /** Field of the rule set. */
  readonly field: string;
}
