import { join } from "node:path";
import { InputError, jsonSha256, type JsonValue } from "../../core/mod.ts";
import { explainStorageError, lockFile } from "../../db/mod.ts";
import { type NightRecord, nightText, parseNight } from "../../records/mod.ts";

/** A stage whose result is kept, so that a night that was cut off goes on after it. */
export type NightStage = <Result>(
  name: string,
  inputs: JsonValue,
  work: () => Promise<Result>,
) => Promise<Result>;

/** The nights of one system, on the disk. One process at a time has them. */
export interface NightFolder extends Disposable {
  /** Finished nights, oldest first. */
  readonly nights: readonly NightRecord[];
  /** The file of a night. */
  pathOf(id: string): string;
  /**
   * Stages of one night. The result of one whose inputs are the same is read back; results are JSON.
   */
  stagesOf(id: string): NightStage;
  /** Writes a finished night, wholly or not at all, and forgets its stages. */
  finish(night: NightRecord): void;
  /** Notes that a night could not go on; the next run tries again and takes the note away. */
  noteFailure(id: string, failure: NightFailure): void;
}

/** Why a night stopped before its end. */
export interface NightFailure {
  /** Where. */
  readonly stage: string;
  /** In one line. */
  readonly message: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * Opens the nights of a system below a registry folder.
 *
 * @throws {InputError} when another process has them, or the disk refuses
 * @throws {CorruptArtifactError} when a night cannot be read
 */
export function openNights(modelsFolder: string, system: string): NightFolder {
  const folder = join(modelsFolder, "nights", system);
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainStorageError(error, folder);
  }
  const lock = lockFile(join(folder, "lock"), {
    owner: "nightly",
    refusal: `Cannot begin a night of ${system}`,
    remedy: "wait until it has ended",
  });
  try {
    const pathOf = (id: string): string => join(folder, `${id.slice(0, 16)}.json`);
    const failureOf = (id: string): string => join(folder, `${id.slice(0, 16)}.failed`);
    const stagesIn = (id: string): string => join(folder, `${id.slice(0, 16)}.stages`);
    const nights = readNights(folder);
    return {
      nights,
      pathOf,
      stagesOf: (id) => stageRunner(stagesIn(id)),
      finish(night) {
        writeSynced(pathOf(night.id), nightText(night));
        removeIfThere(failureOf(night.id));
        removeIfThere(stagesIn(night.id));
      },
      noteFailure: (id, failure) =>
        writeSynced(failureOf(id), `${JSON.stringify(failure, null, 2)}\n`),
      [Symbol.dispose]: () => lock[Symbol.dispose](),
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function readNights(folder: string): NightRecord[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".json"))
    .map((name) => parseNight(Deno.readTextFileSync(join(folder, name)), join(folder, name)))
    .toSorted((a, b) => a.number - b.number);
}

function stageRunner(folder: string): NightStage {
  return async (name, inputs, work) => {
    const path = join(folder, `${name}.json`);
    const sha256 = await jsonSha256(inputs);
    const kept = readStage(path);
    if (kept !== null && kept.inputs === sha256) return kept.result as never;
    const result = await work();
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw explainStorageError(error, folder);
    }
    writeSynced(path, JSON.stringify({ inputs: sha256, result }));
    return result;
  };
}

/** Null for a stage that never ended; half a file cannot be there, as files are renamed into place. */
function readStage(path: string): { readonly inputs: string; readonly result: unknown } | null {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError("Cannot read what an earlier run of this night has kept", {
      where: path,
      remedy: "delete the file: its stage runs again",
    });
  }
}

/** Beside its place, onto the disk, then renamed: whoever looks sees all of it or nothing. */
function writeSynced(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    {
      using file = Deno.openSync(part, { write: true, create: true, truncate: true });
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        written += file.writeSync(bytes.subarray(written));
      }
      file.syncSync();
    }
    Deno.renameSync(part, path);
  } catch (error) {
    throw explainStorageError(error, path);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explainStorageError(error, path);
  }
}
