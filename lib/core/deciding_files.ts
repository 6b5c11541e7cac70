import { createHash } from "node:crypto";
import { join } from "node:path/posix";
import { jsonSha256 } from "./canonical_json.ts";
import type { JsonValue } from "./json.ts";
import { filesIn, reachableFiles } from "./source_files.ts";

/** Which code made a result. */
export interface CodeHash {
  /** SHA-256 over everything that can change a decision, in hexadecimal. */
  readonly sha256: string;
  /**
   * First 12 digits of the SHA-256 of each part: rooms such as `lib/engine`, the task files, and
   * `packages`, which are the import map and the lock. They say where two versions differ.
   */
  readonly parts: Readonly<Record<string, string>>;
}

/** Commands that neither train, decide nor judge, and `main`, which only starts the others. */
const OTHER_COMMANDS = [
  ...["main", "compare", "data", "doctor", "generate_changes", "instruments", "sandbox"],
];

/** Rooms that show what was decided, or edit the tree; whatever they import shows too. */
const LEFT_OUT = ["lib/codegen", "lib/report"];

/**
 * Hashes every file of a checkout that can change a decision: all that the commands reach which
 * train, decide or judge (TypeScript, workers, WebAssembly, shipped data), the import map and the
 * lock, as the version of a package decides too. Tests, pages, texts and the words of the command
 * line are not among them.
 *
 * @throws {InputError} when a file that another one names is not there
 */
export function hashCode(folder: string): CodeHash {
  const parts = Map.groupBy(decidingFiles(folder), ([path]) => partOf(path));
  const digests = [...parts].map(([part, files]): [string, string] => {
    const hash = createHash("sha256");
    for (const [path, bytes] of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    return [part, hash.digest("hex")];
  });
  digests.push(["packages", packagesSha256(folder)]);
  return {
    sha256: jsonSha256(Object.fromEntries(digests)),
    parts: Object.fromEntries(digests.map(([part, digest]) => [part, digest.slice(0, 12)])),
  };
}

/** Files that decide, by path in the order of paths. */
export function decidingFiles(folder: string): readonly (readonly [string, Uint8Array])[] {
  const entries = filesIn(folder, "cli/").filter((name) =>
    !OTHER_COMMANDS.includes(name.replace(/(?:\.ts|\/)$/, ""))
  ).map((name) => `cli/${name}`);
  const isLeftOut = (path: string): boolean =>
    path === "deno.json" || LEFT_OUT.some((room) => path.startsWith(`${room}/`));
  return [...reachableFiles(folder, entries, isLeftOut)]
    .filter(([path]) => !path.startsWith("cli/"))
    .toSorted(([a], [b]) => a < b ? -1 : 1);
}

/** `lib/engine` of a file in that room; else the top folder. */
function partOf(path: string): string {
  return path.split("/").slice(0, path.startsWith("lib/") ? 2 : 1).join("/");
}

function packagesSha256(folder: string): string {
  const { imports = {}, scopes = {} } = JSON.parse(
    Deno.readTextFileSync(join(folder, "deno.json")),
  ) as Record<string, JsonValue>;
  const lock = createHash("sha256").update(Deno.readFileSync(join(folder, "deno.lock")));
  return jsonSha256({ imports, scopes, lock: lock.digest("hex") });
}
