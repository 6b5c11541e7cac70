import {
  type ChangeRecord,
  changesOf,
  findChange,
  prunedIds,
  readChangeLog,
  undoneBy,
} from "./change_log.ts";
import { readPatch } from "./rollback_plan.ts";
import type { Tree } from "./tree.ts";

/** A change with its diff. */
export interface ChangeDetails {
  /** What the log says. */
  readonly record: ChangeRecord;
  /** Id of the change that undid it; null when it stands. */
  readonly undoneBy: string | null;
  /** The unified diff; null when its backups were pruned. */
  readonly patch: Uint8Array | null;
}

/**
 * Everything that is kept about a change.
 *
 * @throws {InputError} when there is no such change, or its diff is damaged
 */
export async function showChange(tree: Tree, id: string): Promise<ChangeDetails> {
  const log = await readChangeLog(tree);
  const changes = changesOf(log);
  const record = findChange(changes, id);
  const patch = prunedIds(log).has(id) ? null : await readPatch(tree, record);
  return { record, undoneBy: undoneBy(changes, id), patch };
}
