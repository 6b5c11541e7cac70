import { applyPatch, parsePatch, type StructuredPatch } from "diff";
import { InputError } from "../core/mod.ts";
import type { Hunk } from "./format_patch.ts";

/** What a unified diff does to one file. */
export interface FileDiff {
  /** Path before; null when the file is new. */
  readonly from: string | null;
  /** Path afterwards; null when the file is removed. */
  readonly to: string | null;
  /** True or false where the diff sets the permission to run; null where it does not. */
  readonly executable: boolean | null;
  /** Changed lines in their order. */
  readonly hunks: Hunk[];
}

/**
 * Reads a unified diff of any number of files, as `git diff` or `diff -u` writes it.
 *
 * @throws {InputError} when it is malformed, changes nothing, or copies or carries binary content
 */
export function parseDiff(text: string): readonly FileDiff[] {
  // The library skips such a part in silence; lines of hunks start with a space or a sign.
  if (/^GIT binary patch/m.test(text)) throw malformed("it holds binary content");
  let patches: readonly StructuredPatch[];
  try {
    patches = parsePatch(text);
  } catch (error) {
    throw malformed((error as Error).message, error);
  }
  const diffs = patches.map(fileDiff);
  if (diffs.length === 0) throw malformed("it names no file");
  return diffs;
}

/**
 * The text after a file's hunks; a hunk may have moved, but its lines must agree exactly.
 *
 * @throws {InputError} when a hunk does not fit
 */
export function applyDiff(text: string, { hunks }: Pick<FileDiff, "hunks">): string {
  const unnamed = { oldFileName: "", newFileName: "", oldHeader: "", newHeader: "" };
  // The library looks line by line from where a hunk says it is, however far behind the end.
  const end = text.split("\n").length;
  const within = hunks.map((hunk) => ({ ...hunk, oldStart: Math.min(hunk.oldStart, end) }));
  const result = applyPatch(text, { ...unnamed, hunks: within }, { fuzzFactor: 0 });
  if (result !== false) return result;
  throw new InputError("Cannot apply the diff: its lines are not in the file", {
    remedy: "make the diff again from the file as it is now",
  });
}

function fileDiff(patch: StructuredPatch): FileDiff {
  if (patch.isCopy) throw malformed("it copies a file, which is not supported");
  if (patch.isBinary) throw malformed("it holds binary content");
  const { from, to } = fileNames(patch);
  if (from === null && to === null) throw malformed("it names no file");
  const isMove = from !== null && to !== null && from !== to;
  if (isMove && !patch.isRename) throw malformed(`it names two files, ${from} and ${to}`);
  const mode = patch.newMode;
  if (mode !== undefined && mode !== "100644" && mode !== "100755") {
    throw malformed(`it makes a file of mode ${mode}, which is no plain file`);
  }
  if (patch.hunks.length === 0 && from === to && mode === undefined) {
    throw malformed(`it changes nothing in ${to}`);
  }
  return {
    from,
    to,
    executable: mode === undefined ? null : mode === "100755",
    hunks: patch.hunks,
  };
}

/** `git diff` puts a/ and b/ in front of the names. */
function fileNames(patch: StructuredPatch): Pick<FileDiff, "from" | "to"> {
  const name = (text: string | undefined): string | null =>
    text === undefined || text === "/dev/null" ? null : text;
  const from = patch.isCreate ? null : name(patch.oldFileName);
  const to = patch.isDelete ? null : name(patch.newFileName);
  const prefixed = (from?.startsWith("a/") ?? true) && (to?.startsWith("b/") ?? true);
  return prefixed ? { from: from?.slice(2) ?? null, to: to?.slice(2) ?? null } : { from, to };
}

function malformed(fault: string, cause?: unknown): InputError {
  return new InputError(`Cannot read the diff: ${fault.replaceAll(/\s*\n\s*/g, " ").trim()}`, {
    remedy: "make it with `git diff` or `diff -u`",
    ...(cause === undefined ? {} : { cause }),
  });
}
