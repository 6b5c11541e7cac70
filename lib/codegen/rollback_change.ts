import { InputError, RefusedError } from "../core/mod.ts";
import {
  type ChangeRecord,
  changesOf,
  findChange,
  prunedIds,
  readChangeLog,
  requireWholeLog,
  undoneBy,
} from "./change_log.ts";
import { type Consent, makeChange, requireConsent } from "./make_change.ts";
import { describePlan, type Plan } from "./plan.ts";
import { planRollback, type RollbackConflict } from "./rollback_plan.ts";
import { withState } from "./state.ts";
import type { Tree } from "./tree.ts";

/** How a rollback is asked for. */
export interface RollbackOptions extends Consent {
  /** Reason, kept in the log. */
  readonly why: string;
  /** Who asks, kept in the log. */
  readonly origin: string;
  /** Joins the rollback with what happened since, where their lines do not meet. */
  readonly merge?: boolean;
}

/** How a rollback ended. */
export type RollbackOutcome =
  | { readonly kind: "rolled back"; readonly record: ChangeRecord; readonly plan: Plan }
  /** Files are no longer as the change left them, and nothing was done. */
  | { readonly kind: "conflict"; readonly conflicts: readonly RollbackConflict[] };

/**
 * Undoes a change: contents, permissions and times of change become what they were. A rollback is
 * a change itself and can be rolled back.
 *
 * @throws {InputError} when there is no such change or its backups are gone
 * @throws {RefusedError} when it was rolled back already, or changes code or permissions back without
 * consent
 */
export async function rollbackChange(
  tree: Tree,
  id: string,
  options: RollbackOptions,
): Promise<RollbackOutcome> {
  return await withState(tree, async () => {
    const change = await requireRollable(tree, id);
    const { steps, conflicts } = await planRollback(tree, change);
    const isJoined = conflicts.every(({ merge }) => merge?.conflicts === 0);
    if (conflicts.length > 0 && !(options.merge && isJoined)) {
      return { kind: "conflict", conflicts };
    }
    const renames = conflicts.length > 0 ? [] : change.renames.map(({ from, to }) => ({
      from: to,
      to: from,
    }));
    const about = { why: options.why, origin: options.origin };
    const resolved = await describePlan(tree, about, change.changeSetSha256, steps, renames);
    requireConsent(resolved.plan, options);
    return {
      kind: "rolled back",
      record: await makeChange(tree, resolved, id),
      plan: resolved.plan,
    };
  });
}

async function requireRollable(tree: Tree, id: string): Promise<ChangeRecord> {
  const log = await readChangeLog(tree);
  requireWholeLog(log, `roll ${id} back`);
  const changes = changesOf(log);
  const change = findChange(changes, id);
  const undoing = undoneBy(changes, id);
  if (undoing !== null) {
    throw new RefusedError(`Cannot roll ${id} back: it was rolled back already by ${undoing}`);
  }
  if (prunedIds(log).has(id)) {
    throw new InputError(`Cannot roll ${id} back: its backups were pruned`, {
      remedy: "undo it by hand",
    });
  }
  return change;
}
