import type { Database } from "../db/mod.ts";
import { CorruptArtifactError, jsonOrUndefined, sha256Hex } from "../core/mod.ts";
import { checkModelManifest, isPolicy, type ModelManifest } from "../records/mod.ts";
import { type LeakVerdict, leakVerdictColumn, parseLeakVerdict } from "./leak_verdict.ts";

/** One registered model: what made it and which aliases point at it. */
export interface ModelVersion {
  /** Registry name, for example `6E-forest`. */
  readonly name: string;
  /** 1, 2, 3 … within the name; a number is never given twice. */
  readonly version: number;
  /** When training finished, ISO 8601 in UTC. */
  readonly createdAt: string;
  /** Of the `.onnx` file, in hexadecimal; so are the other hashes. */
  readonly onnxSha256: string;
  /** Of the `.json` file beside it. */
  readonly manifestSha256: string;
  /** Of the file of bars it was trained on. */
  readonly dataSha256: string;
  /** Of the source that trained it. */
  readonly codeSha256: string;
  /** What this version was refitted from: `name@version`, or the id of a run; null for none. */
  readonly parentRun: string | null;
  /** In alphabetical order. */
  readonly aliases: readonly string[];
  /** Newest leak check of its whole stack; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
  /** All that is known about the model. */
  readonly manifest: ModelManifest;
}

/** A version whose manifest cannot be read: damaged, or of another version of the program. */
export interface UnreadableVersion {
  /** `name@version`. */
  readonly reference: string;
  /** What is wrong and how to mend it. */
  readonly detail: string;
}

/** A row of the registry before its manifest is read. */
export interface VersionRow {
  /** Rowid, in order of registration. */
  readonly id: number;
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** ISO 8601 in UTC. */
  readonly created_at: string;
  /** Names the `.onnx` artifact. */
  readonly onnx_sha256: string;
  /** Names the `.json` artifact. */
  readonly manifest_sha256: string;
  /** Of the training bars. */
  readonly data_sha256: string;
  /** Of the training source. */
  readonly code_sha256: string;
  /** `name@version`, id of a run, or null. */
  readonly parent_run: string | null;
  /** The text of the `.json` artifact. */
  readonly manifest: string;
  /** JSON array of text. */
  readonly aliases: string;
  /** JSON object of the newest leak check, or null. */
  readonly leak_check: string | null;
}

/** What a new version is made of; the number is allotted on insertion. */
export interface NewVersion {
  /** Checked already. */
  readonly manifest: ModelManifest;
  /** The manifest as its artifact holds it. */
  readonly manifestText: string;
  /** Of `manifestText` in UTF-8. */
  readonly manifestSha256: string;
  /** Of the training source. */
  readonly codeSha256: string;
  /** `name@version`, id of a run, or null. */
  readonly parentRun: string | null;
  /** Beside the manifest's own. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** ISO 8601 in UTC. */
  readonly registeredAt: string;
}

const COLUMNS = `
  id, name, version, created_at, onnx_sha256, manifest_sha256, data_sha256, code_sha256,
  parent_run, manifest,
  (SELECT json_group_array(alias ORDER BY alias) FROM alias
    WHERE alias.name = model_version.name AND alias.version = model_version.version) AS aliases,
  ${leakVerdictColumn("model")} AS leak_check`;

/** All rows, or those of one name, newest registration first. */
export function selectVersions(database: Database, name?: string): readonly VersionRow[] {
  return name === undefined
    ? database.all<VersionRow>(`SELECT ${COLUMNS} FROM model_version ORDER BY id DESC`)
    : database.all<VersionRow>(
      `SELECT ${COLUMNS} FROM model_version WHERE name = :name ORDER BY version DESC`,
      { name },
    );
}

/** Every registered name, in alphabetical order. */
export function selectNames(database: Database): readonly string[] {
  return database
    .all<{ name: string }>("SELECT DISTINCT name FROM model_version ORDER BY name")
    .map((row) => row.name);
}

/**
 * Inserts a version under the next number of its name.
 *
 * @returns the number; call inside a transaction, or two processes may choose the same one
 */
