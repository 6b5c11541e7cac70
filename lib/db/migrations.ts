import { InputError } from "../core/mod.ts";
import type { Database } from "./connection.ts";

/**
 * Brings a database to the newest schema: runs the scripts it has not seen, all in one
 * transaction, and records their count in `PRAGMA user_version`. Several processes may do so at
 * once; one does the work, the others find it done.
 *
 * @param migrations scripts, oldest first; one that has been released is never edited
 * @param readOnly refuse an older database instead of changing it
 * @param upgrade what changes it then
 * @throws {InputError} when the database was made by a newer program, or is older and `readOnly`
 * @example
 * ```ts
 * import { openDatabase } from "./database.ts";
 * import { migrate, schemaVersion } from "./migrations.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const first = "CREATE TABLE a (x INTEGER) STRICT";
 * using database = openDatabase(":memory:", { migrations: [first] });
 * migrate(database, [first, "ALTER TABLE a ADD COLUMN y INTEGER"], false);
 * assertEquals(schemaVersion(database), 2);
 * ```
 */
export function migrate(
  database: Database,
  migrations: readonly string[],
  readOnly: boolean,
  upgrade = "run `deno task models gc --dry-run`, which upgrades it",
): void {
  if (isCurrent(database, migrations)) return;
  if (readOnly) {
    throw new InputError(
      `Cannot read schema ${schemaVersion(database)} as this program needs ${migrations.length}`,
      { where: database.path, remedy: upgrade },
    );
  }
  database.transaction(() => {
    // Asked again under the lock: another process may have migrated meanwhile.
    if (isCurrent(database, migrations)) return;
    for (const script of migrations.slice(schemaVersion(database))) database.script(script);
    database.script(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** How many migrations a database has had; 0 for an empty one. */
export function schemaVersion(database: Database): number {
  return database.all<{ user_version: number }>("PRAGMA user_version")[0]?.user_version ?? 0;
}

function isCurrent(database: Database, migrations: readonly string[]): boolean {
  const version = schemaVersion(database);
  if (version > migrations.length) {
    throw new InputError(
      `Cannot open schema ${version} as this program knows ${migrations.length} and no newer`,
      { where: database.path, remedy: "update the program" },
    );
  }
  return version === migrations.length;
}
