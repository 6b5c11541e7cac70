/**
 * Kinds that are looked for among millions of others. A partial index costs all others nothing; a
 * query uses it only when it repeats these words.
 */
export const IS_MILESTONE = "kind IN ('session-started', 'session-stopped', 'state')";

/**
 * Schema of a journal, one script a version of it; one that has been released is never edited. Times
 * are epoch milliseconds, `body` is canonical JSON, hashes are SHA-256 in
 * hexadecimal.
 *
 * `AUTOINCREMENT` remembers the highest number that was ever given, so that a tail which somebody
 * cuts off is missed.
 */
export const JOURNAL_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    identity TEXT    NOT NULL
  ) STRICT;
  CREATE TABLE entry (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    at           REAL    NOT NULL,
    session_time REAL,
    kind         TEXT    NOT NULL,
    note         INTEGER,
    body         TEXT    NOT NULL,
    hash         TEXT    NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entry_note ON entry (note) WHERE note IS NOT NULL;
  CREATE INDEX entry_milestone ON entry (kind, sequence) WHERE ${IS_MILESTONE};
  CREATE TRIGGER account_stays BEFORE UPDATE ON account
    BEGIN SELECT RAISE(ABORT, 'a journal is never changed'); END;
  CREATE TRIGGER account_is_kept BEFORE DELETE ON account
    BEGIN SELECT RAISE(ABORT, 'a journal is never changed'); END;
  CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'a journal is never changed'); END;
  CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'a journal is never changed'); END;
  `,
];
