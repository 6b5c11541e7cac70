import { hash as hashOf } from "node:crypto";
import {
  canonicalJson,
  CorruptArtifactError,
  InputError,
  type JsonValue,
  ownValue,
  parseJson,
  requireShallow,
} from "../core/mod.ts";
import type { JournalEntry, JournalKind, KeptEntry } from "../trading/mod.ts";
import { FACT_SCHEMAS } from "./fact_schemas.ts";

/** An entry that has been checked and is ready to be written. */
export interface PreparedEntry {
  /** Epoch milliseconds of the machine's clock. */
  readonly at: number;
  /** Epoch milliseconds of the session's clock, or null. */
  readonly sessionTime: number | null;
  /** What sort of thing happened. */
  readonly kind: string;
  /** The rest of it, canonical JSON. */
  readonly body: string;
}

/** An entry with its place, before its hash. */
export interface PlacedEntry extends PreparedEntry {
  /** Rising from 1. */
  readonly sequence: number;
  /** Its number in the spare segment, or null. */
  readonly note: number | null;
}

/** A row of the table `entry`. */
export interface EntryRow {
  readonly sequence: number;
  readonly at: number;
  readonly session_time: number | null;
  readonly kind: string;
  readonly note: number | null;
  readonly body: string;
  readonly hash: string;
}

/**
 * Checks that an entry is of the shape that is read later, and writes it as text.
 *
 * @throws {TypeError} naming the fault
 */
export function prepareEntry(entry: JournalEntry): PreparedEntry {
  const { at, kind, sessionTime, ...body } = entry;
  if (!Number.isFinite(at) || !(sessionTime === null || Number.isFinite(sessionTime))) {
    throw new TypeError(
      `Cannot keep an entry as its times must be numbers: current values are ${at}, ${sessionTime}`,
    );
  }
  const parsed = FACT_SCHEMAS[kind].safeParse(body);
  if (!parsed.success) {
    const { message, path } = parsed.error.issues[0]!;
    throw new TypeError(`Cannot keep an entry of kind ${kind}: ${path.join(".")}: ${message}`);
  }
  const text = canonicalJson(parsed.data as unknown as JsonValue);
  try {
    requireShallow(text);
  } catch (error) {
    throw new TypeError(`Cannot keep an entry of kind ${kind}: ${(error as Error).message}`);
  }
  return { at, sessionTime, kind, body: text };
}

/** The hash of an entry in hexadecimal, which stands for all before it too. */
export function linkHash(previous: string, entry: PlacedEntry): string {
  const { at, body, kind, note, sequence, sessionTime } = entry;
  const place = `${sequence}\n${at}\n${sessionTime ?? ""}\n${kind}\n${note ?? ""}`;
  return hashOf("sha256", `${previous}\n${place}\n${body}`);
}

/** The hash before the first entry: a chain of one account cannot go on in another's journal. */
export function rootHash(identity: string): string {
  return hashOf("sha256", `journal\n${identity}`);
}

/** A row as an entry with its place. */
export function placedEntry({ session_time, ...row }: EntryRow): PlacedEntry {
  return { ...row, sessionTime: session_time };
}

/**
 * Reads an entry.
 *
 * @throws {InputError} when a newer program wrote it
 * @throws {CorruptArtifactError} when it is not of the shape of its kind
 */
export function readEntry(row: EntryRow, where: string): KeptEntry {
  const { at, kind, note, sequence, session_time: sessionTime } = row;
  const schema = ownValue(FACT_SCHEMAS, kind as JournalKind);
  if (schema === undefined) {
    throw new InputError(`Cannot read entry ${sequence} as its kind is not known: ${kind}`, {
      where,
      remedy: "update the program",
    });
  }
  try {
    const body = schema.parse(parseJson(row.body));
    return { at, sessionTime, kind, sequence, note, ...body as object } as KeptEntry;
  } catch (cause) {
    throw new CorruptArtifactError(
      `${where}: Cannot read entry ${sequence} as one of kind ${kind} ` +
        "(see what `checkJournal` says of it, or restore a copy)",
      { cause },
    );
  }
}
