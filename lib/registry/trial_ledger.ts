import { CorruptArtifactError, type JsonValue, sha256Hex } from "../core/mod.ts";
import { createLedgerTable, LEDGER_TABLE } from "./trial_ledger_table.ts";
import { openSqlDatabase, type SqlDatabase, type SqlValue } from "../db/mod.ts";
import { openSchema } from "../tuning/mod.ts";

/** One evaluation of settings on bars. */
export interface LedgerEntry {
  /** Name of the study. */
  readonly study: string;
  /** Number of the trial in its study; -1 for settings that were no trial. */
  readonly trial: number;
  /**
   * `search` competed for being the best; `check` looked again at one that had won, or at what lies
   * around it; `holdout` tried it on held-out bars.
   */
  readonly kind: "search" | "check" | "holdout";
  /** A pruned trial has returns of its first folds only. */
  readonly state: "COMPLETE" | "PRUNED";
  /** What was tuned. */
  readonly target: string;
  /** Instrument. */
  readonly symbol: string;
  /** Of the development bars. */
  readonly dataSha256: string;
  /** Parameters by name. */
  readonly params: JsonValue;
  /** Score that the study was told. */
  readonly value: number;
  /** Periods in a year, to annualise. */
  readonly periodsPerYear: number;
  /** Which period each return is of, ascending: trade days, hours or rows. */
  readonly periods: Int32Array;
  /** Net return of each period, fractions; as long as `periods`. */
  readonly returns: Float64Array;
  /** ISO instant. */
  readonly recordedAt: string;
}

/** An entry as it was read. */
export interface StoredEntry extends LedgerEntry {
  /** In order of writing. */
  readonly id: number;
  /** Of everything in the entry. */
  readonly sha256: string;
  /** Of the returns: trials that did the same have the same. */
  readonly returnsSha256: string;
}

/** Which entries to read; all that is left out matches. */
export interface LedgerFilter {
  /** Name of a study. */
  readonly study?: string;
  /** Of the development bars. */
  readonly dataSha256?: string;
  /** Why it was evaluated. */
  readonly kind?: LedgerEntry["kind"];
}

/**
 * All trials that were ever made, for statistics that have to know how many there were
 * (docs/methods.md#deflated-sharpe-ratio and #tuning). Entries are added and never changed or taken
 * away: the database refuses both. Any number of processes may write at once; an entry is there
 * whole or not at all.
 */
export interface TrialLedger extends AsyncDisposable {
  /**
   * Adds an entry; it outlives a power cut when this returns.
   *
   * @returns its hash
   * @throws {RangeError} when periods and returns differ in length or a return is not finite
   */
  append(entry: LedgerEntry): Promise<string>;
  /**
   * Reads entries, oldest first.
   *
   * @throws {CorruptArtifactError} when an entry does not match its hash
   */
  entries(filter?: LedgerFilter): Promise<readonly StoredEntry[]>;
}

/**
 * Opens the ledger that lies in the same database as the studies of that URL, and makes it when it
 * is missing. Deleting a study there, with Optuna too, leaves its entries.
 *
 * @param url as `openStorage()` takes it
 * @throws {InputError} when the database cannot be opened or is another program's
 * @example
 * ```ts
 * import { openTrialLedger } from "./trial_ledger.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * await using ledger = await openTrialLedger(":memory:");
 * await ledger.append({
 *   study: "MES-forest",
 *   trial: 0,
 *   kind: "search",
 *   state: "COMPLETE",
 *   target: "forest",
 *   symbol: "MES",
 *   dataSha256: "00",
 *   params: { leafShare: 0.01 },
 *   value: 0.4,
 *   periodsPerYear: 252,
 *   periods: Int32Array.of(19_000, 19_001),
 *   returns: Float64Array.of(0.01, -0.002),
 *   recordedAt: "2024-06-01T00:00:00.000Z",
 * });
 * const [entry] = await ledger.entries({ study: "MES-forest" });
 * assertEquals(entry!.returns, Float64Array.of(0.01, -0.002));
 * ```
 */
export async function openTrialLedger(url: string): Promise<TrialLedger> {
  const database = await openSqlDatabase(url);
  try {
    await openSchema(database);
    await createLedgerTable(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    append: (entry) => append(database, entry),
    entries: (filter = {}) => select(database, filter),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

async function append(database: SqlDatabase, entry: LedgerEntry): Promise<string> {
  const { periods, returns } = entry;
  if (periods.length !== returns.length || !returns.every(Number.isFinite)) {
    throw new RangeError(
      `Cannot keep a trial as each period has a finite return: current value is ${returns.length} for ${periods.length}`,
    );
  }
  const text = toText(entry);
  const sha256 = await sha256Hex(new TextEncoder().encode(text));
  await database.transaction(
    ({ query }) =>
      query(
        `INSERT INTO ${LEDGER_TABLE} (study, trial, kind, data_sha256, entry, sha256)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [entry.study, entry.trial, entry.kind, entry.dataSha256, text, sha256],
      ),
    { synced: true },
  );
  return sha256;
}

async function select(
  database: SqlDatabase,
  { study, dataSha256, kind }: LedgerFilter,
): Promise<readonly StoredEntry[]> {
  const wanted = Object.entries({ study, data_sha256: dataSha256, kind })
    .filter((pair): pair is [string, string] => pair[1] !== undefined);
  const values: SqlValue[] = wanted.map(([, value]) => value);
  const where = wanted.length === 0
    ? ""
    : `WHERE ${wanted.map(([name], index) => `${name} = $${index + 1}`).join(" AND ")}`;
  const rows = await database.query<{ id: number; entry: string; sha256: string }>(
    `SELECT id, entry, sha256 FROM ${LEDGER_TABLE} ${where} ORDER BY id`,
    values,
  );
  return await Promise.all(rows.map(async ({ id, entry, sha256 }) => {
    if (await sha256Hex(new TextEncoder().encode(entry)) !== sha256) {
      throw new CorruptArtifactError(
        `${database.place}: entry ${id} of the trial ledger does not match its hash`,
      );
    }
    const read = fromText(entry);
    return { ...read, id, sha256, returnsSha256: await sha256Hex(bytesOf(read.returns)) };
  }));
}

/** Series are base64 of their little-endian bytes: exact, and a third of their decimal digits. */
function toText(entry: LedgerEntry): string {
  const periods = bytesOf(entry.periods).toBase64();
  const returns = bytesOf(entry.returns).toBase64();
  return JSON.stringify({ ...entry, periods, returns });
}

function fromText(text: string): LedgerEntry {
  const entry = JSON.parse(text) as
    & Omit<LedgerEntry, "periods" | "returns">
    & { readonly periods: string; readonly returns: string };
  return {
    ...entry,
    periods: new Int32Array(Uint8Array.fromBase64(entry.periods).buffer),
    returns: new Float64Array(Uint8Array.fromBase64(entry.returns).buffer),
  };
}

function bytesOf(column: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
