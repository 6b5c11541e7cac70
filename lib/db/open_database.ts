import { dirname } from "node:path";
import { InputError } from "../core/mod.ts";
import type { SqlDatabase } from "./sql_database.ts";
import { openSqliteDatabase } from "./sqlite_database.ts";

/** `scheme://…`, with the driver that Python may name: `postgresql+psycopg2://…`. */
const URL_PATTERN = /^([a-z][a-z0-9]+)(?:\+\w+)?:\/\//i;

/** After it comes the path: relative, or absolute with a fourth slash. */
const SQLITE_PREFIX = /^sqlite(\+\w+)?:\/\/\//i;

/**
 * Opens the database that a URL names; see `openStorage()`. Its tables are not looked at.
 *
 * @throws {InputError} when the URL is of no known kind, or file or server refuse
 */
export async function openSqlDatabase(url: string): Promise<SqlDatabase> {
  const scheme = URL_PATTERN.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
    case "sqlite":
      return openFile(url);
    case "postgresql":
    case "postgres": {
      // Loaded here only: the driver reads the environment, which most commands may not.
      const { openPostgresDatabase } = await import("./postgres_database.ts");
      return await openPostgresDatabase(url);
    }
    default:
      throw new InputError(`Cannot keep studies in ${scheme}`, {
        where: "storage",
        remedy: "name a SQLite file, or postgresql://user:password@host:port/database",
      });
  }
}

function openFile(url: string): SqlDatabase {
  const path = url.replace(SQLITE_PREFIX, "");
  if (path === "" || /^sqlite\b.*:/i.test(path)) {
    throw new InputError("Cannot read as the URL of a SQLite file", {
      where: `storage ${url}`,
      remedy: "write sqlite:///studies.db, or sqlite:////home/me/studies.db for a full path",
    });
  }
  if (path !== ":memory:") requireFolder(dirname(path));
  return openSqliteDatabase(path);
}

/** SQLite would call this a denied access. */
function requireFolder(folder: string): void {
  try {
    Deno.statSync(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError("Cannot make a file of studies as this folder does not exist", {
      where: folder,
      remedy: "create it, or name another file",
    });
  }
}
