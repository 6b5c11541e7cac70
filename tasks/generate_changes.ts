import { InputError, shellWord } from "../lib/core/mod.ts";
import {
  type AppliedChange,
  type Change,
  type ChangeCheck,
  type ChangeRecord,
  type ChangeSet,
  changesOf,
  logFault,
  parseChangeSet,
  PATCH_NAME,
  type Plan,
  pruneBackups,
  type PruneOptions,
  readChangeLog,
  type RollbackOutcome,
  type ScaffoldKind,
  type Setting,
  showChange,
  STATE_FOLDER,
  type Tree,
  undoneBy,
  verifyChanges,
} from "../lib/codegen/mod.ts";

/** Changes as flags give them: at most one of each kind beside those of a manifest. */
export interface ChangeRequest {
  readonly why?: string;
  readonly origin?: string;
  /** A change set as JSON. */
  readonly manifest?: unknown;
  readonly file?: { readonly path: string; readonly content: string };
  readonly edit?: {
    readonly path: string;
    readonly search: string;
    readonly replace: string;
    readonly count: number;
  };
  readonly settings?: { readonly path: string; readonly set: readonly Setting[] };
  readonly diff?: string;
  readonly delete?: string;
  readonly rename?: { readonly path: string; readonly to: string };
  readonly scaffold?: {
    readonly scaffold: ScaffoldKind;
    readonly name: string;
  };
}

/** A plan with its diff as text, as `plan --json` prints it. */
export interface PlanDocument extends Omit<Plan, "patch"> {
  /** Unified diff; bytes that are no UTF-8 are shown as U+FFFD. */
  readonly patch: string;
}

/** What `apply --json` prints. */
export interface ApplyDocument extends PlanDocument {
  readonly id: string;
  readonly at: string;
  /** A line for a shell that takes the change back without this program. */
  readonly undo: string;
}

/** What `rollback --json` prints. */
export type RollbackDocument =
  | ({ readonly kind: "rolled back"; readonly undoes: string } & ApplyDocument)
  | Extract<RollbackOutcome, { kind: "conflict" }>;

/** One change as `log` shows it. */
export interface LogEntry extends Omit<ChangeRecord, "files" | "renames" | "folders"> {
  readonly files: number;
  /** Id of the change that undid it; null when it stands. */
  readonly undoneBy: string | null;
}

/** The change set that the flags describe. */
export function requestedChanges(request: ChangeRequest): ChangeSet {
  const given = request.manifest === undefined ? null : parseChangeSet(request.manifest);
  const changes: Change[] = [...given?.changes ?? []];
  if (request.file !== undefined) changes.push({ kind: "file", ...request.file });
  if (request.edit !== undefined) changes.push({ kind: "edit", ...request.edit });
  if (request.settings !== undefined) changes.push({ kind: "settings", ...request.settings });
  if (request.diff !== undefined) changes.push({ kind: "diff", diff: request.diff });
  if (request.delete !== undefined) changes.push({ kind: "delete", path: request.delete });
  if (request.rename !== undefined) changes.push({ kind: "rename", ...request.rename });
  if (request.scaffold !== undefined) changes.push({ kind: "scaffold", ...request.scaffold });
  if (changes.length === 0) {
    throw new InputError("Cannot change anything as no change is given", {
      remedy:
        "give --manifest, --file, --edit, --settings, --diff, --delete, --rename or --scaffold",
    });
  }
  return parseChangeSet({
    why: request.why ?? given?.why ?? "not given",
    origin: request.origin ?? given?.origin ?? "by hand",
    changes,
  });
}

/** A plan as a JSON document. */
export function planDocument({ patch, ...plan }: Plan): PlanDocument {
  return { ...plan, patch: new TextDecoder().decode(patch) };
}

/** A change that was made, as a JSON document. */
export function applyDocument({ record, plan }: AppliedChange, tree: Tree): ApplyDocument {
  return {
    id: record.id,
    at: record.at,
    undo: undoCommand(tree, record.id),
    ...planDocument(plan),
  };
}

/**
 * Takes a change back by its stored patch: it needs no task, which the change may have broken. Git
 * is told to look for no repository, as inside one it would take paths as relative to its top.
 */
function undoCommand({ root }: Tree, id: string): string {
  return `(cd ${shellWord(root)} && GIT_DIR=/dev/null git apply -R --whitespace=nowarn ` +
    `${STATE_FOLDER}/${id}/${PATCH_NAME})`;
}

/** The end of a rollback as a JSON document. */
export function rollbackDocument(
  outcome: RollbackOutcome,
  undoes: string,
  tree: Tree,
): RollbackDocument {
  return outcome.kind === "conflict"
    ? outcome
    : { kind: outcome.kind, undoes, ...applyDocument(outcome, tree) };
}

/** What `log --json` prints. */
export interface LogDocument {
  /** What is wrong with the log; null when its lines follow each other. */
  readonly fault: string | null;
  readonly changes: readonly LogEntry[];
}

/** Every change, newest first. */
export async function listChanges(tree: Tree): Promise<LogDocument> {
  const log = await readChangeLog(tree);
  const changes = changesOf(log);
  return {
    fault: logFault(log),
    changes: changes.toReversed().map(({ files, renames: _, folders: __, ...change }) => ({
      ...change,
      files: files.length,
      undoneBy: undoneBy(changes, change.id),
    })),
  };
}

/** One change with its diff as text. */
export async function showChangeDocument(
  tree: Tree,
  id: string,
): Promise<ChangeRecord & { readonly undoneBy: string | null; readonly patch: string | null }> {
  const { record, patch, undoneBy } = await showChange(tree, id);
  return { ...record, undoneBy, patch: patch && new TextDecoder().decode(patch) };
}

/** Hashes log, backups and files again. */
export async function verifyDocument(
  tree: Tree,
): Promise<{ readonly ok: boolean; readonly checks: readonly ChangeCheck[] }> {
  const checks = await verifyChanges(tree);
  return { ok: checks.every(({ state }) => state !== "damaged"), checks };
}

/** Removes old backups. */
export async function pruneDocument(
  tree: Tree,
  options: PruneOptions,
): Promise<{ readonly dryRun: boolean; readonly removed: readonly string[] }> {
  return { dryRun: options.dryRun ?? false, removed: await pruneBackups(tree, options) };
}
