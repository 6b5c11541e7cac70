import { z } from "zod";
import {
  CorruptArtifactError,
  InputError,
  parseJson,
  RefusedError,
  sha256Hex,
} from "../core/mod.ts";
import type { FileStep, Rename } from "./file_step.ts";
import { statePath, type Tree } from "./tree.ts";

/** A change that was made, or the rollback of one, as the log keeps it. */
export interface ChangeRecord {
  /** Which of the two. */
  readonly kind: "apply" | "rollback";
  /** Time and hash, for example `20261123T024512Z-1a2b3c4d`. */
  readonly id: string;
  /** The change that a rollback undoes; null for an apply. */
  readonly undoes: string | null;
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Reason given. */
  readonly why: string;
  /** Who asked. */
  readonly origin: string;
  /** Stands for what the change set said. */
  readonly changeSetSha256: string;
  /** Of the stored `.patch`. */
  readonly patchSha256: string;
  /** Every file with its versions before and after. */
  readonly files: readonly FileStep[];
  /** Files that kept their content under another name. */
  readonly renames: readonly Rename[];
  /** Folders that had to be made, outermost first. */
  readonly folders: readonly string[];
}

/** Backups that were removed to make room; the changes can no longer be rolled back. */
export interface PruneRecord {
  /** Tells it from a change. */
  readonly kind: "prune";
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Ids of the changes. */
  readonly removed: readonly string[];
}

/** One line of the log. */
export type LogRecord = ChangeRecord | PruneRecord;

/** A line with the hash of the line before it, so that no line can be altered unnoticed. */
export type LogLine = LogRecord & {
  /** SHA-256 of the line before, without its line ending; null for the first. */
  readonly previous: string | null;
};

/** The log, oldest line first. */
export interface ChangeLog {
  /** Every whole line. */
  readonly lines: readonly LogLine[];
  /** Number of the first line whose `previous` is wrong, counted from 1; null when all agree. */
  readonly brokenAt: number | null;
  /** SHA-256 of the last line; null for an empty log. */
  readonly head: string | null;
  /** Size of the whole lines in bytes; what follows was cut off by a crash. */
  readonly bytes: number;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const version = z.strictObject({
  sha256: digest,
  bytes: z.int(),
  mode: z.int(),
  modifiedMs: z.number().nullable(),
}).nullable();

const changeRecordSchema = z.strictObject({
  kind: z.enum(["apply", "rollback"]),
  id: z.string().regex(/^[0-9TZ]+-[0-9a-f]{8}(-\d+)?$/),
  undoes: z.string().nullable(),
  at: z.string(),
  why: z.string(),
  origin: z.string(),
  changeSetSha256: digest,
  patchSha256: digest,
  files: z.array(z.strictObject({ path: z.string(), before: version, after: version })),
  renames: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  folders: z.array(z.string()),
});
const previous = z.string().nullable();
const lineSchema = z.union([
  changeRecordSchema.extend({ previous }),
  z.strictObject({
    kind: z.literal("prune"),
    at: z.string(),
    removed: z.array(z.string()),
    previous,
  }),
]);

/**
 * Reads the log. A last line without an ending was cut off by a crash and is left out.
 *
 * @throws {CorruptArtifactError} when a line is no record
 */
export async function readChangeLog(tree: Tree): Promise<ChangeLog> {
  const path = logPath(tree);
  const text = tree.files.inspect(path) === null
    ? ""
    : new TextDecoder().decode(tree.files.read(path));
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines: LogLine[] = [];
  let head: string | null = null;
  let brokenAt: number | null = null;
  for (const row of whole.split("\n").slice(0, -1)) {
    const line = parseLine(row, lines.length + 1, path);
    lines.push(line);
    if (line.previous !== head) brokenAt ??= lines.length;
    head = await sha256Hex(new TextEncoder().encode(row));
  }
  return { lines, brokenAt, head, bytes: new TextEncoder().encode(whole).length };
}

/**
 * Adds a record to the end of the log and waits until it is on disk. When it does not fit, the log
 * is left as it was.
 */
export async function appendToLog(tree: Tree, record: LogRecord): Promise<void> {
  const path = logPath(tree);
  const { head, bytes } = await readChangeLog(tree);
  const row = JSON.stringify({ ...record, previous: head });
  try {
    tree.files.append(path, new TextEncoder().encode(`${row}\n`));
    tree.files.sync(path, "file");
    tree.files.sync(statePath(tree), "folder");
  } catch (error) {
    if (tree.files.inspect(path) !== null) tree.files.truncate(path, bytes);
    throw error;
  }
}

/**
 * Reads a change record from JSON.
 *
 * @throws {Error} when it is none
 */
export function parseChangeRecord(json: unknown): ChangeRecord {
  return changeRecordSchema.parse(json);
}

/** Cuts off what a crash has left behind the last whole line. */
export async function repairLog(tree: Tree): Promise<void> {
  const info = tree.files.inspect(logPath(tree));
  if (info === null) return;
  const { bytes } = await readChangeLog(tree);
  if (info.bytes > bytes) tree.files.truncate(logPath(tree), bytes);
}

/** The changes of a log, prunings left out, oldest first. */
export function changesOf({ lines }: ChangeLog): readonly ChangeRecord[] {
  return lines.flatMap((line) => line.kind === "prune" ? [] : [line]);
}

/**
 * The change of an id.
 *
 * @throws {InputError} when there is none
 */
export function findChange(changes: readonly ChangeRecord[], id: string): ChangeRecord {
  const found = changes.find((change) => change.id === id);
  if (found !== undefined) return found;
  throw new InputError(`Cannot find a change '${id}'`, {
    remedy: "see `deno task generate-changes log` for the ids",
  });
}

/** What is wrong with a log whose lines do not follow each other; null for a whole one. */
export function logFault({ brokenAt }: ChangeLog): string | null {
  if (brokenAt === null) return null;
  return `line ${brokenAt} of the change log does not follow the line before it: one of them was altered`;
}

/**
 * Nothing is undone or removed on the word of an altered log.
 *
 * @throws {RefusedError} when a line was altered
 */
export function requireWholeLog(log: ChangeLog, action: string): void {
  const fault = logFault(log);
  if (fault === null) return;
  throw new RefusedError(`Cannot ${action} as ${fault} (restore .changes/log.jsonl from a backup)`);
}

/** Ids of the changes whose backups were removed. */
export function prunedIds({ lines }: ChangeLog): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.kind === "prune" ? line.removed : []));
}

/** Id of the change that undid this one and was not undone itself; null when it stands. */
export function undoneBy(changes: readonly ChangeRecord[], id: string): string | null {
  const undoing = changes.filter((change) => change.undoes === id)
    .find((change) => undoneBy(changes, change.id) === null);
  return undoing?.id ?? null;
}

function logPath(tree: Tree): string {
  return statePath(tree, "log.jsonl");
}

function parseLine(row: string, number: number, path: string): LogLine {
  try {
    return lineSchema.parse(parseJson(row));
  } catch (error) {
    throw new CorruptArtifactError(
      `${path}, line ${number}: Cannot read the change log (restore the line from a backup)`,
      { cause: error },
    );
  }
}
