import { InputError } from "../core/mod.ts";

/** SQLSTATE of a transaction that the server gave up so that another could go on. */
const GIVEN_UP: readonly string[] = ["40001", "40P01"];

interface Explanation {
  readonly what: string;
  readonly remedy: string;
}

const NO_ANSWER: Explanation = {
  what: "Cannot reach the PostgreSQL server",
  remedy: "check host and port, and that the server runs",
};
const NOT_SIGNED_IN: Explanation = {
  what: "Cannot sign in to the PostgreSQL server",
  remedy: "check user and password in the URL or in PGUSER and PGPASSWORD",
};
const BUSY: Explanation = {
  what: "Cannot use the PostgreSQL server as it takes no connection at the moment",
  remedy: "wait and run the command again; finished trials are kept",
};

/** Codes of the operating system and of PostgreSQL that a user can do something about. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: NO_ANSWER,
  ECONNRESET: NO_ANSWER,
  ENOTFOUND: NO_ANSWER,
  EAI_AGAIN: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  EPIPE: NO_ANSWER,
  "28000": NOT_SIGNED_IN,
  "28P01": NOT_SIGNED_IN,
  "3D000": {
    what: "Cannot find the database on the PostgreSQL server",
    remedy: "create it with `createdb`, or mend its name in the URL",
  },
  "42501": {
    what: "Cannot use the tables of the study as the server denies it",
    remedy: "grant the user SELECT, INSERT, UPDATE and DELETE, and CREATE for the first use",
  },
  "25006": {
    what: "Cannot write as the PostgreSQL server is a read-only copy",
    remedy: "name the primary server in the URL",
  },
  "53300": BUSY,
  "57P01": BUSY,
  "57P03": BUSY,
};

/** `pg` gives some broken connections no code, only a text. */
const BROKEN = /connection terminated|timeout exceeded when trying to connect|timeout expired/i;

/**
 * Turns a failure of PostgreSQL or of the network into one line that says what to do. Anything
 * else, a denied Deno permission above all, comes back as it was.
 *
 * @param place the server, without a password
 * @example
 * ```ts
 * import { explainPostgresError } from "./postgres_error.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
 * assertEquals(
 *   (explainPostgresError(refused, "postgresql://db/studies") as Error).message,
 *   "postgresql://db/studies: Cannot reach the PostgreSQL server " +
 *     "(check host and port, and that the server runs)",
 * );
 * ```
 */
export function explainPostgresError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const { code } = error as Error & { code?: string };
  const known = (code === undefined ? undefined : EXPLANATIONS[code]) ??
    (BROKEN.test(error.message) ? NO_ANSWER : undefined);
  if (known !== undefined) {
    return new InputError(known.what, { where: place, remedy: known.remedy, cause: error });
  }
  return new Error(`${place}: ${error.message}`, { cause: error });
}

/** Whether the transaction behind this explained error lost a deadlock and can run again. */
export function wasGivenUp(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && GIVEN_UP.includes((cause as { code?: string }).code ?? "");
}

/**
 * A server's URL as it may be shown.
 *
 * @throws {InputError} when it is no URL
 * @example
 * ```ts
 * import { withoutPassword } from "./postgres_error.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(withoutPassword("postgresql://me:pw@db:5432/studies"), "postgresql://db:5432/studies");
 * ```
 */
export function withoutPassword(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    // Neither the text nor its cause is told: it may hold a password.
    throw new InputError("Cannot read as the URL of a PostgreSQL server", {
      where: "storage",
      remedy: "write postgresql://user:password@host:port/database",
    });
  }
}
