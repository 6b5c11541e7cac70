import type { Database } from "../db/mod.ts";
import { InputError } from "../core/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import type { LeakVerdict } from "./leak_verdict.ts";
import { leakVerdictColumn, parseLeakVerdict } from "./leak_verdict.ts";
import { selectVersions } from "./model_versions.ts";

/** One registered trading system; its document says the rest. */
export interface SystemVersion {
  /** Registry name, for example `MES-hedge`. */
  readonly name: string;
  /** 1, 2, 3 … within the name; a number is never given twice. */
  readonly version: number;
  /** Of its document: the same system has the same hash. In hexadecimal; so are the others. */
  readonly sha256: string;
  /** Symbol that it trades. */
  readonly instrument: string;
  /** Length of the bars it decides on. */
  readonly intervalMs: number;
  /** How its parts are blended; null for a single part. */
  readonly blender: string | null;
  /** Models and policy as `name@version`, in order. */
  readonly parts: readonly string[];
  /** Open of the last bar that any of it has seen, ISO 8601 in UTC. */
  readonly lastBarSeen: string;
  /** Of the file of bars that it was fitted on. */
  readonly dataSha256: string;
  /** Of the source that fitted it. */
  readonly codeSha256: string;
  /** ISO 8601 in UTC. */
  readonly registeredAt: string;
  /** In alphabetical order. */
  readonly aliases: readonly string[];
  /** Newest leak check; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
}

/** A row of systems. */
export interface SystemRow {
  /** Rowid, in order of registration. */
  readonly id: number;
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** Names the `.json` artifact. */
  readonly sha256: string;
  /** Symbol. */
  readonly instrument: string;
  /** Milliseconds. */
  readonly interval_ms: number;
  /** Kind of blender, or null. */
  readonly blender: string | null;
  /** ISO 8601 in UTC. */
  readonly last_bar_seen: string;
  /** Of the bars it was fitted on. */
  readonly data_sha256: string;
  /** Of the source that fitted it. */
  readonly code_sha256: string;
  /** ISO 8601 in UTC. */
  readonly registered_at: string;
  /** JSON array of `name@version`, in order. */
  readonly parts: string;
  /** JSON array of text. */
  readonly aliases: string;
  /** JSON object of the newest leak check, or null. */
  readonly leak_check: string | null;
}

const COLUMNS = `
  id, name, version, sha256, instrument, interval_ms, blender, last_bar_seen, data_sha256,
  code_sha256, registered_at,
  (SELECT json_group_array(model.name || '@' || model.version ORDER BY position) FROM system_part
    JOIN model_version AS model ON model.id = model_id
    WHERE system_id = system_version.id) AS parts,
  (SELECT json_group_array(alias ORDER BY alias) FROM system_alias
    JOIN deployment ON deployment.id = deployment_id
    WHERE deployment.system_id = system_version.id) AS aliases,
  ${leakVerdictColumn("system")} AS leak_check`;

/** All systems, or those of one name, newest registration first. */
export function selectSystems(database: Database, name?: string): readonly SystemRow[] {
  return name === undefined
    ? database.all<SystemRow>(`SELECT ${COLUMNS} FROM system_version ORDER BY id DESC`)
    : database.all<SystemRow>(
      `SELECT ${COLUMNS} FROM system_version WHERE name = :name ORDER BY version DESC`,
      { name },
    );
}

/** Every name of systems, in alphabetical order. */
export function selectSystemNames(database: Database): readonly string[] {
  return database
    .all<{ name: string }>("SELECT DISTINCT name FROM system_version ORDER BY name")
    .map((row) => row.name);
}

/** What a row says. */
export function toSystemVersion(row: SystemRow): SystemVersion {
  return {
    name: row.name,
    version: row.version,
    sha256: row.sha256,
    instrument: row.instrument,
    intervalMs: row.interval_ms,
    blender: row.blender,
    parts: JSON.parse(row.parts) as string[],
    lastBarSeen: row.last_bar_seen,
    dataSha256: row.data_sha256,
    codeSha256: row.code_sha256,
    registeredAt: row.registered_at,
    aliases: JSON.parse(row.aliases) as string[],
    leakCheck: parseLeakVerdict(row.leak_check),
  };
}

/**
 * Inserts a system under the next number of its name; the same system is there once.
 *
 * @returns its number; call inside a transaction, or two processes may choose the same one
 * @throws {InputError} when a part is not registered here as the system means it
 */
export function insertSystem(
  database: Database,
  system: TradingSystem,
  sha256: string,
  registeredAt: string,
): number {
  const rows = selectSystems(database, system.name);
  const known = rows.find((row) => row.sha256 === sha256);
  if (known !== undefined) return known.version;
  const models = system.parts.map((part) => partModel(database, system.name, part));
  const version = 1 + (rows[0]?.version ?? 0);
  const id = database.run(
    `INSERT INTO system_version (name, version, sha256, instrument, interval_ms, blender,
        last_bar_seen, data_sha256, code_sha256, registered_at)
      VALUES (:name, :version, :sha256, :instrument, :intervalMs, :blender, :lastBarSeen,
        :dataSha256, :codeSha256, :registeredAt)`,
    {
      ...{ name: system.name, version, sha256, registeredAt },
      instrument: system.instrument.symbol,
      intervalMs: system.intervalMs,
      blender: blenderName(system),
      lastBarSeen: system.lastBarSeen,
      dataSha256: system.evidence.data.sha256,
      codeSha256: system.codeSha256,
    },
  );
  models.forEach((modelId, position) => {
    database.run("INSERT INTO system_part VALUES (:id, :position, :modelId)", {
      ...{ id, position, modelId },
    });
  });
  return version;
}

/** Name of a system's way to blend; null for a single part. */
export function blenderName({ blend }: Pick<TradingSystem, "blend">): string | null {
  return (blend?.rule as { readonly kind?: string } | null | undefined)?.kind ?? null;
}

/**
 * The row of a part's model.
 *
 * @throws {InputError} when it is not there, or is another one
 */
export function partModel(
  database: Database,
  system: string,
  { manifestSha256, name, onnxSha256, version }: TradingSystem["parts"][number],
): number {
  const row = selectVersions(database, name).find((model) => model.version === version);
  if (row === undefined) {
    throw new InputError(`Cannot find its part ${name}@${version}`, {
      where: system,
      remedy: "restore the registry from a backup, or fit the system again with `deno task " +
        "system fit`",
    });
  }
  if (row.onnx_sha256 === onnxSha256 && row.manifest_sha256 === manifestSha256) return row.id;
  throw new InputError(
    `Cannot take ${name}@${version} as its part: it was made with another model of that name`,
    { where: system, remedy: "fit the system again with `deno task system fit`" },
  );
}
