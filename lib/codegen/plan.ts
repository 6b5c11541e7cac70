import { sha256Hex } from "../core/mod.ts";
import { type ChangeSet, changeSetSha256 } from "./change_set.ts";
import {
  type FileContent,
  type FileStep,
  type FileVersion,
  type Rename,
  withoutContent,
} from "./file_step.ts";
import { contentHunks, createPatch, type PatchedFile, patchedFiles } from "./format_patch.ts";
import { codeChanges } from "./code_changes.ts";
import { type PermissionChange, permissionChanges } from "./permission_changes.ts";
import { findRisks, type Risk } from "./risks.ts";
import { resolveChanges } from "./resolve_changes.ts";
import type { Tree } from "./tree.ts";

/** What would happen to one file. */
export interface FileSummary {
  /** `renamed` files may have changed lines too. */
  readonly action: "created" | "changed" | "deleted" | "renamed";
  /** Path afterwards; of a deleted file, the one before. */
  readonly path: string;
  /** Path before, of a renamed file. */
  readonly from?: string;
  /** SHA-256 that must be found; null for a new file. */
  readonly before: string | null;
  /** SHA-256 afterwards; null for a deleted file. */
  readonly after: string | null;
  /** Lines that come. */
  readonly addedLines: number;
  /** Lines that go. */
  readonly removedLines: number;
}

/** What a change set comes to, for a person to look at. Nothing has been written. */
export interface Plan {
  /** Stands for every path, version and mode of the plan, before and after. */
  readonly sha256: string;
  /** Reason given. */
  readonly why: string;
  /** Who asks. */
  readonly origin: string;
  /** Stands for what the change set says, whatever the tree is like. */
  readonly changeSetSha256: string;
  /** In path order; empty when the tree has it all already. */
  readonly files: readonly FileSummary[];
  /** What deserves a second look. */
  readonly risks: readonly Risk[];
  /** Changes of permission sets and tasks, which need a consent of their own. */
  readonly permissionChanges: readonly PermissionChange[];
  /** Files that are run, or decide what is, which need a consent of their own. */
  readonly codeChanges: readonly string[];
  /** The unified diff, as it would be stored. */
  readonly patch: Uint8Array;
}

/** A plan with the versions that carry it out. */
export interface ResolvedPlan {
  /** What is shown. */
  readonly plan: Plan;
  /** What is done. */
  readonly steps: readonly FileStep<FileContent>[];
  /** Files that keep their content under another name. */
  readonly renames: readonly Rename[];
}

/**
 * Works a change set out against the tree. Reads only.
 *
 * @throws {InputError} when it cannot be carried out, with the file and the reason
 */
export async function resolvePlan(tree: Tree, set: ChangeSet): Promise<ResolvedPlan> {
  const { steps, renames } = await resolveChanges(tree, set.changes);
  return await describePlan(tree, set, await changeSetSha256(set), steps, renames);
}

/** Describes steps that have been worked out already. */
export async function describePlan(
  tree: Tree,
  { why, origin }: Pick<ChangeSet, "why" | "origin">,
  changeSet: string,
  steps: readonly FileStep<FileContent>[],
  renames: readonly Rename[],
): Promise<ResolvedPlan> {
  const patched = patchedFiles(steps, renames);
  const files = patched.map(summarize);
  const plan = {
    sha256: await stepsSha256(steps),
    why,
    origin,
    changeSetSha256: changeSet,
    files,
    risks: findRisks(tree, patched),
    permissionChanges: permissionChanges(steps),
    codeChanges: codeChanges(steps),
    patch: await createPatch(patched),
  };
  return { plan, steps, renames };
}

const EMPTY = new Uint8Array();

function summarize({ from, to, before, after }: PatchedFile): FileSummary {
  const lines = contentHunks(before?.content ?? EMPTY, after?.content ?? EMPTY)
    .flatMap((hunk) => hunk.lines);
  const isRename = from !== null && to !== null && from !== to;
  return {
    action: from === null ? "created" : to === null ? "deleted" : isRename ? "renamed" : "changed",
    path: to ?? from!,
    ...(isRename ? { from } : {}),
    before: before?.sha256 ?? null,
    after: after?.sha256 ?? null,
    addedLines: lines.filter((line) => line.startsWith("+")).length,
    removedLines: lines.filter((line) => line.startsWith("-")).length,
  };
}

function stepsSha256(steps: readonly FileStep[]): Promise<string> {
  const version = (one: FileVersion | null) => one && [one.sha256, one.mode];
  const lines = steps.map(({ path, before, after }) =>
    JSON.stringify([path, version(before), version(after)])
  );
  return sha256Hex(new TextEncoder().encode(lines.join("\n")));
}

/** Steps as the log and the journal keep them. */
export function recordSteps(steps: readonly FileStep[]): readonly FileStep[] {
  return steps.map(({ path, before, after }) => ({
    path,
    before: before && withoutContent(before),
    after: after && withoutContent(after),
  }));
}
