import type { Database } from "../db/mod.ts";
import { RefusedError } from "../core/mod.ts";

/** What a leak check of a version's whole stack found. */
export interface LeakVerdict {
  /** Whether no past output changed with the future. */
  readonly passed: boolean;
  /** When it was checked, ISO 8601 in UTC. */
  readonly at: string;
  /** Of the file of bars it was checked on, SHA-256 in hexadecimal. */
  readonly dataSha256: string;
  /** Of the code that was checked with it. */
  readonly codeSha256: string;
  /** Changed futures that were tried. */
  readonly trials: number;
  /** Single values compared. */
  readonly compared: number;
  /** The first leak in words; null when it passed. */
  readonly leak: string | null;
}

/** A version as the rules of promotion see it. */
export interface CheckedVersion {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** Newest leak check; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
}

/** What a name in the registry is that of; tables begin with it. */
export type RegisteredKind = "model" | "system";

/** Part of a SELECT of versions: the newest check as a JSON object, or null. */
export function leakVerdictColumn(kind: RegisteredKind): string {
  return `
  (SELECT json_object('passed', passed, 'at', at, 'dataSha256', leak_check.data_sha256,
      'codeSha256', leak_check.code_sha256, 'trials', trials, 'compared', compared, 'leak', leak)
    FROM leak_check WHERE ${kind}_id = ${kind}_version.id
    ORDER BY leak_check.id DESC LIMIT 1)`;
}

/** Reads what {@linkcode leakVerdictColumn} selects. */
export function parseLeakVerdict(text: string | null): LeakVerdict | null {
  if (text === null) return null;
  const row = JSON.parse(text) as Omit<LeakVerdict, "passed"> & { readonly passed: 0 | 1 };
  return { ...row, passed: row.passed === 1 };
}

/** Adds a check to the history of a version; the newest one counts. */
export function insertLeakVerdict(
  database: Database,
  kind: RegisteredKind,
  id: number,
  verdict: LeakVerdict,
): void {
  const { at, codeSha256, compared, dataSha256, leak, passed, trials } = verdict;
  database.run(
    `INSERT INTO leak_check
       (${kind}_id, passed, at, data_sha256, code_sha256, trials, compared, leak)
     VALUES (:id, :passed, :at, :dataSha256, :codeSha256, :trials, :compared, :leak)`,
    { id, passed: Number(passed), at, dataSha256, codeSha256, trials, compared, leak },
  );
}

/**
 * The rule of evidence of every promotion: a version that failed its leak check is never promoted,
 * and an alias that stands on a checked version does not go to an unchecked one unasked.
 *
 * @param holder the version that the alias points at now; null when it is not set
 * @throws {RefusedError} when the rule forbids the move
 * @example
 * ```ts
 * import { requirePromotable } from "./leak_verdict.ts";
 * import { throws } from "node:assert/strict";
 *
 * const leakCheck = {
 *   passed: false, at: "2026-01-02T03:04:05.000Z", dataSha256: "", codeSha256: "", trials: 64,
 *   compared: 9_000, leak: "features.return_1 at row 7: 1 became 2",
 * };
 * throws(() => requirePromotable({ name: "m", version: 2, leakCheck }, null, false));
 * requirePromotable({ name: "m", version: 3, leakCheck: null }, null, false);
 * ```
 */
export function requirePromotable(
  candidate: CheckedVersion,
  holder: CheckedVersion | null,
  allowUnchecked: boolean,
  kind: RegisteredKind = "model",
): void {
  const { leakCheck, name, version } = candidate;
  if (leakCheck?.passed === false) {
    throw new RefusedError(
      `${name}@${version} failed its leak check of ${
        leakCheck.at.slice(0, 10)
      }: ${leakCheck.leak} ` +
        "(mend what reads the future and train again, or check again with `deno task leak-check`)",
    );
  }
  if (leakCheck !== null || allowUnchecked || holder?.leakCheck?.passed !== true) return;
  throw new RefusedError(
    `${name}@${version} was never checked for leaks and would replace @${holder.version}, which ` +
      `passed its check (run \`deno task leak-check --${kind} ${name}@${version} …\`, or promote it ` +
      "with --unchecked)",
  );
}
