import { join } from "node:path";
import { openRegistry } from "./registry.ts";
import { explainStorageError } from "../db/mod.ts";
import { type Clock, InputError } from "../core/mod.ts";

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
 * Opens the registry and closes it again, so that a damaged one, or a name that a model cannot have,
 * is told before hours of learning.
 *
 * @throws {InputError} when nothing can be written there, or the name is that of a trading system
 * @throws {CorruptArtifactError} when the registry is damaged or lost
 */
export function requireRegistry(folder: string, clock: Clock, name: string): void {
  requireWritable(folder);
  if (!isSystem(folder, clock, name)) return;
  throw new InputError(`Cannot use the name ${name} as it is that of a trading system`, {
    where: "--name",
    remedy: "choose another one",
  });
}

function isSystem(folder: string, clock: Clock, name: string): boolean {
  try {
    using registry = openRegistry({ folder, clock, readOnly: true });
    return registry.listSystems().some((system) => system.name === name);
  } catch (error) {
    // An empty folder is where models begin.
    if (!(error instanceof InputError)) throw error;
    return false;
  }
}
