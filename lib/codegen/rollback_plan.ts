import { InputError, sha256Hex } from "../core/mod.ts";
import type { ChangeRecord } from "./change_log.ts";
import { applyPatch, parsePatch } from "diff";
import { type FileContent, fileContent, type FileStep, isSameVersion } from "./file_step.ts";
import { backupName, PATCH_NAME } from "./journal.ts";
import { type Merge, mergeThreeWay } from "./merge_three_way.ts";
import { bytesToLatin, latinToBytes } from "./text_format.ts";
import { readVersion, statePath, type Tree } from "./tree.ts";

/** A file that is no longer as the change left it. */
export interface RollbackConflict {
  /** Path in the tree. */
  readonly path: string;
  /** What happened to it since. */
  readonly since: "changed" | "removed" | "made again" | "not usable";
  /**
   * The rollback and what happened since joined; conflicts stand between markers. Null where
   * there is nothing to join line by line.
   */
  readonly merge: Merge | null;
}

/** What a rollback would do. */
export interface RollbackSteps {
  /** Every file with its content now and then; of a file in conflict, the joined content. */
  readonly steps: readonly FileStep<FileContent>[];
  /** Files that are no longer as the change left them. */
  readonly conflicts: readonly RollbackConflict[];
}

/**
 * Works out what undoes a change. Reads only.
 *
 * @throws {InputError} when a backup is missing or damaged
 */
export async function planRollback(tree: Tree, change: ChangeRecord): Promise<RollbackSteps> {
  const steps: FileStep<FileContent>[] = [];
  const conflicts: RollbackConflict[] = [];
  for (const [index, file] of change.files.entries()) {
    const old = await readBackup(tree, change, index);
    const current = await readNow(tree, file.path);
    if (current !== "not usable" && isSameVersion(current, file.after)) {
      steps.push({ path: file.path, before: current, after: old });
      continue;
    }
    const merge = current === "not usable" ? null : await joined(tree, change, file, current, old);
    conflicts.push({ path: file.path, since: sinceOf(file, current), merge });
    if (merge !== null && current !== "not usable") {
      const after = await fileContent(latinToBytes(merge.text), (old ?? current)!.mode);
      steps.push({ path: file.path, before: current, after });
    }
  }
  return { steps: steps.filter((step) => !isSameVersion(step.before, step.after)), conflicts };
}

/**
 * The content of a file before a change; null when there was none.
 *
 * @throws {InputError} when the backup is missing or damaged
 */
export async function readBackup(
  tree: Tree,
  change: ChangeRecord,
  index: number,
): Promise<FileContent | null> {
  const { path, before } = change.files[index]!;
  if (before === null) return null;
  const content = await readStored(tree, change, backupName(path, index), before.sha256);
  return { ...before, content };
}

/**
 * The stored unified diff of a change.
 *
 * @throws {InputError} when it is missing or damaged
 */
export async function readPatch(tree: Tree, change: ChangeRecord): Promise<Uint8Array> {
  return await readStored(tree, change, PATCH_NAME, change.patchSha256);
}

async function readStored(
  tree: Tree,
  change: ChangeRecord,
  name: string,
  sha256: string,
): Promise<Uint8Array> {
  const place = statePath(tree, change.id, name);
  const isThere = tree.files.inspect(place)?.kind === "file";
  const content = isThere ? tree.files.read(place) : new Uint8Array();
  if (isThere && await sha256Hex(content) === sha256) return content;
  throw new InputError(`Cannot use it as it is ${isThere ? "damaged" : "missing"}`, {
    where: place,
    remedy: "restore it from a copy of the tree, or undo the change by hand",
  });
}

async function readNow(tree: Tree, path: string): Promise<FileContent | null | "not usable"> {
  try {
    return await readVersion(tree, path);
  } catch (error) {
    if (error instanceof InputError) return "not usable";
    throw error;
  }
}

function sinceOf(
  { after }: FileStep,
  current: FileContent | null | "not usable",
): RollbackConflict["since"] {
  if (current === "not usable") return current;
  return current === null ? "removed" : after === null ? "made again" : "changed";
}

/** Joins what happened since with the rollback, byte by byte so that no encoding can suffer. */
async function joined(
  tree: Tree,
  change: ChangeRecord,
  file: FileStep,
  current: FileContent | null,
  old: FileContent | null,
): Promise<Merge | null> {
  if (current === null || file.after === null || old === null) return null;
  const base = await contentAfter(tree, change, file, old);
  const [ours, theirs] = [bytesToLatin(current.content), bytesToLatin(old.content)];
  return base === null ? null : mergeThreeWay(base, ours, theirs);
}

/** The content that a change left: its backup with its patch applied. */
async function contentAfter(
  tree: Tree,
  change: ChangeRecord,
  file: FileStep,
  old: FileContent,
): Promise<string | null> {
  if (old.sha256 === file.after?.sha256) return bytesToLatin(old.content);
  const patches = parsePatch(bytesToLatin(await readPatch(tree, change)));
  for (const patch of patches) {
    const after = applyPatch(bytesToLatin(old.content), patch, {
      autoConvertLineEndings: false,
    });
    if (after !== false && await sha256Hex(latinToBytes(after)) === file.after?.sha256) {
      return after;
    }
  }
  return null;
}
