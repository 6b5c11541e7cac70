import { InputError } from "../core/mod.ts";
import type { Change } from "./change_set.ts";
import { type FileContent, type FileStep, isSameVersion, type Rename } from "./file_step.ts";
import { parseDiff } from "./parse_diff.ts";
import { type FileChange, type FileChanges, resolveFile } from "./resolve_file.ts";
import { createScaffold } from "./scaffolds/create_scaffold.ts";
import type { Tree } from "./tree.ts";
import { nameKey, parseTreePath } from "./tree_path.ts";

/** What a change set comes to in a tree as it is now. */
export interface ResolvedChanges {
  /** One for each file that would change, in path order. */
  readonly steps: readonly FileStep<FileContent>[];
  /** Files that keep their content under another name. */
  readonly renames: readonly Rename[];
}

const MOST_FILES = 200;

/** Several of these may meet in one file; any other change needs its file for itself. */
const SHARING = ["edit", "settings"];

/**
 * Works out what every file would become. Reads the tree and writes nothing.
 *
 * @throws {InputError} when a path is unsafe, a file is not what the change needs, or two changes
 * are in conflict
 */
export async function resolveChanges(
  tree: Tree,
  changes: readonly Change[],
): Promise<ResolvedChanges> {
  const steps = new Map<string, FileStep<FileContent>>();
  const renames: Rename[] = [];
  for (const group of groupByFile(changes.flatMap(expand))) {
    for (const step of await resolveFile(tree, group)) {
      claim(steps, step);
      if (!isSameVersion(step.before, step.after)) steps.set(step.path, step);
    }
    const target = renameTarget(group[0]);
    if (target !== null) renames.push({ from: group[0].path, to: target });
  }
  requireOneSpellingEach([...steps.keys()]);
  if (steps.size > MOST_FILES) {
    throw new InputError(`Cannot change ${steps.size} files at once: the limit is ${MOST_FILES}`, {
      remedy: "split the change set",
    });
  }
  return {
    steps: [...steps.values()].sort((a, b) => a.path < b.path ? -1 : 1),
    renames: renames.sort((a, b) => a.to < b.to ? -1 : 1),
  };
}

function expand(change: Change): FileChange[] {
  switch (change.kind) {
    case "scaffold":
      return createScaffold(change).flatMap(expand);
    case "diff":
      return parseDiff(change.diff).map((diff) => ({
        kind: "file diff",
        path: parseTreePath(diff.from ?? diff.to!),
        diff,
      }));
    default:
      return [{ ...change, path: parseTreePath(change.path) }];
  }
}

function groupByFile(changes: readonly FileChange[]): readonly FileChanges[] {
  const groups = new Map<string, [FileChange, ...FileChange[]]>();
  for (const change of changes) {
    const group = groups.get(change.path);
    if (group === undefined) {
      groups.set(change.path, [change]);
    } else if (SHARING.includes(change.kind) && group[0].kind === change.kind) {
      group.push(change);
    } else {
      throw conflict(change.path);
    }
  }
  return [...groups.values()];
}

function claim(steps: ReadonlyMap<string, unknown>, { path }: FileStep): void {
  if (steps.has(path)) throw conflict(path);
}

function conflict(path: string): InputError {
  return new InputError("Cannot make two such changes of one file", {
    where: path,
    remedy: "join them, or apply them one after the other",
  });
}

/** Two files may not differ in case or Unicode form only, nor one lie below the other. */
function requireOneSpellingEach(paths: readonly string[]): void {
  const spelt = new Map<string, string>();
  for (const path of paths) {
    const names = path.split("/");
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join("/");
      if (depth < names.length && paths.includes(part)) throw conflict(part);
      const twin = spelt.get(nameKey(part)) ?? part;
      if (twin !== part) {
        throw new InputError(`Cannot use two spellings of one name: ${twin} and ${part}`, {
          remedy: "use one of them",
        });
      }
      spelt.set(nameKey(part), part);
    }
  }
}

function renameTarget(change: FileChange): string | null {
  if (change.kind === "rename") return change.to;
  if (change.kind !== "file diff") return null;
  const { from, to } = change.diff;
  return from !== null && to !== null && from !== to ? to : null;
}
