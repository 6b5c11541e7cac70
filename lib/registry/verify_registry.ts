import type { Database } from "../db/mod.ts";
import { CorruptArtifactError, InputError, sha256Hex } from "../core/mod.ts";
import { type Artifact, artifactPath, listArtifacts, readArtifact } from "./artifact_store.ts";
import { orphanFiles } from "./collect_garbage.ts";
import { parseManifest, selectVersions, type VersionRow } from "./model_versions.ts";
import { parseSystem } from "../records/mod.ts";
import { partModel, selectSystems, type SystemRow } from "./system_versions.ts";

/** The verdict on one file. */
export interface ArtifactCheck {
  /** `name@version`; `registry` for the database, `orphan` for a file that no version names. */
  readonly reference: string;
  /** Its path. */
  readonly file: string;
  /** Whether it is what was registered. */
  readonly ok: boolean;
  /** `whole`, or what is wrong and how to mend it. */
  readonly detail: string;
}

/**
 * Checks the database and hashes every artifact again. Needs no write access and no lock: files
 * of a registration that is under way at this moment show up as orphans.
 */
export async function verifyRegistry(
  database: Database,
  folder: string,
): Promise<readonly ArtifactCheck[]> {
  // Files before rows: a registration that ends in between must not look like an orphan.
  const files = listArtifacts(folder);
  const orphans = orphanFiles(database, folder, undefined, files);
  const checks = [checkDatabase(database)];
  for (const row of selectVersions(database)) {
    checks.push(
      await checkArtifact(folder, row, { sha256: row.onnx_sha256, kind: "onnx" }),
      await checkArtifact(folder, row, { sha256: row.manifest_sha256, kind: "json" }),
      await checkRow(database, row),
    );
  }
  for (const row of selectSystems(database)) checks.push(await checkSystem(database, folder, row));
  return [
    ...checks,
    ...orphans.map(({ path }) => ({
      reference: "orphan",
      file: path,
      ok: false,
      detail: "no version names this file; `deno task models gc` removes it",
    })),
  ];
}

function checkDatabase(database: Database): ArtifactCheck {
  const found = database.all<{ integrity_check: string }>("PRAGMA integrity_check");
  const detail = found.map((row) => row.integrity_check).join("; ");
  return {
    reference: "registry",
    file: database.path,
    ok: detail === "ok",
    detail: detail === "ok" ? "whole" : `${detail} (restore the file from a backup)`,
  };
}

function checkArtifact(folder: string, row: VersionRow, artifact: Artifact) {
  const file = artifactPath(folder, artifact);
  return verdict(row, file, async () => void await readArtifact(folder, artifact));
}

/** A system's document, and whether its parts are the models that it was made with. */
function checkSystem(database: Database, folder: string, row: SystemRow): Promise<ArtifactCheck> {
  const artifact = { sha256: row.sha256, kind: "json" } as const;
  return verdict(row, artifactPath(folder, artifact), async () => {
    const text = new TextDecoder().decode(await readArtifact(folder, artifact));
    for (const part of readable(() => partsOf(database, text, row))) {
      await readArtifact(folder, { sha256: part.onnxSha256, kind: "onnx" });
    }
  });
}

function partsOf(database: Database, text: string, { name, version }: SystemRow) {
  const { parts } = parseSystem(text, `${name}@${version}`);
  for (const part of parts) partModel(database, `${name}@${version}`, part);
  return parts;
}

/** What cannot be used as it is is a failed check here, and no wrong request. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new CorruptArtifactError(error.message);
  }
}

/** The manifest that the database itself holds. */
function checkRow(database: Database, row: VersionRow): Promise<ArtifactCheck> {
  return verdict(row, database.path, async () => {
    const found = await sha256Hex(new TextEncoder().encode(row.manifest));
    if (found !== row.manifest_sha256) {
      throw new CorruptArtifactError(
        `the manifest's SHA-256 should be ${row.manifest_sha256}: found ${found} ` +
          "(restore the registry from a backup)",
      );
    }
    parseManifest(row.manifest, "the registry's copy");
  });
}

async function verdict(
  row: Pick<VersionRow, "name" | "version">,
  file: string,
  check: () => Promise<void>,
): Promise<ArtifactCheck> {
  const reference = `${row.name}@${row.version}`;
  try {
    await check();
    return { reference, file, ok: true, detail: "whole" };
  } catch (error) {
    if (!(error instanceof CorruptArtifactError)) throw error;
    return { reference, file, ok: false, detail: error.message };
  }
}
