import { join } from "node:path";
import { openRegistry } from "./registry.ts";
import { explainStorageError } from "../db/storage_error.ts";
import { InputError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";

/**
 * Makes the folder and a file in it, which is removed again: what cannot be kept is refused before
 * the work, not after it.
 *
 * @throws {InputError} when nothing can be written there
 */
export function requireWritable(folder: string): void {
  const probe = join(folder, ".write-probe");
  try {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(probe, "");
    Deno.removeSync(probe);
  } catch (error) {
    throw explainStorageError(error, folder);
  }
}

/**
 * Opens the registry and closes it again, so that a damaged one is told before hours of learning.
 *
 * @throws {InputError} when nothing can be written there
 * @throws {CorruptArtifactError} when the registry is damaged or lost
 */
export function requireRegistry(folder: string, clock: Clock): void {
  requireWritable(folder);
  try {
    openRegistry({ folder, clock, readOnly: true })[Symbol.dispose]();
  } catch (error) {
    // An empty folder is where models begin.
    if (!(error instanceof InputError)) throw error;
  }
}