export function insertVersion(database: Database, entry: NewVersion): number {
  const { manifest } = entry;
  const version = 1 + (database.all<{ newest: number | null }>(
    "SELECT max(version) AS newest FROM model_version WHERE name = :name",
    { name: manifest.name },
  )[0]?.newest ?? 0);
  const row = { ...columnsOf(entry), version };
  const names = Object.keys(row);
  const id = database.run(
    `INSERT INTO model_version (${names}) VALUES (${names.map((name) => `:${name}`)})`,
    row,
  );
  for (const [name, value] of Object.entries({ ...manifest.metrics, ...entry.metrics })) {
    database.run("INSERT INTO metric VALUES (:id, :name, :value)", { id, name, value });
  }
  for (const [name, value] of Object.entries(manifest.parameters)) {
    const text = JSON.stringify(value);
    database.run("INSERT INTO parameter VALUES (:id, :name, :text)", { id, name, text });
  }
  return version;
}

/**
 * Reads the manifest of a row.
 *
 * @throws {CorruptArtifactError} when it does not have the shape of a manifest
 */
export function toModelVersion(row: VersionRow): ModelVersion {
  return {
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    onnxSha256: row.onnx_sha256,
    manifestSha256: row.manifest_sha256,
    dataSha256: row.data_sha256,
    codeSha256: row.code_sha256,
    parentRun: row.parent_run,
    aliases: JSON.parse(row.aliases) as string[],
    leakCheck: parseLeakVerdict(row.leak_check),
    manifest: parseManifest(row.manifest, `${row.name}@${row.version}`),
  };
}

/** The hash that a manifest is registered under, in hexadecimal. */
export async function manifestSha256(manifest: ModelManifest): Promise<string> {
  return await sha256Hex(new TextEncoder().encode(manifestText(manifest)));
}

/** What a manifest is registered as. */
export function manifestText(manifest: ModelManifest): string {
  return `${JSON.stringify(checkManifest(manifest), null, 2)}\n`;
}

/** Reads every manifest; one that is damaged does not hide the others. */
export function readVersions(rows: readonly VersionRow[]): {
  readonly versions: readonly ModelVersion[];
  readonly unreadable: readonly UnreadableVersion[];
} {
  const versions: ModelVersion[] = [], unreadable: UnreadableVersion[] = [];
  for (const row of rows) {
    try {
      versions.push(toModelVersion(row));
    } catch (error) {
      if (!(error instanceof CorruptArtifactError)) throw error;
      unreadable.push({ reference: `${row.name}@${row.version}`, detail: error.message });
    }
  }
  return { versions, unreadable };
}

/**
 * Reads a manifest's text.
 *
 * @param where what the text belongs to, for the message
 * @throws {CorruptArtifactError} when it does not have the shape of a manifest
 */
export function parseManifest(text: string, where: string): ModelManifest {
  const check = checkModelManifest(jsonOrUndefined(text));
  if (check.ok) return check.manifest;
  throw new CorruptArtifactError(
    `${where}: Cannot read the manifest at ${check.path || "its root"}: ${check.rule} ` +
      "(train the model again with this version of the program)",
  );
}

/**
 * The same manifest with its fields in the schema's order, so that equal content is equal bytes.
 *
 * @throws {TypeError} when it does not have the shape of a manifest, a NaN among the metrics say
 */
export function checkManifest(manifest: ModelManifest): ModelManifest {
  const check = checkModelManifest(manifest);
  if (check.ok) return check.manifest;
  throw new TypeError(
    `Cannot register a manifest with a fault at ${check.path || "its root"}: ${check.rule}`,
  );
}

function columnsOf(entry: NewVersion) {
  const { manifest } = entry;
  return {
    name: manifest.name,
    kind: manifest.kind,
    instrument: manifest.instrument,
    interval_ms: manifest.intervalMs,
    // A policy labels nothing and decides anew at each bar.
    horizon_bars: isPolicy(manifest) ? 1 : manifest.horizonBars,
    seed: manifest.seed,
    feature_spec: JSON.stringify(manifest.featureSpec),
    label_spec: JSON.stringify(isPolicy(manifest) ? null : manifest.labelSpec),
    data_source: manifest.data.source,
    data_sha256: manifest.data.sha256,
    data_first_time: manifest.data.firstTime,
    data_last_time: manifest.data.lastTime,
    test_from: manifest.data.testFrom,
    code_sha256: entry.codeSha256,
    parent_run: entry.parentRun,
    onnx_sha256: manifest.onnx.sha256,
    manifest_sha256: entry.manifestSha256,
    manifest: entry.manifestText,
    created_at: manifest.createdAt,
    registered_at: entry.registeredAt,
  };
}
