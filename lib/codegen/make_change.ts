import { RefusedError, sha256Hex } from "../core/mod.ts";
import { type ChangeRecord, changesOf, readChangeLog } from "./change_log.ts";
import { type Plan, recordSteps, type ResolvedPlan } from "./plan.ts";
import { runTransaction } from "./transaction.ts";
import { missingFolders, statePath, type Tree } from "./tree.ts";

/** What a change is allowed to do beyond changing a user's configuration. */
export interface Consent {
  /**
   * SHA-256 of the plan that was looked at, by which code and what decides what runs may change.
   * True in a script that vouches for its change set whatever comes of it.
   */
  readonly allowCode?: string | true;
  /** Consent to change permission sets and tasks. */
  readonly allowPermissionChanges?: boolean;
}

/**
 * Records a change that has been worked out and carries it out, whole or not at all.
 *
 * @param undoes id of the change that this one rolls back; null for an apply
 * @returns the line of the log
 */
export async function makeChange(
  tree: Tree,
  { plan, steps, renames }: ResolvedPlan,
  undoes: string | null,
): Promise<ChangeRecord> {
  const now = tree.now();
  // The log has the ids of changes, the folder those of runs whose backups had to be kept.
  const logged = changesOf(await readChangeLog(tree)).map(({ id }) => id);
  const taken = [...logged, ...tree.files.list(statePath(tree))];
  const record: ChangeRecord = {
    kind: undoes === null ? "apply" : "rollback",
    id: freeId(`${isoTime(now).replace(/[-:]|\.\d+/g, "")}-${plan.sha256.slice(0, 8)}`, taken),
    undoes,
    at: isoTime(now),
    why: plan.why,
    origin: plan.origin,
    changeSetSha256: plan.changeSetSha256,
    patchSha256: await sha256Hex(plan.patch),
    files: recordSteps(steps),
    renames,
    folders: [
      ...new Set(
        steps.flatMap(({ path, after }) => after === null ? [] : missingFolders(tree, path)),
      ),
    ].sort(),
  };
  await runTransaction(tree, { record, steps, patch: plan.patch });
  return record;
}

/**
 * Makes sure that code and permissions change only where that was asked for.
 *
 * @throws {RefusedError} naming the settings or the files
 */
export function requireConsent(plan: Plan, consent: Consent): void {
  const { codeChanges, permissionChanges, sha256 } = plan;
  if (permissionChanges.length > 0 && !(consent.allowPermissionChanges ?? false)) {
    const settings = permissionChanges.map(({ path, setting }) => `${path} ${setting}`).join(", ");
    throw new RefusedError(
      `Cannot change permissions without consent: ${settings} (look at the plan, then add --allow-permission-changes)`,
    );
  }
  const { allowCode } = consent;
  if (codeChanges.length === 0 || allowCode === true || allowCode === sha256) return;
  const given = allowCode === undefined ? "" : `, and ${allowCode} is another plan`;
  throw new RefusedError(
    `Cannot change what runs, or decides what runs, without consent: ${codeChanges.join(", ")}` +
      `${given} (look at the plan, then add --allow-code ${sha256})`,
  );
}

function freeId(wanted: string, taken: readonly string[]): string {
  for (let number = 1;; number++) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
