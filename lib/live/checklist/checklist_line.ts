import { RefusedError, UnavailableError } from "../../core/mod.ts";
import type { ChecklistLine, TradingMode } from "../../trading/mod.ts";

/** Name of the line about the machine's clock. */
export const CLOCK_LINE = "clock offset";
/** Name of the line about the newest bar. */
export const FRESH_LINE = "data fresh";

/** A line that is as it should be. */
export function passed(name: string, found: string): ChecklistLine {
  return { name, verdict: "passed", found, remedy: null };
}

/** A line that does not apply here, and why. */
export function leftOut(name: string, found: string): ChecklistLine {
  return { name, verdict: "left-out", found, remedy: null };
}

/** A line that a person should see to, and that keeps nobody from trading. */
export function warned(name: string, found: string, remedy: string): ChecklistLine {
  return { name, verdict: "warned", found, remedy };
}

/** A line that is red: it refuses where a broker's account is at stake, and warns on paper. */
export function red(
  mode: TradingMode,
  name: string,
  found: string,
  remedy: string,
): ChecklistLine {
  return { name, verdict: mode === "paper" ? "warned" : "refused", found, remedy };
}

/** Lines that may be green a moment later, though nobody did anything. */
const PASSING_LINES: ReadonlySet<string> = new Set([CLOCK_LINE, FRESH_LINE]);

/**
 * Lets a session begin only when nothing of its checklist was refused.
 *
 * @throws {UnavailableError} when it was only the feed that was away, or the clock that was off
 * @throws {RefusedError} when anything else was; both name every line that refuses, with its remedy
 * @example
 * ```ts
 * import { requireGreen } from "./checklist_line.ts";
 * import { throws } from "node:assert/strict";
 *
 * const line = { name: "journal", verdict: "passed", found: "whole", remedy: null } as const;
 * requireGreen([line]);
 * throws(() => requireGreen([{ ...line, verdict: "refused", remedy: "restore a backup" }]));
 * ```
 */
export function requireGreen(lines: readonly ChecklistLine[]): void {
  const refused = lines.filter(({ verdict }) => verdict === "refused");
  if (refused.length === 0) return;
  const text = "Cannot begin to trade: " +
    refused.map(({ found, name, remedy }) => `${name}: ${found} (${remedy ?? "no remedy"})`)
      .join("; ");
  throw refused.every(({ name }) => PASSING_LINES.has(name))
    ? new UnavailableError(text)
    : new RefusedError(text);
}
