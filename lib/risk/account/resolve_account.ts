import { InputError } from "../../core/mod.ts";
import type { AccountFigure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import type { AccountTerms } from "./account_terms.ts";
import { automationTerms } from "./resolve_automation.ts";
import { contractTerms } from "./resolve_contracts.ts";
import { dailyLossTerms } from "./resolve_daily_loss.ts";
import { conductTerms, newsTerms } from "./resolve_conduct.ts";
import type { MissingTerm } from "./resolved_part.ts";
import { lossLimitTerms } from "./resolve_loss_limit.ts";
import { sessionTerms } from "./resolve_session.ts";
import type { AccountRuleSet } from "./rule_set.ts";
import { provenanceOf } from "./rule_sets.ts";
import { usdToMicros } from "../../trading/mod.ts";

/** The rules of an account, ready to be enforced and to be shown. */
export interface ResolvedAccount {
  /** Name of the rule set. */
  readonly rules: string;
  /** The rule set itself. */
  readonly set: AccountRuleSet;
  /** What is enforced. */
  readonly terms: AccountTerms;
  /** The same in words, with source, date and doubt. */
  readonly figures: readonly AccountFigure[];
}

/**
 * Completes a rule set with what its user states. Where both say something, the user's word counts;
 * a ban of automation stays.
 *
 * @param where the file, for errors
 * @throws {InputError} naming every amount that is missing, and the pages to look at
 * @example
 * ```ts
 * import { resolveAccount } from "./resolve_account.ts";
 * import { findRuleSet } from "./rule_sets.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const set = findRuleSet("fundednext_rapid_50k");
 * const stated = { minis: 5, counting: "weighted", automation: "allowed" } as const;
 * const { terms } = resolveAccount({ set, stated }, "risk.json");
 * assertEquals(terms.lossLimit?.drawdown.amountMicros, 2_000e6);
 * ```
 */
export function resolveAccount({ set, stated }: AccountRequest, where: string): ResolvedAccount {
  const parts = [
    lossLimitTerms,
    dailyLossTerms,
    contractTerms,
    sessionTerms,
    newsTerms,
    conductTerms,
    automationTerms,
  ].map((resolve) => resolve({ set, stated }));
  const missing = parts.flatMap((part) => part.missing);
  if (missing.length > 0) throw asks(set, missing, where);
  const terms = Object.assign({}, ...parts.map((part) => part.terms)) as Omit<
    AccountTerms,
    "rules"
  >;
  return {
    rules: set.id,
    set,
    terms: {
      rules: set.id,
      ...(set.startBalanceUsd === undefined
        ? {}
        : { startMicros: usdToMicros(set.startBalanceUsd) }),
      ...terms,
    },
    figures: parts.flatMap(({ figures }) => figures),
  };
}

function asks(
  set: AccountRequest["set"],
  missing: readonly MissingTerm[],
  where: string,
): InputError {
  const pages = new Set(
    missing.flatMap(({ field }) =>
      provenanceOf(set, field)?.sources.slice(0, 1).map(({ url }) => url) ?? []
    ),
  );
  const look = pages.size === 0 ? "" : `; pages that speak of it: ${[...pages].join(", ")}`;
  return new InputError(
    `Cannot keep to the account rules '${set.id}' as they leave open ${
      missing.map(({ what }) => what).join(", ")
    }`,
    {
      where,
      remedy: `state from your account ${missing.map(({ setting }) => setting).join(", ")}${look}`,
    },
  );
}
