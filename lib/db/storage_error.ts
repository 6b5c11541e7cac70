import { CorruptArtifactError, InputError, shellWord } from "../core/mod.ts";
import { dirname } from "node:path";

/** Result codes of SQLite (sqlite.org/rescode.html) that a user can do something about. */
const SQLITE = { busy: 5, readOnly: 8, corrupt: 11, full: 13, cannotOpen: 14, notDatabase: 26 };

/** SQLITE_READONLY_ROLLBACK: a writer died half-way and a reader may not undo its work. */
const SQLITE_READONLY_ROLLBACK = 776;

/** Codes of the operating system that mean "no room", whatever the limit is called. */
const NO_ROOM = ["ENOSPC", "EDQUOT"];

const NOT_WRITABLE = ["EROFS", "EACCES", "EPERM"];

/**
 * Turns a failure of SQLite or of the file system into one line that says what to do. Anything
 * else, a denied Deno permission above all, comes back as it was.
 *
 * @param path the database or file that was being read or written
 * @example
 * ```ts
 * import { explainStorageError } from "./storage_error.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
 * assertEquals(
 *   (explainStorageError(full, "models/a.onnx") as Error).message,
 *   "models/a.onnx: Cannot write: there is no room left (free some space and run the command again)",
 * );
 * ```
 */
export function explainStorageError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  if (code === "ERR_SQLITE_ERROR") return explainSqlite(error, resultCode(error, errcode), path);
  if (code !== undefined && NO_ROOM.includes(code)) return noRoom(path, error);
  if (code !== undefined && NOT_WRITABLE.includes(code)) return notWritable(path, error);
  if (error instanceof Deno.errors.PermissionDenied) return notWritable(path, error);
  if (code === "ENOTDIR" || code === "EEXIST") {
    return new InputError("Cannot use a path below a file as a folder", {
      where: path,
      remedy: "move that file away",
      cause: error,
    });
  }
  return error;
}

/** In Deno 2.9 failures of `open` and `exec` carry no code, only SQLite's fixed English text. */
const SQLITE_TEXTS: readonly (readonly [text: string, code: number])[] = [
  ["file is not a database", SQLITE.notDatabase],
  ["database disk image is malformed", SQLITE.corrupt],
  ["unable to open database file", SQLITE.cannotOpen],
  ["attempt to write a readonly database", SQLITE.readOnly],
  ["database or disk is full", SQLITE.full],
  ["database is locked", SQLITE.busy],
];

function resultCode(error: Error, code: number | undefined): number | undefined {
  return code ?? SQLITE_TEXTS.find(([text]) => error.message.includes(text))?.[1];
}

function explainSqlite(error: Error, code: number | undefined, path: string): unknown {
  if (code === SQLITE_READONLY_ROLLBACK) {
    return new InputError("Cannot read as a write was cut off half-way", {
      where: path,
      remedy: `run \`deno task models gc --dry-run --models ${
        shellWord(dirname(path))
      }\`, which may write and undoes it`,
      cause: error,
    });
  }
  // The low byte is the primary code; the rest only says where it arose.
  switch (code === undefined ? undefined : code & 0xff) {
    case SQLITE.notDatabase:
    case SQLITE.corrupt:
      return damaged(path, error);
    case SQLITE.full:
      return noRoom(path, error);
    case SQLITE.readOnly:
      return new InputError("Cannot write as it may only be read", {
        where: path,
        remedy: "open it for writing, and check who may write the file and its folder",
        cause: error,
      });
    case SQLITE.cannotOpen:
      return notWritable(path, error);
    case SQLITE.busy:
      return new InputError("Cannot write as another process keeps it locked", {
        where: path,
        remedy: "wait for the other command to end and try again",
        cause: error,
      });
    default:
      if (/no such (table|column)|malformed database schema/.test(error.message)) {
        return damaged(path, error);
      }
      return new Error(`${path}: ${error.message}`, { cause: error });
  }
}

function damaged(path: string, cause: Error): CorruptArtifactError {
  return new CorruptArtifactError(
    `${path}: Cannot read as a SQLite database: ${cause.message} ` +
      "(restore it from a backup, or move it away and begin anew)",
    { cause },
  );
}

function noRoom(path: string, cause: Error): InputError {
  return new InputError("Cannot write: there is no room left", {
    where: path,
    remedy: "free some space and run the command again",
    cause,
  });
}

function notWritable(path: string, cause: Error): InputError {
  return new InputError("Cannot open: the operating system denies access", {
    where: path,
    remedy: "check that it is no folder, and who may read and write it",
    cause,
  });
}
