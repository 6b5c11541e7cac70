import { InputError } from "../core/mod.ts";

/** Folder inside the tree that holds the log, the backups and an unfinished run. */
export const STATE_FOLDER = ".changes";

/** Folders that belong to other programs, at any depth and in any case. */
const PROTECTED = [".git", STATE_FOLDER, "node_modules"];

const LONGEST_PATH_BYTES = 1_024;
const LONGEST_NAME_BYTES = 240;

/** Names that Windows takes for devices, with or without an ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;

/**
 * Checks a path in the tree: relative, forward slashes, one spelling on every file system.
 *
 * @returns the path as given
 * @throws {InputError} for anything that could mean another place on some system: absolute paths,
 * `..`, backslashes, drives, device names, trailing dots, invisible or unnormalised characters,
 * and folders that belong to other programs
 * @example
 * ```ts
 * import { parseTreePath } from "./tree_path.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(parseTreePath("lib/features/features.ts"), "lib/features/features.ts");
 * ```
 */
export function parseTreePath(text: string): string {
  const fault = text === "" ? "it is empty" : pathFault(text) ?? namesFault(text.split("/"));
  if (fault === null) return text;
  throw new InputError(`Cannot use the path ${JSON.stringify(text)} as ${fault}`, {
    remedy: "give a path inside the tree such as lib/features/features.ts",
  });
}

/** Two names with the same key are one file on some file system. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

function pathFault(text: string): string | null {
  if (!text.isWellFormed()) return "it is no valid Unicode";
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return "it holds an invisible character";
  if (text !== text.normalize("NFC")) return "its letters are not composed (Unicode NFC)";
  if (text.startsWith("/")) return "it is absolute";
  if (text.includes("\\")) return "it holds a backslash";
  if (/[<>:"|?*]/.test(text)) return "it holds a character that Windows reserves";
  if (byteLength(text) > LONGEST_PATH_BYTES) return `it is over ${LONGEST_PATH_BYTES} bytes long`;
  return null;
}

function namesFault(names: readonly string[]): string | null {
  for (const name of names) {
    if (name === "") return "it holds an empty name";
    if (name === "." || name === "..") return `it holds '${name}'`;
    if (/[. ]$|^ /.test(name)) return "a name starts with a space or ends in a dot or space";
    if (DEVICE.test(name)) return `'${name}' is a device`;
    if (byteLength(name) > LONGEST_NAME_BYTES) {
      return `a name is over ${LONGEST_NAME_BYTES} bytes long`;
    }
    // The second form is the short name that Windows gives to .git.
    if (PROTECTED.includes(nameKey(name)) || /^git~\d+$/i.test(name)) {
      return `'${name}' belongs to another program`;
    }
  }
  return null;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
