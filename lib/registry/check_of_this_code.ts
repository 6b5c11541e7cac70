import { RefusedError } from "../core/mod.ts";
import type { CheckedVersion } from "./leak_verdict.ts";

/**
 * The rule of evidence after an upgrade: a leak check speaks for the code that it ran. A version
 * that passed with other code is checked again before an alias goes to it; rolling back asks for
 * nothing, as it must not wait.
 *
 * @param codeSha256 of the code that is running
 * @param command checks the version again
 * @throws {RefusedError} when the version passed with other code
 * @example
 * ```ts
 * import { requireCheckOfThisCode } from "./check_of_this_code.ts";
 * import { throws } from "node:assert/strict";
 *
 * const leakCheck = {
 *   passed: true, at: "2026-01-02T03:04:05.000Z", dataSha256: "", codeSha256: "a".repeat(64),
 *   trials: 64, compared: 9_000, leak: null,
 * };
 * const version = { name: "m", version: 2, leakCheck };
 * requireCheckOfThisCode(version, "a".repeat(64), "deno task leak-check --model m@2");
 * throws(() => requireCheckOfThisCode(version, "b".repeat(64), "deno task leak-check --model m@2"));
 * ```
 */
export function requireCheckOfThisCode(
  { leakCheck, name, version }: CheckedVersion,
  codeSha256: string,
  command: string,
): void {
  // A version that failed or was never checked is refused or let through by another rule.
  if (leakCheck?.passed !== true || leakCheck.codeSha256 === codeSha256) return;
  const [then, now] = [leakCheck.codeSha256, codeSha256].map((sha256) => sha256.slice(0, 12));
  throw new RefusedError(
    `${name}@${version} passed its leak check of ${leakCheck.at.slice(0, 10)} with other code ` +
      `(sha256 ${then}, now ${now}): check it again with \`${command}\`, or promote it with --unchecked`,
  );
}
