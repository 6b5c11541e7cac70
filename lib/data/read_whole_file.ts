import { basename, dirname } from "node:path";
import { editDistance, InputError } from "../core/mod.ts";

/**
 * Reads a file into memory.
 *
 * @throws InputError when the path is a folder or there is no such file; the message names files
 * of similar name
 */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    if ((await Deno.stat(path)).isDirectory) {
      throw new InputError("Cannot read a folder as a file of bars", {
        where: path,
        remedy: "name one file in it",
      });
    }
    return await Deno.readFile(path);
  } catch (error) {
    throw isAbsent(error) ? absentFile(path) : error;
  }
}

/** @throws {InputError} when there is no such file; the message names files of similar name */
export function requireFile(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    throw isAbsent(error) ? absentFile(path) : error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function absentFile(path: string): InputError {
  const near = similarFiles(path);
  return new InputError("there is no such file", {
    where: path,
    remedy: near.length > 0 ? `did you mean ${near.join(" or ")}?` : "check the path",
  });
}

/** Names in the same folder that differ from the wanted one by two letters at most. */
function similarFiles(path: string): string[] {
  const stem = (name: string): string => name.toLowerCase().replace(/\.[^.]*$/, "");
  const wanted = stem(basename(path));
  const names: string[] = [];
  try {
    for (const entry of Deno.readDirSync(dirname(path))) {
      const found = stem(entry.name);
      if (entry.isFile && editDistance(found, wanted) <= 2) names.push(entry.name);
    }
  } catch {
    // The folder itself is missing or may not be listed: there is nothing to suggest.
  }
  return names.sort().slice(0, 3);
}
