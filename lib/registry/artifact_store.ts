import { dirname, join, relative } from "node:path";
import { explainStorageError } from "../db/mod.ts";
import { CorruptArtifactError, sha256Hex } from "../core/mod.ts";

/** What an artifact holds: a model or the manifest beside it. */
export type ArtifactKind = "onnx" | "json";

/** One artifact: its name is its content. */
export interface Artifact {
  /** Of the content, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Also the ending of the file. */
  readonly kind: ArtifactKind;
}

/** A file below the artifacts folder that this store has written. */
export interface ArtifactFile {
  /** The artifacts folder included. */
  readonly path: string;
  /** Size. */
  readonly bytes: number;
}

/** `ab/ab….onnx`, and the same with `.tmp` while it is being written. */
const ARTIFACT_PATH = /^([0-9a-f]{2})[/\\]\1[0-9a-f]{62}\.(onnx|json)(\.tmp)?$/;

/**
 * Where an artifact lies: `<folder>/artifacts/<first two digits>/<sha256>.<kind>`.
 *
 * @example
 * ```ts
 * import { artifactPath } from "./artifact_store.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const path = artifactPath("models", { sha256: "ab".repeat(32), kind: "onnx" });
 * assertEquals(path.replaceAll("\\", "/"), `models/artifacts/ab/${"ab".repeat(32)}.onnx`);
 * ```
 */
export function artifactPath(folder: string, { sha256, kind }: Artifact): string {
  return join(artifactsFolder(folder), sha256.slice(0, 2), `${sha256}.${kind}`);
}

/**
 * Writes an artifact so that its final name never holds anything but the whole content, on disk
 * and not only in a cache. Writing it again is harmless and mends a damaged file. One writer at a
 * time: the caller holds the registry's write lock.
 *
 * @throws {InputError} when the disk is full or not writable; no part of the file stays then
 */
export function writeArtifact(folder: string, artifact: Artifact, bytes: Uint8Array): void {
  const path = artifactPath(folder, artifact);
  const temporary = `${path}.tmp`;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(temporary, bytes);
    syncFile(temporary);
    Deno.renameSync(temporary, path);
    for (const parent of [dirname(path), artifactsFolder(folder), folder]) syncFolder(parent);
  } catch (error) {
    discard(temporary);
    throw explainStorageError(error, path);
  }
}

/**
 * Reads an artifact and hashes it again.
 *
 * @throws {CorruptArtifactError} when the file is missing or its content is not what was written
 */
export async function readArtifact(folder: string, artifact: Artifact): Promise<Uint8Array> {
  const path = artifactPath(folder, artifact);
  const bytes = await readBytes(path);
  const found = bytes === null ? "no file" : await sha256Hex(bytes);
  if (bytes === null || found !== artifact.sha256) {
    throw new CorruptArtifactError(
      `${path}: Cannot use as its SHA-256 should be ${artifact.sha256}: found ${found} ` +
        "(restore the file from a backup, or train the model again)",
    );
  }
  return bytes;
}

/** Every file that the store has written, unfinished ones included, in path order. */
export function listArtifacts(folder: string): readonly ArtifactFile[] {
  const root = artifactsFolder(folder);
  return filesBelow(root)
    .filter((path) => ARTIFACT_PATH.test(relative(root, path)))
    .flatMap((path) => {
      const bytes = sizeOf(path);
      return bytes === null ? [] : [{ path, bytes }];
    })
    .sort((a, b) => a.path < b.path ? -1 : 1);
}

/**
 * Removes a file that `listArtifacts` named.
 *
 * @throws {InputError} when the operating system denies it
 */
export function removeArtifact({ path }: ArtifactFile): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    throw explainStorageError(error, path);
  }
}

function artifactsFolder(folder: string): string {
  return join(folder, "artifacts");
}

async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainStorageError(error, path);
  }
}

function filesBelow(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory ? filesBelow(path) : [path];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw explainStorageError(error, folder);
  }
}

/** Null when another process has removed the file since it was listed. */
function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainStorageError(error, path);
  }
}

/** Clears up after a failure, whose own error is the one worth telling. */
function discard(path: string): void {
  try {
    Deno.removeSync(path);
  } catch { /* it was never made, or the next gc takes it */ }
}

function syncFile(path: string): void {
  using file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
}

/** A rename is durable once its folder is; Windows can open no folder and needs no such step. */
function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using file = Deno.openSync(path, { read: true });
  file.syncSync();
}
