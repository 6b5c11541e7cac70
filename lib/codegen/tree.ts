import { dirname, join } from "node:path";
import { InputError } from "../core/mod.ts";
import { type FileContent, fileContent } from "./file_step.ts";
import type { FileSystem, PathInfo } from "./file_system.ts";
import { isBinary } from "./text_format.ts";
import { nameKey, STATE_FOLDER } from "./tree_path.ts";

/** A folder whose files may be changed, and what it takes to change them. */
export interface Tree {
  /** Absolute, every link resolved. */
  readonly root: string;
  /** Every read and write goes through it. */
  readonly files: FileSystem;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called with a line for the person watching. */
  readonly note: (line: string) => void;
}

/** Largest file that is read or written, in bytes. */
export const LARGEST_FILE_BYTES: number = 1 << 20;

/** Absolute path of a file of the tree. */
export function treePath(tree: Tree, path: string): string {
  return join(tree.root, ...path.split("/"));
}

/** Absolute path of something that belongs to the change machinery itself. */
export function statePath(tree: Tree, ...names: readonly string[]): string {
  return join(tree.root, STATE_FOLDER, ...names);
}

/**
 * What lies at a checked path, after making sure that the path means that place and no other.
 *
 * @throws {InputError} when a parent is a link, a file or on another device, or when another
 * spelling of the same name is there
 */
export function inspectPath(tree: Tree, path: string): PathInfo | null {
  const names = path.split("/");
  let folder = tree.root;
  const { device } = requireFolder(tree, folder, path);
  for (const [depth, name] of names.entries()) {
    if (!requireOneSpelling(tree, folder, name, path)) return null;
    const place = join(folder, name);
    if (depth === names.length - 1) return tree.files.inspect(place);
    if (requireFolder(tree, place, path).device !== device) {
      throw unsafe(path, `${name} is on another file system`, "change files there by hand");
    }
    folder = place;
  }
  return null;
}

/**
 * Looks once more, in one call and right before a step, whether the folder of a path is the real
 * one: since `inspectPath` a part of it may have become a link.
 *
 * @throws {InputError} when it leads anywhere else
 */
export function requireSamePlace(tree: Tree, path: string): void {
  const folder = dirname(treePath(tree, path));
  if (tree.files.realPath(folder) === folder) return;
  throw unsafe(path, "its folder has just become a link", "look at it and try again");
}

/**
 * Reads a text file of the tree; null when there is none.
 *
 * @throws {InputError} when the path is not a plain, writable, not too large text file
 */
export async function readVersion(tree: Tree, path: string): Promise<FileContent | null> {
  const info = inspectPath(tree, path);
  if (info === null) return null;
  if (info.kind !== "file") {
    const kind = { link: "a symbolic link", folder: "a folder", other: "a device or a pipe" };
    throw unsafe(path, `it is ${kind[info.kind]}`, "name a plain file");
  }
  requireSize(path, info.bytes);
  if ((info.mode & 0o222) === 0) throw unsafe(path, "it is read-only", "make it writable first");
  const content = tree.files.read(treePath(tree, path));
  requireText(path, content);
  return await fileContent(content, info.mode, info.modifiedMs);
}

/** Folders on the way to a path that do not exist yet, outermost first. */
export function missingFolders(tree: Tree, path: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    if (tree.files.inspect(treePath(tree, folder)) !== null) break;
    missing.unshift(folder);
  }
  return missing;
}

/**
 * Makes sure that a file of that size may be changed.
 *
 * @throws {InputError} when it is too large
 */
export function requireSize(path: string, bytes: number): void {
  if (bytes <= LARGEST_FILE_BYTES) return;
  throw unsafe(
    path,
    `it has ${bytes} bytes, more than ${LARGEST_FILE_BYTES}`,
    "change large files by hand",
  );
}

/**
 * Makes sure that a content is text.
 *
 * @throws {InputError} when it is binary
 */
export function requireText(path: string, content: Uint8Array): void {
  if (!isBinary(content)) return;
  throw unsafe(path, "it is binary: it holds a zero byte", "change binary files by hand");
}

function unsafe(path: string, fault: string, remedy: string): InputError {
  return new InputError(`Cannot change the file as ${fault}`, { where: path, remedy });
}

function requireFolder(tree: Tree, place: string, path: string): PathInfo {
  const info = tree.files.inspect(place);
  if (info?.kind === "folder") return info;
  const found = info === null ? "is gone" : info.kind === "link" ? "is a link" : "is no folder";
  throw unsafe(
    path,
    `${place.slice(tree.root.length + 1) || "the tree"} ${found}`,
    "use its real path",
  );
}

/** Whether the folder holds the name; the same name spelt in another way is refused. */
function requireOneSpelling(tree: Tree, folder: string, name: string, path: string): boolean {
  const names = tree.files.list(folder);
  if (names.includes(name)) return true;
  const twin = names.find((other) => nameKey(other) === nameKey(name));
  if (twin === undefined) return false;
  throw unsafe(path, `${JSON.stringify(twin)} is there already`, "use that spelling");
}
