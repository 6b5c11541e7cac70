// @ts-types="./pg.d.ts"
import pg from "pg";
import type { Pool, PoolClient, Queryable } from "./pg.d.ts";
import { DIALECT_WORDS } from "./dialect.ts";
import { explainPostgresError, wasGivenUp, withoutPassword } from "./postgres_error.ts";
import type { SqlConnection, SqlDatabase, SqlValue } from "./sql_database.ts";

/** Connections that one worker holds at most; it does little at the same time. */
const MAXIMUM_CONNECTIONS = 4;

/** How long an unreachable server may take to answer. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How often a transaction that lost a deadlock is run again, as often as Optuna does. */
const ATTEMPTS = 5;

/**
 * Object identifiers of the types whose values JavaScript can hold: integers, float8. Everything
 * else stays text, times above all: `pg` would read them in the machine's own zone.
 */
const NUMBERS: readonly number[] = [20, 21, 23, 701];

/**
 * Connects to a PostgreSQL server. The server's own host, user and database stand in for what the
 * URL leaves out, as do `PGPASSWORD` and the other variables of `libpq`.
 *
 * @param url `postgresql://user:password@host:port/database`; Python's `postgresql+psycopg2://` too
 * @throws {InputError} when the server cannot be reached or refuses
 */
export async function openPostgresDatabase(url: string): Promise<SqlDatabase> {
  const place = withoutPassword(url);
  const pool = new pg.Pool({
    connectionString: url.replace(/^postgres(ql)?\+\w+:/, "postgresql:"),
    max: MAXIMUM_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "trading-ai tune",
    types: { getTypeParser: (type) => NUMBERS.includes(type) ? Number : String },
  });
  // An idle connection that breaks is replaced by the next query; unheard it would end the process.
  pool.on("error", () => {});
  const query = queryOn(pool, place);
  try {
    await query("SELECT 1");
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    words: DIALECT_WORDS.postgresql,
    place,
    query,
    transaction: (work) => runTransaction(pool, place, work),
    close: () => pool.end(),
  };
}

function queryOn(target: Queryable, place: string): SqlConnection["query"] {
  return async <Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> => {
    try {
      return (await target.query<Row>(sql, values)).rows;
    } catch (error) {
      throw explainPostgresError(error, place);
    }
  };
}

async function runTransaction<T>(
  pool: Pool,
  place: string,
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await attemptTransaction(pool, place, work);
    } catch (error) {
      if (attempt === ATTEMPTS || !wasGivenUp(error)) throw error;
    }
  }
}

async function attemptTransaction<T>(
  pool: Pool,
  place: string,
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  const client = await connect(pool, place);
  const query = queryOn(client, place);
  try {
    await query("BEGIN");
    const result = await work({ words: DIALECT_WORDS.postgresql, query });
    await query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    // A connection whose ROLLBACK fails too is broken and is not used again.
    await query("ROLLBACK").then(() => client.release(), () => client.release(true));
    throw error;
  }
}

async function connect(pool: Pool, place: string): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw explainPostgresError(error, place);
  }
}
