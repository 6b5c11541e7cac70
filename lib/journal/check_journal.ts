import { CorruptArtifactError, InputError } from "../core/mod.ts";
import type { Database } from "../db/mod.ts";
import { type EntryRow, linkHash, placedEntry, readEntry, rootHash } from "./entry_row.ts";
import { storedIdentity } from "./journal_files.ts";
import { endOf, entryRowAt, pagesAfter } from "./journal_rows.ts";
import type { Anchor } from "./spare_segment.ts";

/** What is wrong with a journal. */
export interface JournalFault {
  /**
   * `altered`: an entry, or one before it, is not the one that was written. `missing`: entries are
   * gone between others. `cut-off`: the last ones are gone. `unreadable`: it is the one that was
   * written, but this program cannot read it.
   */
  readonly kind: "altered" | "missing" | "cut-off" | "unreadable";
  /** Number of the first entry that it concerns. */
  readonly sequence: number;
  /** In words. */
  readonly text: string;
}

/** What came of looking at a whole journal. */
export interface JournalCheck {
  /** Entries looked at: all of them, or those before the fault. */
  readonly entries: number;
  /** Hash of the last of them, in hexadecimal; it stands for all of them. */
  readonly hash: string;
  /** The first fault; null when it is whole. */
  readonly fault: JournalFault | null;
}

/**
 * Hashes every entry again and follows the chain from the account to the last one.
 *
 * Who can write the files can also make a new chain: it proves that nothing was changed by accident
 * or behind the program's back, not who wrote it. A hash that was kept elsewhere proves more.
 *
 * A journal may be written meanwhile: each page of it is a later state than the one before, and what
 * it must have is known before the first.
 *
 * @param anchor what the journal is known to have had; read it before
 */
export function checkEntries(database: Database, anchor: Anchor | null): JournalCheck {
  // Before the rows: what is written while they are read must not seem to lack behind them.
  const known = knownEnd(database, anchor);
  let hash = rootHash(storedIdentity(database) ?? ""), entries = 0;
  const end = (fault: JournalFault | null): JournalCheck => ({ entries, hash, fault });
  for (const rows of pagesAfter(database, 0)) {
    for (const row of rows) {
      const fault = faultOf(row, entries, hash, database.path);
      if (fault !== null) return end(fault);
      if (row.sequence === anchor?.sequence && row.hash !== anchor.hash) {
        return end(rewritten(row.sequence));
      }
      hash = row.hash;
      entries++;
    }
  }
  return end(cutOff(entries, known));
}

/**
 * Looks at the end alone, so that it takes no time.
 *
 * @throws {CorruptArtifactError} when the tail is gone, or is another one
 */
export function requireTail(database: Database, anchor: Anchor | null): void {
  const { given, last } = endOf(database);
  const entries = last?.sequence ?? 0;
  const fault = cutOff(entries, Math.max(given, anchor?.sequence ?? 0)) ??
    otherThan(database, anchor);
  if (fault === null) return;
  // Only where the file itself forgot nothing can it be an older copy that somebody put there.
  const wayOut = given > entries ? "" : "; to go on with an older copy, move spare.bin away";
  throw new CorruptArtifactError(
    `${database.path}: Cannot go on with this journal: ${fault.text} ` +
      `(restore its files from one and the same copy${wayOut})`,
  );
}

/** The highest number that was ever given, as far as the journal and its anchor know by now. */
function knownEnd(database: Database, anchor: Anchor | null): number {
  return Math.max(endOf(database).given, anchor?.sequence ?? 0);
}

function otherThan(database: Database, anchor: Anchor | null): JournalFault | null {
  if (anchor === null) return null;
  const row = entryRowAt(database, anchor.sequence);
  return row?.hash === anchor.hash ? null : rewritten(anchor.sequence);
}

function faultOf(
  row: EntryRow,
  before: number,
  hash: string,
  where: string,
): JournalFault | null {
  const { sequence } = row;
  if (sequence !== before + 1) {
    return {
      kind: "missing",
      sequence: before + 1,
      text: `entry ${before + 1} is missing before entry ${sequence}`,
    };
  }
  if (row.hash !== linkHash(hash, placedEntry(row))) {
    const text = before === 0
      ? "entry 1 is not the one that was written for this account"
      : `entry ${sequence} is not the one that was written behind entry ${before}`;
    return { kind: "altered", sequence, text };
  }
  try {
    readEntry(row, where);
    return null;
  } catch (error) {
    if (!(error instanceof CorruptArtifactError || error instanceof InputError)) throw error;
    return { kind: "unreadable", sequence, text: error.message };
  }
}

function cutOff(entries: number, known: number): JournalFault | null {
  if (entries >= known) return null;
  return {
    kind: "cut-off",
    sequence: entries + 1,
    text: `it ends with entry ${entries} although entry ${known} was written`,
  };
}

function rewritten(sequence: number): JournalFault {
  return {
    kind: "altered",
    sequence,
    text: `entry ${sequence}, or one before it, is not the one that was written`,
  };
}
