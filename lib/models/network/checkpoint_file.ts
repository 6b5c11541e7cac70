import { join } from "node:path";
import { type Checkpoint, type Checkpoints, InputError } from "../../core/mod.ts";

const ENDING = ".checkpoint";

/** The checkpoints of one training, in a folder of their own. */
export interface CheckpointFolder {
  /** One file for each stage. */
  readonly checkpoints: Checkpoints;
  /** Removes all checkpoints, and the folder when nothing else is in it. */
  clear(): Promise<void>;
}

/**
 * Keeps checkpoints as files. A file is written beside its final name and renamed, so that a crash
 * leaves the state before or after; should the disk lose it all the same, its hash tells.
 *
 * @param folder made when the first checkpoint is saved
 * @example
 * ```ts
 * import { openCheckpointFolder } from "./checkpoint_file.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const folder = openCheckpointFolder(`${await Deno.makeTempDir()}/training`);
 * const checkpoint = folder.checkpoints("fold 1 of 5");
 * await checkpoint.save(Uint8Array.of(1, 2));
 * assertEquals(await checkpoint.load(), Uint8Array.of(1, 2));
 * await folder.clear();
 * assertEquals(await checkpoint.load(), null);
 * ```
 */
export function openCheckpointFolder(folder: string): CheckpointFolder {
  return {
    checkpoints: (stage) => checkpointFile(folder, `${encodeURIComponent(stage)}${ENDING}`),
    async clear() {
      const names = (await namesIn(folder)) ?? [];
      for (const name of names.filter((name) => /\.checkpoint(\.tmp)?$/.test(name))) {
        await removeIfThere(join(folder, name));
      }
      if ((await namesIn(folder))?.length === 0) await removeIfThere(folder);
    },
  };
}

function checkpointFile(folder: string, name: string): Checkpoint {
  const path = join(folder, name);
  return {
    load: () => orNull(Deno.readFile(path)),
    async save(bytes) {
      try {
        await Deno.mkdir(folder, { recursive: true });
        await Deno.writeFile(`${path}.tmp`, bytes);
        await Deno.rename(`${path}.tmp`, path);
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) throw error;
        throw new InputError(`Cannot keep the state of the training: ${(error as Error).message}`, {
          where: path,
          remedy: "make room or allow writing there",
          cause: error,
        });
      }
    },
    clear: () => removeIfThere(path),
  };
}

async function namesIn(folder: string): Promise<string[] | null> {
  return await orNull(Array.fromAsync(Deno.readDir(folder), ({ name }) => name));
}

async function removeIfThere(path: string): Promise<void> {
  await orNull(Deno.remove(path));
}

/** Null where there is no such file. */
async function orNull<Value>(value: Promise<Value>): Promise<Value | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
