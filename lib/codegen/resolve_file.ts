import { InputError } from "../core/mod.ts";
import type { Change } from "./change_set.ts";
import { editSettings } from "./edit_settings.ts";
import { editText } from "./edit_text.ts";
import {
  type FileContent,
  fileContent,
  type FileStep,
  PLAIN_MODE,
  PROGRAM_MODE,
} from "./file_step.ts";
import { applyDiff, type FileDiff } from "./parse_diff.ts";
import {
  decodeText,
  encodeText,
  NEW_FILE_FORMAT,
  textFormat,
  withFormat,
  withLineEnding,
} from "./text_format.ts";
import { readVersion, requireSize, requireText, type Tree } from "./tree.ts";
import { parseTreePath } from "./tree_path.ts";

/** A change of known files: scaffolds written out and diffs taken apart. */
export type FileChange =
  | Exclude<Change, { kind: "diff" | "scaffold" }>
  | { readonly kind: "file diff"; readonly path: string; readonly diff: FileDiff };

/** All changes of one file. */
export type FileChanges = readonly [FileChange, ...FileChange[]];

/**
 * Works out what a file becomes. Reads the tree and writes nothing.
 *
 * @returns one step; two where the file moves
 * @throws {InputError} when the file is not what the changes need
 */
export async function resolveFile(
  tree: Tree,
  group: FileChanges,
): Promise<FileStep<FileContent>[]> {
  const [first] = group;
  const { path } = first;
  const before = await readVersion(tree, path);
  try {
    switch (first.kind) {
      case "file":
        return [{ path, before, after: await wholeFile(first, before) }];
      case "delete":
        return [{ path, before: existing(before), after: null }];
      case "rename":
        return await moved(tree, first.path, first.to, existing(before));
      case "file diff":
        return await patched(tree, first, before);
      case "edit":
      case "settings":
        return [{ path, before, after: await edited(group, existing(before)) }];
    }
  } catch (error) {
    if (!(error instanceof InputError) || error.message.startsWith(path)) throw error;
    throw new InputError(error.message, { where: path, cause: error });
  }
}

async function wholeFile(
  { path, content, executable, isNew = false }: Extract<FileChange, { kind: "file" }>,
  before: FileContent | null,
): Promise<FileContent> {
  if (isNew) requireAbsent(before, path);
  if (before === null) {
    return await written(path, encodeText(content, NEW_FILE_FORMAT), modeFor(executable ?? false));
  }
  const format = textFormat(before.content);
  // An empty file has no style to keep.
  const text = before.bytes === 0 ? content : withFormat(content, format);
  const mode = executable === undefined ? before.mode : modeLike(before.mode, executable);
  return await written(path, encodeText(text, format), mode);
}

async function edited(group: FileChanges, before: FileContent): Promise<FileContent> {
  const format = textFormat(before.content);
  const text = decodeText(before.content, format);
  const edits = group.flatMap((change) => change.kind === "edit" ? [change] : [])
    .map(({ search, replace, count = 1, absent }) => ({
      search: withLineEnding(search, format),
      replace: withLineEnding(replace, format),
      count,
      ...(absent === undefined ? {} : { absent: withLineEnding(absent, format) }),
    }));
  const settings = group.flatMap((change) => change.kind === "settings" ? change.set : []);
  const changed = edits.length > 0 ? editText(text, edits) : editSettings(text, settings);
  return await written(group[0].path, encodeText(changed, format), before.mode);
}

async function patched(
  tree: Tree,
  { path, diff }: Extract<FileChange, { kind: "file diff" }>,
  before: FileContent | null,
): Promise<FileStep<FileContent>[]> {
  if (diff.from === null) {
    requireAbsent(before, path);
    const content = encodeText(applyDiff("", diff), NEW_FILE_FORMAT);
    return [{
      path,
      before,
      after: await written(path, content, modeFor(diff.executable ?? false)),
    }];
  }
  const old = existing(before);
  const format = textFormat(old.content);
  const content = encodeText(applyDiff(decodeText(old.content, format), diff), format);
  if (diff.to === null) {
    if (content.length > 0) {
      throw new InputError("Cannot delete the file: the diff leaves some of its lines", {
        remedy: "make the diff again from the file as it is now",
      });
    }
    return [{ path, before: old, after: null }];
  }
  const mode = diff.executable === null ? old.mode : modeLike(old.mode, diff.executable);
  const after = await written(diff.to, content, mode);
  return diff.to === path
    ? [{ path, before: old, after }]
    : await moved(tree, path, diff.to, old, after);
}

async function moved(
  tree: Tree,
  from: string,
  to: string,
  before: FileContent,
  after: FileContent = { ...before, modifiedMs: null },
): Promise<FileStep<FileContent>[]> {
  const target = parseTreePath(to);
  const there = await readVersion(tree, target);
  requireAbsent(there, target);
  return [{ path: from, before, after: null }, { path: target, before: null, after }];
}

function existing(before: FileContent | null): FileContent {
  if (before !== null) return before;
  throw new InputError("Cannot change the file as there is none", { remedy: "check the path" });
}

function requireAbsent(version: FileContent | null, path: string): void {
  if (version === null) return;
  throw new InputError("Cannot make the file as there is one already", {
    where: path,
    remedy: "change that file, or give another path",
  });
}

async function written(path: string, content: Uint8Array, mode: number): Promise<FileContent> {
  requireSize(path, content.length);
  requireText(path, content);
  return await fileContent(content, mode);
}

function modeFor(executable: boolean): number {
  return executable ? PROGRAM_MODE : PLAIN_MODE;
}

/** Whoever may read a program may run it. */
function modeLike(mode: number, executable: boolean): number {
  return executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111;
}
