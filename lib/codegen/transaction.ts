import { InputError } from "../core/mod.ts";
import { appendToLog, type ChangeRecord, changesOf, readChangeLog } from "./change_log.ts";
import type { FileContent, FileStep } from "./file_step.ts";
import {
  backupName,
  PATCH_NAME,
  pendingPath,
  removeAll,
  startUndo,
  writeJournal,
} from "./journal.ts";
import { requireSamePlace, statePath, type Tree, treePath } from "./tree.ts";
import { STATE_FOLDER } from "./tree_path.ts";
import { makeFolder, makeParents, removeEmptyFolders, stateOf, syncParents } from "./tree_steps.ts";

/** A change that is ready to be made. */
export interface Transaction {
  /** What will be logged. */
  readonly record: ChangeRecord;
  /** The same files with their contents. */
  readonly steps: readonly FileStep<FileContent>[];
  /** The unified diff. */
  readonly patch: Uint8Array;
}

/**
 * Makes a change, whole or not at all.
 *
 * 1. Backups, patch and new contents are written to `pending/` and flushed: nothing in the tree
 *    has changed, and from here on no step needs room on the disk but for names.
 * 2. The journal appears under its name in one step: from here on the change will be finished.
 * 3. New contents are moved into place, each in one step. 4. The log gets its line.
 * 5. The backups move to their folder and the journal goes.
 *
 * A failure undoes what was done; a crash is finished or undone by `recover`.
 */
export async function runTransaction(tree: Tree, transaction: Transaction): Promise<void> {
  try {
    prepare(tree, transaction);
  } catch (error) {
    removeAll(tree, pendingPath(tree));
    throw error;
  }
  const { record } = transaction;
  try {
    await commit(tree, record);
  } catch (error) {
    if (await undoFailed(tree, record)) throw error;
    tree.note(`${record.id} is made; the next run will tidy up: ${(error as Error).message}`);
  }
}

async function undoFailed(tree: Tree, record: ChangeRecord): Promise<boolean> {
  try {
    return await undoUnlessLogged(tree, record);
  } catch (error) {
    throw new Error(
      `Cannot undo ${record.id} now: ${(error as Error).message} (the next run on this tree will)`,
      { cause: error },
    );
  }
}

/** Does whatever of a journalled change is not yet done. */
export async function commit(tree: Tree, record: ChangeRecord): Promise<void> {
  const log = changesOf(await readChangeLog(tree));
  if (!log.some(({ id }) => id === record.id)) {
    for (const folder of record.folders) makeFolder(tree, folder);
    for (const [index, step] of record.files.entries()) await perform(tree, step, index);
    syncParents(tree, record);
    await appendToLog(tree, record);
  }
  // A rollback takes away the folders that its change had made.
  removeEmptyFolders(tree, log.find(({ id }) => id === record.undoes)?.folders ?? []);
  const backups = pendingPath(tree, "record");
  if (tree.files.inspect(backups) !== null) {
    tree.files.rename(backups, statePath(tree, record.id));
    tree.files.sync(statePath(tree), "folder");
  }
  removeAll(tree, pendingPath(tree));
}

/**
 * Takes a failed change back, unless it is in the log: then only tidying is left to do.
 *
 * @returns false when it is in the log
 */
export async function undoUnlessLogged(tree: Tree, record: ChangeRecord): Promise<boolean> {
  const log = changesOf(await readChangeLog(tree));
  if (log.some(({ id }) => id === record.id)) return false;
  await undo(tree, record);
  return true;
}

/** Takes back whatever of a journalled change has been done. */
async function undo(tree: Tree, record: ChangeRecord): Promise<void> {
  startUndo(tree);
  const leftAlone: string[] = [];
  for (const [index, step] of [...record.files.entries()].reverse()) {
    const state = await stateOf(tree, step);
    if (state === "foreign") leftAlone.push(step.path);
    if (state !== "after") continue;
    if (step.before !== null) makeParents(tree, step.path);
    requireSamePlace(tree, step.path);
    const target = treePath(tree, step.path);
    const backup = pendingPath(tree, "record", backupName(step.path, index));
    if (step.before === null) tree.files.remove(target);
    else tree.files.rename(backup, target);
  }
  syncParents(tree, record);
  removeEmptyFolders(tree, record.folders);
  if (leftAlone.length > 0) keepBackups(tree, record, leftAlone);
  removeAll(tree, pendingPath(tree));
}

/** Files that something else has changed are not touched, and what they were is kept. */
function keepBackups(tree: Tree, record: ChangeRecord, paths: readonly string[]): void {
  tree.note(
    `${paths.join(", ")}: changed by something else and left alone; the backups of the change ` +
      `are kept in ${STATE_FOLDER}/${record.id}`,
  );
  const backups = pendingPath(tree, "record");
  if (tree.files.inspect(backups) !== null) tree.files.rename(backups, statePath(tree, record.id));
}

function prepare(tree: Tree, { record, steps, patch }: Transaction): void {
  const { files } = tree;
  const folders = [[], ["record"], ["staged"]].map((names) => pendingPath(tree, ...names));
  for (const folder of folders) files.makeFolder(folder);
  for (const [index, { path, before, after }] of steps.entries()) {
    const backup = pendingPath(tree, "record", backupName(path, index));
    if (before !== null) store(tree, backup, before);
    if (after !== null) store(tree, pendingPath(tree, "staged", String(index)), after);
  }
  const patchPath = pendingPath(tree, "record", PATCH_NAME);
  files.write(patchPath, patch);
  files.sync(patchPath, "file");
  for (const folder of folders.reverse()) files.sync(folder, "folder");
  files.sync(statePath(tree), "folder");
  writeJournal(tree, record);
}

function store(tree: Tree, path: string, { content, mode, modifiedMs }: FileContent): void {
  tree.files.write(path, content);
  if (modifiedMs !== null) tree.files.setModified(path, modifiedMs);
  tree.files.setMode(path, mode);
  tree.files.sync(path, "file");
}

async function perform(tree: Tree, step: FileStep, index: number): Promise<void> {
  const state = await stateOf(tree, step);
  if (state === "after") return;
  if (state === "foreign") throw changedMeanwhile(step.path);
  const target = treePath(tree, step.path);
  requireSamePlace(tree, step.path);
  if (step.after === null) tree.files.remove(target);
  else tree.files.rename(pendingPath(tree, "staged", String(index)), target);
  // Deno offers no rename relative to an open folder, so a swap in between is found, not prevented.
  if (await stateOf(tree, step) !== "after") throw changedMeanwhile(step.path);
}

function changedMeanwhile(path: string): InputError {
  return new InputError(
    "Cannot change the file as something else has just changed it or its folder",
    {
      where: path,
      remedy: "look at it and try again",
    },
  );
}
