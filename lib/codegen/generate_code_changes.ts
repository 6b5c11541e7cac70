import { InputError, RefusedError } from "../core/mod.ts";
import { type ChangeRecord, changesOf, readChangeLog, undoneBy } from "./change_log.ts";
import { type ChangeSet, changeSetSha256 } from "./change_set.ts";
import { isSameVersion } from "./file_step.ts";
import { createFileSystem, type FileSystem } from "./file_system.ts";
import { loadFault } from "./load_check.ts";
import { type Consent, makeChange, requireConsent } from "./make_change.ts";
import { type Plan, type ResolvedPlan, resolvePlan } from "./plan.ts";
import { isInterrupted, withState } from "./state.ts";
import { readVersion, type Tree } from "./tree.ts";

/** How a tree is opened. */
export interface TreeOptions {
  /** Epoch milliseconds, for ids and the log. */
  readonly now: () => number;
  /** Called with a line for the person watching; silent when absent. */
  readonly note?: (line: string) => void;
  /** The machine's own when absent. */
  readonly files?: FileSystem;
}

/**
 * Names the folder whose files may be changed.
 *
 * @throws {InputError} when it is no folder
 */
export function openTree(root: string, options: TreeOptions): Tree {
  const files = options.files ?? createFileSystem();
  if (files.inspect(root)?.kind !== "folder") {
    throw new InputError("Cannot change files there as it is no folder", {
      where: root,
      remedy: "give the folder itself, not a link to it",
    });
  }
  return { root: files.realPath(root), files, now: options.now, note: options.note ?? (() => {}) };
}

/**
 * Says what a change set would do and writes nothing, but for finishing or undoing what a crash
 * has interrupted.
 *
 * @throws {InputError} when it cannot be carried out
 * @example
 * ```ts
 * import { openTree, planChanges } from "./generate_code_changes.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${folder}/a.txt`, "one\n");
 * const tree = openTree(folder, { now: () => 0 });
 * const plan = await planChanges(tree, {
 *   why: "count on",
 *   origin: "example",
 *   changes: [{ kind: "edit", path: "a.txt", search: "one", replace: "two" }],
 * });
 * assertEquals(plan.files.map(({ action, path }) => `${action} ${path}`), ["changed a.txt"]);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export async function planChanges(tree: Tree, set: ChangeSet): Promise<Plan> {
  if (isInterrupted(tree)) await withState(tree, () => Promise.resolve());
  return (await resolvePlan(tree, set)).plan;
}

/** What an apply may do beyond changing files. */
export interface ApplyOptions extends Consent {
  /** SHA-256 of the plan that was looked at; the apply is refused when it would do anything else. */
  readonly expect?: string;
}

/** A change that was made. */
export interface AppliedChange {
  /** What the log says about it. */
  readonly record: ChangeRecord;
  /** What was done. */
  readonly plan: Plan;
}

/**
 * Makes all changes of a set, or none.
 *
 * @throws {InputError} when it cannot be carried out, or the tree would no longer load; nothing is
 * changed then
 * @throws {RefusedError} when it was applied already, is not the expected plan, or changes code
 * or permissions without consent
 */
export async function applyChanges(
  tree: Tree,
  set: ChangeSet,
  options: ApplyOptions = {},
): Promise<AppliedChange> {
  return await withState(tree, async () => {
    const applied = await standingChange(tree, set);
    if (applied !== null) throw new RefusedError(`Cannot apply it again: it stands as ${applied}`);
    const resolved = await resolvePlan(tree, set);
    const { plan } = resolved;
    if (plan.files.length === 0) {
      throw new RefusedError("Cannot apply it: the tree has it all already");
    }
    if (options.expect !== undefined && options.expect !== plan.sha256) {
      throw new RefusedError(
        `Cannot apply it as the plan expected was ${options.expect}: it is now ${plan.sha256}`,
      );
    }
    requireConsent(plan, options);
    await requireLoading(tree, resolved);
    return { record: await makeChange(tree, resolved, null), plan };
  });
}

/** A rollback is free of this: it must be possible whatever state it leads back to. */
async function requireLoading(tree: Tree, { plan, steps }: ResolvedPlan): Promise<void> {
  if (plan.codeChanges.length === 0) return;
  const fault = await loadFault(tree, steps);
  if (fault === null) return;
  throw new InputError(`Cannot apply it as the project would no longer load: ${fault}`, {
    remedy: "nothing was changed; mend the change",
  });
}

/** Id of the change that did the same, when it is in force and its files are as it left them. */
async function standingChange(tree: Tree, set: ChangeSet): Promise<string | null> {
  const sha256 = await changeSetSha256(set);
  const changes = changesOf(await readChangeLog(tree));
  const last = changes.findLast((change) =>
    change.kind === "apply" && change.changeSetSha256 === sha256 &&
    undoneBy(changes, change.id) === null
  );
  if (last === undefined) return null;
  for (const { path, after } of last.files) {
    if (!isSameVersion(await readVersion(tree, path), after)) return null;
  }
  return last.id;
}
