import { join } from "node:path";
import { explainStorageError } from "../lib/db/storage_error.ts";

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
