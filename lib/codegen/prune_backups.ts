import { appendToLog, changesOf, prunedIds, readChangeLog, requireWholeLog } from "./change_log.ts";
import { removeAll } from "./journal.ts";
import { withState } from "./state.ts";
import { statePath, type Tree } from "./tree.ts";

/** Which backups are removed. */
export interface PruneOptions {
  /** Newest changes whose backups stay. */
  readonly keep: number;
  /** Only says what would go. */
  readonly dryRun?: boolean;
}

/**
 * Removes the backups of old changes; their lines in the log stay. They can no longer be rolled
 * back.
 *
 * @returns ids of the changes, oldest first
 * @throws {RefusedError} when the log was altered
 */
export async function pruneBackups(
  tree: Tree,
  { keep, dryRun = false }: PruneOptions,
): Promise<readonly string[]> {
  return await withState(tree, async () => {
    const log = await readChangeLog(tree);
    requireWholeLog(log, "remove backups");
    const pruned = prunedIds(log);
    const ids = changesOf(log).map(({ id }) => id);
    const removed = ids.slice(0, Math.max(0, ids.length - keep)).filter((id) => !pruned.has(id));
    if (dryRun) return removed;
    if (removed.length > 0) {
      await appendToLog(tree, { kind: "prune", at: new Date(tree.now()).toISOString(), removed });
    }
    // Those of an earlier prune that a crash cut short too.
    for (const id of [...pruned, ...removed]) removeAll(tree, statePath(tree, id));
    return removed;
  });
}
