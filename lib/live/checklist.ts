import { RefusedError } from "../core/mod.ts";
import type { ChecklistLine } from "../trading/mod.ts";

/**
 * Lets a session begin only when nothing of its checklist was refused.
 *
 * @throws {RefusedError} naming every line that refuses, with its remedy
 * @example
 * ```ts
 * import { requireGreen } from "./checklist.ts";
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
  throw new RefusedError(
    "Cannot begin to trade: " +
      refused.map(({ found, name, remedy }) => `${name}: ${found} (${remedy ?? "no remedy"})`)
        .join("; "),
  );
}
