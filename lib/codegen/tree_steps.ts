import { dirname } from "node:path";
import { InputError } from "../core/mod.ts";
import type { ChangeRecord } from "./change_log.ts";
import { type FileContent, type FileStep, isSameVersion } from "./file_step.ts";
import { inspectPath, readVersion, requireSamePlace, type Tree, treePath } from "./tree.ts";

/** Which of its versions a file is in. */
export type StepState = "before" | "after" | "foreign";

/** Which of its versions a file is in; `foreign` when neither, or when its path became unsafe. */
export async function stateOf(tree: Tree, { path, before, after }: FileStep): Promise<StepState> {
  let current: FileContent | null;
  try {
    current = await readVersion(tree, path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return "foreign";
  }
  if (isSameVersion(current, after)) return "after";
  return isSameVersion(current, before) ? "before" : "foreign";
}

/** Removes the folders that are empty, the innermost first. */
export function removeEmptyFolders(tree: Tree, folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    const place = treePath(tree, folder);
    if (!isSafe(tree, folder) || tree.files.inspect(place)?.kind !== "folder") continue;
    if (tree.files.list(place).length > 0) continue;
    requireSamePlace(tree, folder);
    tree.files.remove(place);
    tree.files.sync(dirname(place), "folder");
  }
}

function isSafe(tree: Tree, path: string): boolean {
  try {
    return inspectPath(tree, path) !== null;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Makes a folder whose parent is there, unless it is there. */
export function makeFolder(tree: Tree, folder: string): void {
  if (inspectPath(tree, folder) !== null) return;
  requireSamePlace(tree, folder);
  const place = treePath(tree, folder);
  tree.files.makeFolder(place);
  tree.files.sync(dirname(place), "folder");
}

/** Makes the folders on the way to a path. */
export function makeParents(tree: Tree, path: string): void {
  const names = path.split("/").slice(0, -1);
  for (const depth of names.keys()) makeFolder(tree, names.slice(0, depth + 1).join("/"));
}

/** Waits until the names of all files of a change are on disk. */
export function syncParents(tree: Tree, { files }: ChangeRecord): void {
  for (const parent of new Set(files.map(({ path }) => dirname(treePath(tree, path))))) {
    if (tree.files.inspect(parent)?.kind === "folder") tree.files.sync(parent, "folder");
  }
}
