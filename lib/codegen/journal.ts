import { CorruptArtifactError, parseJson } from "../core/mod.ts";
import { type ChangeRecord, parseChangeRecord } from "./change_log.ts";
import { statePath, type Tree } from "./tree.ts";

/** The unified diff beside the backups of a change. */
export const PATCH_NAME = "change.patch";

/** What a crash has left: a change to finish, one to take back, or nothing that matters. */
export type Interrupted =
  | { readonly kind: "finish" | "undo"; readonly record: ChangeRecord }
  | { readonly kind: "none" };

/** A path in the folder where a change is prepared and carried out. */
export function pendingPath(tree: Tree, ...names: readonly string[]): string {
  return statePath(tree, "pending", ...names);
}

/** Name of the backup of a file, `index` being its number in the change. */
export function backupName(path: string, index: number): string {
  return `${String(index).padStart(3, "0")}-${path.split("/").at(-1)!}.bak`;
}

/** Writes the journal so that its name never holds a part of it. */
export function writeJournal(tree: Tree, record: ChangeRecord): void {
  const draft = pendingPath(tree, "journal.draft");
  tree.files.write(draft, new TextEncoder().encode(JSON.stringify(record)));
  tree.files.sync(draft, "file");
  tree.files.rename(draft, journalPath(tree, "finish"));
  tree.files.sync(pendingPath(tree), "folder");
}

/** Turns the direction around. A rename needs no room, so this works on a full disk. */
export function startUndo(tree: Tree): void {
  const finish = journalPath(tree, "finish");
  if (tree.files.inspect(finish) === null) return;
  tree.files.rename(finish, journalPath(tree, "undo"));
  tree.files.sync(pendingPath(tree), "folder");
}

/** Finds out what a crash has left. */
export function readJournal(tree: Tree): Interrupted {
  for (const kind of ["finish", "undo"] as const) {
    const path = journalPath(tree, kind);
    if (tree.files.inspect(path) === null) continue;
    const text = new TextDecoder().decode(tree.files.read(path));
    try {
      return { kind, record: parseChangeRecord(parseJson(text)) };
    } catch (error) {
      throw new CorruptArtifactError(
        `${path}: Cannot read the journal of an interrupted change ` +
          "(restore the files from the backups beside it, then remove the folder)",
        { cause: error },
      );
    }
  }
  return { kind: "none" };
}

/**
 * Removes a file or folder of the change machinery. In the order of names a journal to finish goes
 * before what it needs.
 */
export function removeAll(tree: Tree, path: string): void {
  const info = tree.files.inspect(path);
  if (info === null) return;
  if (info.kind === "folder") {
    for (const name of [...tree.files.list(path)].sort()) removeAll(tree, `${path}/${name}`);
  }
  tree.files.remove(path);
}

function journalPath(tree: Tree, kind: "finish" | "undo"): string {
  return pendingPath(tree, `${kind}.json`);
}
