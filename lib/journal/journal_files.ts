import { basename, dirname, join } from "node:path";
import { InputError, nearestName } from "../core/mod.ts";
import { type Database, openDatabase } from "../db/mod.ts";
import {
  ACCOUNT_NAME,
  accountIdentity,
  type JournalAccount,
  parseAccount,
} from "./journal_account.ts";
import { JOURNAL_MIGRATIONS } from "./migrations.ts";

/** The files of one account's journal. */
export interface JournalFiles {
  /** Holds all of them. */
  readonly folder: string;
  /** Entries. */
  readonly database: string;
  /** Room for what cannot wait. */
  readonly spare: string;
  /** Whose turn it is to write. */
  readonly lock: string;
}

/**
 * Where an account's journal lies.
 *
 * @param sessions folder of all accounts
 * @throws {InputError} when no folder can have the account's name
 */
export function journalFiles(sessions: string, account: string): JournalFiles {
  if (!ACCOUNT_NAME.test(account)) {
    throw new InputError(`Cannot look for the journal of an account named '${account}'`, {
      remedy: "accounts have up to 64 letters, digits, dots, hyphens or underscores",
    });
  }
  const folder = join(sessions, account);
  return {
    folder,
    database: join(folder, "journal.sqlite"),
    spare: join(folder, "spare.bin"),
    lock: join(folder, "writer.lock"),
  };
}

/** While a journal is opened somebody may still read the end of another's log. */
const OPENING_TIMEOUT_MS = 5_000;

/** Opens the database of a journal for writing, or makes it. */
export function openToWrite({ database: path }: JournalFiles): Database {
  const database = openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    log: "write-ahead",
    busyTimeoutMs: OPENING_TIMEOUT_MS,
  });
  // From here on nothing may hold the process up: what cannot be written now is written later.
  database.script("PRAGMA busy_timeout = 0");
  return database;
}

/**
 * Opens the database of a journal to read, also while somebody writes.
 *
 * @throws {InputError} when there is none
 */
export function openToRead({ database: path }: JournalFiles): Database {
  requireFile(path);
  return openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    readOnly: true,
    upgrade: "trade its account once, which upgrades it",
    busyTimeoutMs: OPENING_TIMEOUT_MS,
  });
}

function requireFile(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const near = nearestSession(path);
    throw new InputError("Cannot read a journal as there is none", {
      where: path,
      remedy: near === null
        ? "check the name of the session and the folder of sessions: `deno task sessions list` names them"
        : `did you mean '${near}'?`,
    });
  }
}

/**
 * Writes down whose journal it is, or makes sure that it is this account's.
 *
 * @returns the text that stands for the account
 * @throws {InputError} when it is another's
 */
export function claimFor(database: Database, account: JournalAccount): string {
  const identity = accountIdentity(account);
  const stored = storedIdentity(database);
  if (stored === undefined) {
    database.run("INSERT INTO account (id, identity) VALUES (1, :identity)", { identity });
    return identity;
  }
  if (stored === identity) return identity;
  const { broker, mode, number } = parseAccount(stored, database.path);
  throw new InputError(
    `Cannot trade ${account.mode} account ${account.number} at ${account.broker} with the journal ` +
      `of ${mode} account ${number} at ${broker}`,
    {
      where: database.path,
      remedy: "name this account otherwise, so that it has a journal of its own",
    },
  );
}

/** The text that stands for the account of a journal; undefined for a new one. */
export function storedIdentity(database: Database): string | undefined {
  return database.all<{ identity: string }>("SELECT identity FROM account")[0]?.identity;
}

/** The account whose name is nearest to that of a missing journal; null when none is near. */
function nearestSession(path: string): string | null {
  const folder = dirname(path), sessions = dirname(folder);
  try {
    const missing = basename(folder);
    const others = [...Deno.readDirSync(sessions)].filter(({ isDirectory, name }) =>
      isDirectory && name !== missing
    );
    return nearestName(missing, others.map(({ name }) => name));
  } catch {
    return null;
  }
}
