import type { Database } from "../db/mod.ts";
import type { KeptEntry } from "../trading/mod.ts";
import { type EntryRow, readEntry } from "./entry_row.ts";
import { IS_MILESTONE } from "./migrations.ts";

/** Rows read at once: a reader that lingers in a transaction makes the writer's log grow. */
const PAGE = 1_000;

const COLUMNS = "sequence, at, session_time, kind, note, body, hash";

/** Rows behind a number, oldest first, page by page, each page in a transaction of its own. */
export function* pagesAfter(database: Database, after: number): Generator<readonly EntryRow[]> {
  for (let last = after;;) {
    const rows = database.all<EntryRow>(
      `SELECT ${COLUMNS} FROM entry WHERE sequence > :last ORDER BY sequence LIMIT ${PAGE}`,
      { last },
    );
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)!.sequence;
  }
}

/** Entries behind a number, oldest first; other work gets its turn between pages. */
export async function* entriesAfter(
  database: Database,
  after: number,
): AsyncGenerator<KeptEntry> {
  for (const rows of pagesAfter(database, after)) {
    for (const row of rows) yield readEntry(row, database.path);
    if (rows.length === PAGE) await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Kinds that are found without reading all entries. */
export type MilestoneKind = "session-started" | "session-stopped" | "state";

/** Entries of one kind, oldest first. */
export function milestones<Kind extends MilestoneKind>(
  database: Database,
  kind: Kind,
): readonly (KeptEntry & { readonly kind: Kind })[] {
  const rows = database.all<EntryRow>(
    `SELECT ${COLUMNS} FROM entry WHERE ${IS_MILESTONE} AND kind = :kind ORDER BY sequence`,
    { kind },
  );
  return rows.map((row) => readEntry(row, database.path) as KeptEntry & { readonly kind: Kind });
}

/** The newest entry of a kind; null when there is none. */
export function lastMilestone<Kind extends MilestoneKind>(
  database: Database,
  kind: Kind,
): (KeptEntry & { readonly kind: Kind }) | null {
  const [row] = database.all<EntryRow>(
    `SELECT ${COLUMNS} FROM entry WHERE ${IS_MILESTONE} AND kind = :kind ` +
      "ORDER BY sequence DESC LIMIT 1",
    { kind },
  );
  return row === undefined
    ? null
    : readEntry(row, database.path) as KeptEntry & { readonly kind: Kind };
}

/** One row; null when it is not there. */
export function entryRowAt(database: Database, sequence: number): EntryRow | null {
  const [row] = database.all<EntryRow>(
    `SELECT ${COLUMNS} FROM entry WHERE sequence = :sequence`,
    { sequence },
  );
  return row ?? null;
}

/** The last row, and the highest numbers that were ever given. */
export function endOf(
  database: Database,
): { readonly last: EntryRow | null; readonly given: number; readonly note: number } {
  const [last] = database.all<EntryRow>(
    `SELECT ${COLUMNS} FROM entry ORDER BY sequence DESC LIMIT 1`,
  );
  const [given] = database.all<{ seq: number }>(
    "SELECT seq FROM sqlite_sequence WHERE name = 'entry'",
  );
  const [note] = database.all<{ note: number | null }>(
    "SELECT max(note) AS note FROM entry WHERE note IS NOT NULL",
  );
  return { last: last ?? null, given: given?.seq ?? 0, note: note?.note ?? 0 };
}
