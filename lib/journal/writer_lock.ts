import { InputError } from "../core/mod.ts";
import { explainStorageError } from "../db/mod.ts";

/**
 * Lets one process write at a time. The operating system holds the lock, so that it is gone with its
 * owner, however that ended.
 *
 * @param path a file beside what is written
 * @param owner said to whoever comes second
 * @throws {InputError} when somebody else has it
 */
export function lockForWriting(path: string, owner: string): Disposable {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true });
  } catch (error) {
    throw explainStorageError(error, path);
  }
  if (!file.tryLockSync(true)) {
    const holder = holderIn(file);
    file.close();
    throw new InputError(`Cannot trade this account as ${holder} does already`, {
      where: path,
      remedy: "stop that one first, or trade another account",
    });
  }
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${owner} (process ${Deno.pid})`));
  } catch {
    // Only a message to others: a full disk must not keep anybody from trading.
  }
  return file;
}

function holderIn(file: Deno.FsFile): string {
  try {
    const bytes = new Uint8Array(200);
    const length = file.readSync(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, length)).trim() || "another process";
  } catch {
    // Where a locked file may not be read either.
    return "another process";
  }
}
