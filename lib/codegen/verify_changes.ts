import { InputError } from "../core/mod.ts";
import { type ChangeRecord, changesOf, logFault, prunedIds, readChangeLog } from "./change_log.ts";
import { type FileVersion, isSameVersion } from "./file_step.ts";
import { readBackup, readPatch } from "./rollback_plan.ts";
import { readVersion, type Tree } from "./tree.ts";

/** One thing that was looked at. */
export interface ChangeCheck {
  /** `log`, the id of a change, or a path. */
  readonly subject: string;
  /** `changed since` is no fault: a file has been edited after its last recorded change. */
  readonly state: "whole" | "damaged" | "pruned" | "changed since";
  /** What is wrong; empty when nothing is. */
  readonly detail: string;
}

/**
 * Hashes the log, every backup and every patch again, and compares each file with what its last
 * recorded change left. Reads only.
 *
 * @throws {CorruptArtifactError} when a line of the log cannot be read
 */
export async function verifyChanges(tree: Tree): Promise<readonly ChangeCheck[]> {
  const log = await readChangeLog(tree);
  const fault = logFault(log);
  const changes = changesOf(log);
  const pruned = prunedIds(log);
  const checks: ChangeCheck[] = [
    fault === null ? whole("log") : { subject: "log", state: "damaged", detail: fault },
  ];
  for (const change of changes) {
    checks.push(
      pruned.has(change.id)
        ? { subject: change.id, state: "pruned", detail: "" }
        : await checkBackups(tree, change),
    );
  }
  for (const [path, version] of lastVersions(changes)) {
    checks.push(await checkFile(tree, path, version));
  }
  return checks;
}

async function checkBackups(tree: Tree, change: ChangeRecord): Promise<ChangeCheck> {
  try {
    await readPatch(tree, change);
    for (const index of change.files.keys()) await readBackup(tree, change, index);
    return whole(change.id);
  } catch (error) {
    return { subject: change.id, state: "damaged", detail: faultOf(error) };
  }
}

async function checkFile(
  tree: Tree,
  path: string,
  version: FileVersion | null,
): Promise<ChangeCheck> {
  try {
    if (isSameVersion(await readVersion(tree, path), version)) return whole(path);
    return { subject: path, state: "changed since", detail: "" };
  } catch (error) {
    return { subject: path, state: "changed since", detail: faultOf(error) };
  }
}

function lastVersions(changes: readonly ChangeRecord[]): ReadonlyMap<string, FileVersion | null> {
  return new Map(
    changes.flatMap(({ files }) => files.map(({ path, after }) => [path, after] as const)),
  );
}

function whole(subject: string): ChangeCheck {
  return { subject, state: "whole", detail: "" };
}

function faultOf(error: unknown): string {
  if (error instanceof InputError) return error.message;
  throw error;
}
