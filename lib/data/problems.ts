import { oneLine } from "../core/mod.ts";

/** How bad a finding is: an error stops the load, a warning is only reported. */
export type Severity = "error" | "warning";

/** Every rule the loader checks, with the severity of a row that breaks it. */
export const RULES = {
  "empty-file": "error",
  "binary-file": "error",
  "unreadable-parquet": "error",
  "no-header": "error",
  "missing-column": "error",
  "duplicate-column": "error",
  "wrong-field-count": "error",
  "several-symbols": "error",
  "files-differ": "error",
  "files-overlap": "error",
  "unreadable-time": "error",
  "ambiguous-date": "error",
  "ambiguous-number": "error",
  "implausible-time": "error",
  "time-zone-missing": "error",
  "nonexistent-time": "error",
  "ambiguous-time": "warning",
  "not-a-number": "error",
  "empty-cell": "error",
  "unknown-volume": "warning",
  "unsorted-time": "error",
  "duplicate-time": "error",
  "unknown-interval": "error",
  "short-step": "warning",
  "adjustment-not-constant": "error",
  "non-positive-price": "error",
  "settlement-only": "warning",
  "zero-price": "error",
  "uncountable-price": "error",
  "unadjusted-split": "error",
  "negative-future": "warning",
  "high-below-low": "error",
  "open-outside-range": "error",
  "close-outside-range": "error",
  "settlement-outside-range": "warning",
  "off-tick-price": "warning",
  "wrong-tick": "error",
  "negative-volume": "error",
  "price-jump": "warning",
} as const satisfies Record<string, Severity>;

/** Name of a rule. */
export type Rule = keyof typeof RULES;

/** One place in the file that breaks a rule. */
export interface Problem {
  /** Name of the rule, one of {@link RULES}. */
  readonly rule: string;
  /** Errors stop a load. */
  readonly severity: Severity;
  /** Line as an editor shows it (the header of a CSV file is line 1), or row of a Parquet file from 1; 0 for the whole file. */
  readonly row: number;
  /** Column name as the file spells it. */
  readonly column?: string;
  /** The text or number found. */
  readonly value: string;
  /** What is wrong and, where one is known, the remedy; one line. */
  readonly detail: string;
}

/** Collects problems: the first few of each rule in full, all of them as counts. */
export interface ProblemLog {
  /** The first 20 of each rule, in the order found. */
  readonly problems: readonly Problem[];
  /** How often each rule was broken. */
  readonly counts: Readonly<Record<string, number>>;
  /** In how many rows each rule was broken; a row that breaks it in several cells counts once. */
  readonly rows: Readonly<Record<string, number>>;
  /** First problem that stops the load, in the order found. */
  firstError(): Problem | undefined;
  /** Number of findings of severity `error`. */
  errorCount(): number;
  /** Books one finding; `value` is what was found, `detail` the sentence for people. */
  add(rule: Rule, row: number, value: string | number, detail: string, column?: string): void;
}

const LISTED_PER_RULE = 20;
const LONGEST_VALUE = 60;

/**
 * Makes an empty problem log.
 *
 * @example
 * ```ts
 * import { createProblemLog } from "./problems.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const log = createProblemLog();
 * log.add("negative-volume", 7, -3, "volume is negative", "volume");
 * assertEquals(log.counts, { "negative-volume": 1 });
 * assertEquals(log.firstError()?.row, 7);
 * ```
 */
export function createProblemLog(): ProblemLog {
  const problems: Problem[] = [];
  const counts: Record<string, number> = {};
  const rows: Record<string, number> = {};
  const lastRow: Record<string, number> = {};
  return {
    problems,
    counts,
    rows,
    firstError: () => problems.find((problem) => problem.severity === "error"),
    errorCount: () =>
      Object.entries(counts).reduce(
        (sum, [rule, count]) => RULES[rule as Rule] === "error" ? sum + count : sum,
        0,
      ),
    add(rule, row, value, detail, column) {
      const seen = counts[rule] ?? 0;
      counts[rule] = seen + 1;
      // Findings come row by row, so a row that has another one of its rule is the last row.
      if (lastRow[rule] !== row) rows[rule] = (rows[rule] ?? 0) + 1;
      lastRow[rule] = row;
      if (seen >= LISTED_PER_RULE) return;
      problems.push({
        rule,
        severity: RULES[rule],
        row,
        ...(column === undefined ? {} : { column }),
        value: printable(String(value)),
        detail: oneLine(detail),
      });
    },
  };
}

/** One line, short, without control characters, so that a message cannot upset a terminal. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  return clean.length <= LONGEST_VALUE ? clean : `${clean.slice(0, LONGEST_VALUE)}...`;
}
