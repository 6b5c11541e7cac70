import type { Database } from "../db/mod.ts";
import { aliasHistory, aliasStack } from "./aliases.ts";
import {
  type ArtifactFile,
  artifactPath,
  listArtifacts,
  removeArtifact,
} from "./artifact_store.ts";
import { everDeployed } from "./deployments.ts";
import { selectVersions, type VersionRow } from "./model_versions.ts";
import { selectSystems, type SystemRow } from "./system_versions.ts";

/** What to keep. */
export interface GarbageOptions {
  /** Newest versions kept per name, and moves per alias that can be undone; at least 1. */
  readonly keep: number;
  /** Only say what would go. */
  readonly dryRun: boolean;
  /** Versions that something outside the registry speaks of, as `name@version`: they stay. */
  readonly needed?: readonly string[];
}

/** What went, or would go. */
export interface GarbageReport {
  /** Systems, then models, as `name@version`. */
  readonly removedVersions: readonly string[];
  /** Paths, in order. */
  readonly removedFiles: readonly string[];
  /** Total size of those files. */
  readonly freedBytes: number;
}

/**
 * Removes old versions that no alias needs, then files that no version names.
 *
 * Rows go first and files second, each under the write lock that `register` holds from its first
 * file to its commit: whatever instant this process dies at, no row lacks its files, and a file
 * whose row is yet to come is never taken for an orphan.
 *
 * @throws {RangeError} when `keep` is no whole number of at least 1
 * @throws {InputError} when the registry or its files cannot be written
 */
export function collectGarbage(
  database: Database,
  folder: string,
  { keep, dryRun, needed = [] }: GarbageOptions,
): GarbageReport {
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`Cannot keep fewer than 1 version: current value is ${keep}`);
  }
  const going = database.transaction(() => {
    const systems = expiredSystems(database, keep, new Set(needed));
    const models = expiredVersions(database, keep, systems, needed);
    if (!dryRun) {
      // Systems first: a model that a system needs cannot be removed.
      for (const { id } of systems) {
        database.run("DELETE FROM system_version WHERE id = :id", { id });
      }
      for (const { id } of models) database.run("DELETE FROM model_version WHERE id = :id", { id });
    }
    return { systems, models };
  });
  const orphans = database.transaction(() => {
    const files = orphanFiles(database, folder, going);
    if (!dryRun) files.forEach(removeArtifact);
    return files;
  });
  return {
    removedVersions: [...going.systems, ...going.models].map(referenceOf),
    removedFiles: orphans.map((file) => file.path),
    freedBytes: orphans.reduce((sum, file) => sum + file.bytes, 0),
  };
}

/** Versions that are about to be removed. */
interface Going {
  readonly systems: readonly SystemRow[];
  readonly models: readonly VersionRow[];
}

/** Files that no version names, apart from the versions that are going. */
export function orphanFiles(
  database: Database,
  folder: string,
  going: Going = { systems: [], models: [] },
  files: readonly ArtifactFile[] = listArtifacts(folder),
): readonly ArtifactFile[] {
  const named = new Set([
    ...without(selectVersions(database), going.models).flatMap((row) => [
      artifactPath(folder, { sha256: row.onnx_sha256, kind: "onnx" }),
      artifactPath(folder, { sha256: row.manifest_sha256, kind: "json" }),
    ]),
    ...without(selectSystems(database), going.systems).map(({ sha256 }) =>
      artifactPath(folder, { sha256, kind: "json" })
    ),
  ]);
  return files.filter((file) => !named.has(file.path));
}

function without<Row extends { readonly id: number }>(
  rows: readonly Row[],
  going: readonly Row[],
): readonly Row[] {
  const gone = new Set(going.map(({ id }) => id));
  return rows.filter(({ id }) => !gone.has(id));
}

/** All but the newest of each name, those that ever traded and those that are needed. */
function expiredSystems(
  database: Database,
  keep: number,
  needed: ReadonlySet<string>,
): readonly SystemRow[] {
  const deployed = everDeployed(database);
  const seen = new Map<string, number>();
  return selectSystems(database).filter(({ id, name, version }) => {
    const newer = seen.get(name) ?? 0;
    seen.set(name, newer + 1);
    return newer >= keep && !deployed.has(id) && !needed.has(referenceOf({ name, version }));
  });
}

function expiredVersions(
  database: Database,
  keep: number,
  goingSystems: readonly SystemRow[],
  needed: readonly string[],
): readonly VersionRow[] {
  const rows = selectVersions(database);
  const byReference = new Map(rows.map((row) => [referenceOf(row), row]));
  const kept = new Set<string>();
  const keepWithParents = (reference: string | null): void => {
    const row = reference === null ? undefined : byReference.get(reference);
    if (row === undefined || kept.has(referenceOf(row))) return;
    kept.add(referenceOf(row));
    keepWithParents(row.parent_run);
  };
  for (const { parts } of without(selectSystems(database), goingSystems)) {
    (JSON.parse(parts) as string[]).forEach(keepWithParents);
  }
  needed.forEach(keepWithParents);
  for (const name of new Set(rows.map((row) => row.name))) {
    const versions = rows.filter((row) => row.name === name).map((row) => row.version);
    const newest = versions.sort((a, b) => b - a).slice(0, keep);
    for (const version of [...newest, ...recentlyAliased(database, name, keep)]) {
      keepWithParents(`${name}@${version}`);
    }
  }
  return rows.filter((row) => !kept.has(referenceOf(row)));
}

/** Versions that an alias points at, was moved to lately, or could be rolled back to. */
function recentlyAliased(database: Database, name: string, keep: number): number[] {
  const history = aliasHistory(database, name);
  return [...new Set(history.map((change) => change.alias))].flatMap((alias) => {
    const moves = history.filter((change) => change.alias === alias);
    return [
      ...moves.slice(-keep).map((change) => change.toVersion),
      ...aliasStack(moves).slice(-keep),
    ];
  });
}

function referenceOf({ name, version }: Pick<VersionRow, "name" | "version">): string {
  return `${name}@${version}`;
}
