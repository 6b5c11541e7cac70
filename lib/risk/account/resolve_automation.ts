import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import type { AutomationTerms } from "./account_terms.ts";
import type { ResolvedPart } from "./resolved_part.ts";
import type { AccountRuleSet } from "./rule_set.ts";
import { accountRuleSets } from "./rule_sets.ts";

/** What a firm's word means for a program that is not part of its platform. */
const MEANS: Readonly<Record<string, AutomationTerms>> = {
  allowed: "allowed",
  "own-code-only": "allowed",
  "attended-only": "attended",
  unclear: "attended",
  "platform-native-only": "forbidden",
  forbidden: "forbidden",
};
const STRICTNESS: readonly AutomationTerms[] = ["allowed", "attended", "forbidden"];

const WORDS: Readonly<Record<string, string>> = {
  allowed: "allowed",
  "own-code-only": "allowed with code of your own, used at this firm only",
  "attended-only": "only while you watch",
  unclear: "unclear, so only while you watch",
  "platform-native-only": "FORBIDDEN for programs outside the platform",
  forbidden: "FORBIDDEN",
};

/** Whether a program may trade an account. */
export function automationTerms({ set, stated }: AccountRequest): ResolvedPart {
  const name = "automation";
  const speaks = speaker(set);
  const policy = speaks?.automation?.policy;
  if (speaks === null || policy === undefined) {
    if (stated.automation !== undefined) return statedPart(set, stated.automation, []);
    const setting = '"automation": "allowed" or "attended", as your firm told you';
    const what = "whether a program may trade";
    return { terms: {}, figures: [], missing: [{ field: "automation", what, setting }] };
  }
  const where = speaks === set ? "" : ` (said of the firm's ${speaks.id})`;
  const said = figure(speaks, name, `${WORDS[policy]}${where}`, "automation.policy");
  const means = MEANS[policy]!;
  const isLoosened = stated.automation !== undefined &&
    STRICTNESS.indexOf(stated.automation) < STRICTNESS.indexOf(means);
  if (stated.automation === undefined || (isLoosened && means === "forbidden")) {
    return { terms: { automation: means }, figures: [said], missing: [] };
  }
  return statedPart(set, stated.automation, [said]);
}

function statedPart(
  set: AccountRuleSet,
  automation: "allowed" | "attended",
  said: readonly AccountFigure[],
): ResolvedPart {
  const value = WORDS[automation === "allowed" ? "allowed" : "attended-only"]!;
  const figures = [...said, figure(set, "automation", value, "stated")];
  return { terms: { automation }, figures, missing: [] };
}

/** The set itself, else the firm's strictest: a firm forbids programs, not a size of account. */
function speaker(set: AccountRuleSet): AccountRuleSet | null {
  if (set.automation?.policy !== undefined) return set;
  const strictness = ({ automation }: AccountRuleSet): number =>
    STRICTNESS.indexOf(MEANS[automation?.policy ?? ""]!);
  return accountRuleSets().filter(({ automation, firm }) =>
    firm === set.firm && automation?.policy !== undefined
  ).toSorted((a, b) => strictness(b) - strictness(a))[0] ?? null;
}
