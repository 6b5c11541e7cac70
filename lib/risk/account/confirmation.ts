import { z } from "zod";
import { InputError, jsonSha256, type JsonValue, oneLine, RefusedError } from "../../core/mod.ts";
import { describeFigure } from "./account_figure.ts";
import type { ResolvedAccount } from "./resolve_account.ts";
import { ruleSetsCompiledOn } from "./rule_sets.ts";

/** A person's word that rules are those of his account; a JSON document that is kept. */
export interface AccountConfirmation {
  /** What the document is. */
  readonly format: "account-rules-confirmation";
  /** Version of its form. */
  readonly version: 1;
  /** Name of the account at its broker. */
  readonly account: string;
  /** Name of the rule set. */
  readonly rules: string;
  /** SHA-256 of the rule set and of what is enforced, dated news left out. */
  readonly rulesSha256: string;
  /** Day on which the shipped rule sets were compiled. */
  readonly compiledOn: string;
  /** ISO time of the confirmation. */
  readonly confirmedAt: string;
  /** Whether he said that he watches while a program trades. */
  readonly attended: boolean;
  /** What he was shown, a line a rule. */
  readonly shown: readonly string[];
}

/** Who confirms, and when. */
export interface ConfirmationRequest {
  /** Name of the account at its broker. */
  readonly account: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Whether he watches while a program trades. */
  readonly attended: boolean;
}

const confirmation: z.ZodType<AccountConfirmation> = z.strictObject({
  format: z.literal("account-rules-confirmation"),
  version: z.literal(1),
  account: z.string(),
  rules: z.string(),
  rulesSha256: z.string(),
  compiledOn: z.string(),
  confirmedAt: z.iso.datetime(),
  attended: z.boolean(),
  shown: z.array(z.string()),
});

/**
 * Writes down that a person confirmed the rules of his account. Ask him only after he has seen
 * `shown`, once for each account and set of rules.
 *
 * @throws {RefusedError} where a program may not trade the account, with source and date
 * @example
 * ```ts
 * import { confirmAccount, requireConfirmed } from "./confirmation.ts";
 * import { resolveAccount } from "./resolve_account.ts";
 * import { findRuleSet } from "./rule_sets.ts";
 * import { throws } from "node:assert/strict";
 *
 * const set = findRuleSet("fundednext_rapid_50k");
 * const stated = { minis: 5, counting: "weighted", automation: "allowed" } as const;
 * const resolved = resolveAccount({ set, stated }, "risk.json");
 * const kept = confirmAccount(resolved, { account: "FN-1", time: 0, attended: false });
 * requireConfirmed(kept, resolved, { account: "FN-1", attended: false });
 * throws(() => requireConfirmed(kept, resolved, { account: "FN-2", attended: false }));
 * ```
 */
export function confirmAccount(
  resolved: ResolvedAccount,
  { account, attended, time }: ConfirmationRequest,
): AccountConfirmation {
  requireAutomation(resolved, attended);
  return {
    ...{ format: "account-rules-confirmation", version: 1, account },
    rules: resolved.rules,
    rulesSha256: rulesSha256(resolved),
    compiledOn: ruleSetsCompiledOn(),
    confirmedAt: new Date(time).toISOString(),
    attended,
    shown: resolved.figures.map(describeFigure),
  };
}

/**
 * Reads a kept confirmation.
 *
 * @param where the file, for the error
 * @throws {InputError} when it is none
 */
export function parseConfirmation(json: unknown, where: string): AccountConfirmation {
  const parsed = confirmation.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InputError(
    `Cannot read a confirmation of account rules: ${
      issue.path.join(".") || "all of it"
    }: ${issue.message}`,
    { where, remedy: "confirm the rules again" },
  );
}

/**
 * Lets a program trade an account only under rules that its owner confirmed.
 *
 * @param kept the confirmation that was kept; null when there is none
 * @throws {RefusedError} when there is none, when it is of another account, when the rules changed
 * since, and where a program may not trade
 */
export function requireConfirmed(
  kept: AccountConfirmation | null,
  resolved: ResolvedAccount,
  { account, attended }: Omit<ConfirmationRequest, "time">,
): void {
  requireAutomation(resolved, attended);
  const { rules } = resolved;
  if (kept === null) {
    throw refused(
      `Cannot trade ${account} under '${rules}' as nobody confirmed that these are its rules`,
      "read them with their sources, then confirm them once",
    );
  }
  if (kept.account !== account || kept.rules !== rules) {
    throw refused(
      `Cannot trade ${account} under '${rules}' as ${kept.account} was confirmed under '${kept.rules}'`,
      "confirm the rules of this account",
    );
  }
  if (kept.rulesSha256 !== rulesSha256(resolved)) {
    throw refused(
      `Cannot trade ${account} under '${rules}' as they changed since ${kept.confirmedAt}`,
      "read what changed, then confirm them again",
    );
  }
}

/** @throws {RefusedError} in words, with source and date */
function requireAutomation({ figures, rules, terms }: ResolvedAccount, attended: boolean): void {
  const said = figures.filter(({ name }) => name === "automation").map(describeFigure).join("; ");
  if (terms.automation === "forbidden") {
    throw refused(
      `Cannot trade under '${rules}' with a program: ${said}`,
      "trade it by hand, or ask the firm and write its answer into a rule set of your own",
    );
  }
  if (terms.automation === "attended" && !attended) {
    throw refused(
      `Cannot trade under '${rules}' unattended: ${said}`,
      "stay with it and say that you do",
    );
  }
}

/** Dated news is the user's own and changes every week; the rules do not. */
function rulesSha256({ set, terms: { news: _, ...terms } }: ResolvedAccount): string {
  return jsonSha256({ set, terms } as unknown as JsonValue);
}

function refused(what: string, remedy: string): RefusedError {
  return new RefusedError(oneLine(`${what} (${remedy})`));
}
