import type { Database } from "../db/database.ts";
import { CorruptArtifactError } from "../core/errors.ts";
import { sha256Hex } from "../core/sha256.ts";
import { type Artifact, artifactPath, listArtifacts, readArtifact } from "./artifact_store.ts";
import { orphanFiles } from "./collect_garbage.ts";
import { parseManifest, selectVersions, type VersionRow } from "./model_versions.ts";

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
  const orphans = orphanFiles(database, folder, [], files);
  const checks = [checkDatabase(database)];
  for (const row of selectVersions(database)) {
    checks.push(
      await checkArtifact(folder, row, { sha256: row.onnx_sha256, kind: "onnx" }),
      await checkArtifact(folder, row, { sha256: row.manifest_sha256, kind: "json" }),
      await checkRow(database, row),
    );
  }
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
  row: VersionRow,
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
