import type { AccountRuleSet } from "./rule_set.ts";
import { citation, type FigureProvenance, provenanceOf } from "./rule_sets.ts";

/** One rule of an account in words, and who says so. */
export interface AccountFigure {
  /** Which rule, for example `daily loss`. */
  readonly name: string;
  /** What it is. */
  readonly value: string;
  /** Where it stands; null for our own reading of what no page says. */
  readonly provenance: FigureProvenance | null;
}

const YOURS: FigureProvenance = { confidence: "yours", sources: [], remark: "" };

/** A figure of a rule set; of one's own set it is its writer's. */
export function figure(
  set: AccountRuleSet,
  name: string,
  value: string,
  field: string | "stated" | "assumed",
): AccountFigure {
  if (field === "assumed") return { name, value, provenance: null };
  if (field === "stated") return { name, value, provenance: YOURS };
  return { name, value, provenance: provenanceOf(set, field) ?? YOURS };
}

/**
 * A figure in one line: the rule, who says so, of what date, and whether it is doubtful.
 *
 * @example
 * ```ts
 * import { describeFigure } from "./account_figure.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const provenance = { confidence: "yours", sources: [], remark: "" } as const;
 * const line = describeFigure({ name: "contracts", value: "at most 5 minis", provenance });
 * assertEquals(line, "contracts: at most 5 minis [stated by you]");
 * ```
 */
export function describeFigure({ name, provenance, value }: AccountFigure): string {
  const said = provenance === null ? "ASSUMED, the careful reading" : citation(provenance);
  return `${name}: ${value} [${said}]`;
}

/** Whether somebody has to look at a figure before he trusts it. */
export function isDoubtful({ provenance }: AccountFigure): boolean {
  return provenance === null ||
    (provenance.confidence !== "firm-page" && provenance.confidence !== "yours");
}
