import type { z } from "zod";
import { InputError, nearestName } from "../../core/mod.ts";
import shipped from "./rule_sets.json" with { type: "json" };
import type { AccountRuleSet, FigureConfidence } from "./rule_set.ts";
import { ruleSetSchema, ruleSetsSchema } from "./rule_set_schema.ts";

/** Where a figure stands, for people. */
export interface FigureSource {
  /** Who says so. */
  readonly publisher: string;
  /** Date of the page, or null where it carries none. */
  readonly date: string | null;
  /** What the date was read from, or why there is none. */
  readonly dateBasis: string;
  /** Address of the page. */
  readonly url: string;
}

/** What is known about where a figure comes from. */
export interface FigureProvenance {
  /** How well it is known; `yours` of what the user stated. */
  readonly confidence: FigureConfidence | "yours";
  /** Pages, the first one first. */
  readonly sources: readonly FigureSource[];
  /** What else has to be known about it; empty for nothing. */
  readonly remark: string;
}

let known: z.infer<typeof ruleSetsSchema> | undefined;

/** What ships, checked when it is first read. */
function read(): z.infer<typeof ruleSetsSchema> {
  return known ??= ruleSetsSchema.parse(shipped);
}

/** Day on which the shipped rule sets were compiled from their pages. */
export function ruleSetsCompiledOn(): string {
  return read().compiledOn;
}

/**
 * Every rule set that ships. Amounts are there only where the firm's own page states them and no
 * other page disagrees; `leftOut` names those that are not.
 */
export function accountRuleSets(): readonly AccountRuleSet[] {
  return read().ruleSets;
}

/**
 * The shipped rule set of a name.
 *
 * @throws {InputError} when there is none, with the nearest name
 * @example
 * ```ts
 * import { findRuleSet } from "./rule_sets.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(findRuleSet("topstep_combine_50k").lossLimit?.amountUsd, 2_000);
 * assertEquals(findRuleSet("topstep_combine_100k").lossLimit?.amountUsd, undefined);
 * ```
 */
export function findRuleSet(name: string, where?: string): AccountRuleSet {
  const sets = accountRuleSets();
  const found = sets.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = nearestName(name, sets.map(({ id }) => id));
  const guess = near === null ? "" : `did you mean ${near}? `;
  throw new InputError(`Cannot find the account rules '${name}'`, {
    ...(where === undefined ? {} : { where }),
    remedy: `${guess}${sets.length} sets ship, see docs/account-rules.md, or write your own there`,
  });
}

/**
 * Reads a rule set that a user wrote.
 *
 * @param where the file, for the error
 * @throws {InputError} naming the first field that is none
 */
export function parseRuleSet(json: unknown, where: string): AccountRuleSet {
  const result = ruleSetSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new InputError(
    `Cannot use these account rules: ${issue.path.join(".") || "all of it"}: ${issue.message}`,
    { where, remedy: "see the fields in docs/account-rules.md" },
  );
}

/**
 * Where a field of a rule set comes from: what is said of it, else of the group it is in; null
 * where nothing is said, as in a set of one's own.
 *
 * @param field dotted name, for example `lossLimit.amountUsd`
 */
export function provenanceOf(set: AccountRuleSet, field: string): FigureProvenance | null {
  const { sources } = read();
  for (let name = field; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    const said = set.provenance[name];
    if (said === undefined) continue;
    return {
      confidence: said.confidence,
      sources: said.sources.flatMap((id) => sources[id] ?? []),
      remark: said.remark ?? "",
    };
  }
  return null;
}

/** Where a figure comes from, in words: publisher, date, address, doubt. */
export function citation({ confidence, remark, sources }: FigureProvenance): string {
  if (confidence === "yours") return "stated by you";
  const pages = sources.map(({ date, dateBasis, publisher, url }) =>
    `${publisher}, ${date ?? dateBasis}, ${url}`
  ).join("; ");
  const doubt = {
    "firm-page": "",
    "third-party": "DOUBTFUL, third parties only: ",
    "disagreeing": "DOUBTFUL, pages disagree: ",
  }[confidence];
  return `${doubt}${pages}${remark === "" ? "" : ` (${remark})`}`;
}
