import { fileURLToPath } from "node:url";
import { type CodeHash, hashCode } from "./deciding_files.ts";
import { EMBEDDED_CODE_HASH } from "./embedded_code_hash.ts";
import { InputError } from "./errors.ts";
import { PROJECT_FOLDER } from "./project_folders.ts";

/** Where this module lies in a checkout, and in no bundle. */
const OWN_PATH = "/lib/core/code_hash.ts";

let known: CodeHash | undefined;

/**
 * The code that is running, read once in a process. Call it before the work, as files that are
 * edited while a training runs did not train.
 *
 * Permissions: `--allow-read=<project folder>`; none in a bundle.
 *
 * @throws {InputError} when the sources are not there and no hash was embedded
 */
export function codeHash(): CodeHash {
  known ??= EMBEDDED_CODE_HASH ?? hashSources();
  return known;
}

/** SHA-256 of the code that is running, the same in models, systems and runs. */
export function codeSha256(): string {
  return codeHash().sha256;
}

/**
 * What changed in the code since, in words; null when nothing did.
 *
 * @param before as recorded; older records do not name the parts
 * @example
 * ```ts
 * import { describeCodeChange } from "./code_hash.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const before = { sha256: "a".repeat(64), parts: { "lib/risk": "1", "lib/rl": "2" } };
 * const now = { sha256: "b".repeat(64), parts: { "lib/risk": "1", "lib/rl": "3" } };
 * assertEquals(
 *   describeCodeChange(before, now),
 *   "the code of lib/rl (sha256 aaaaaaaaaaaa → bbbbbbbbbbbb)",
 * );
 * ```
 */
export function describeCodeChange(
  before: { readonly sha256: string; readonly parts?: CodeHash["parts"] | undefined },
  now: CodeHash,
): string | null {
  if (before.sha256 === now.sha256) return null;
  const hashes = `(sha256 ${before.sha256.slice(0, 12)} → ${now.sha256.slice(0, 12)})`;
  const { parts } = before;
  if (parts === undefined) return `the code ${hashes}`;
  const changed = [...new Set([...Object.keys(parts), ...Object.keys(now.parts)])]
    .filter((part) => parts[part] !== now.parts[part]).toSorted();
  return `the code of ${changed.join(", ")} ${hashes}`;
}

function hashSources(): CodeHash {
  // A bundle lies anywhere, and what lies around it is not what it was made from.
  if (!import.meta.url.endsWith(OWN_PATH)) {
    throw new InputError("Cannot tell by which code this is made: it is a bundle without a hash", {
      where: fileURLToPath(import.meta.url),
      remedy: "bundle it with the import map that lib/core/embed_code_hash.ts writes",
    });
  }
  return hashCode(PROJECT_FOLDER);
}
