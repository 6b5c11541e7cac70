import { InputError } from "../core/mod.ts";
import { explainStorageError } from "./storage_error.ts";

/** What is said to whoever comes second. */
export interface LockWords {
  /** Who has it. */
  readonly owner: string;
  /** What cannot be done meanwhile, for example `Cannot trade this account`. */
  readonly refusal: string;
  /** What to do about it. */
  readonly remedy: string;
}

/**
 * Lets one process at a time do something. The operating system holds the lock, so that it is gone
 * with its owner, however that ended.
 *
 * @param path a file that is there for this alone
 * @throws {InputError} when somebody else has it
 */
export function lockFile(path: string, { owner, refusal, remedy }: LockWords): Disposable {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true });
  } catch (error) {
    throw explainStorageError(error, path);
  }
  if (!file.tryLockSync(true)) {
    const holder = holderIn(file);
    file.close();
    throw new InputError(`${refusal} as ${holder} does already`, { where: path, remedy });
  }
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${owner} (process ${Deno.pid})`));
  } catch {
    // Only a message to others: a full disk must not keep anybody from trading.
  }
  return {
    [Symbol.dispose](): void {
      // A program that is being started at this moment still has the file open, and with it the lock:
      // giving it back says so at once, closing alone does not.
      file.unlockSync();
      file.close();
    },
  };
}

/** Whether somebody has the lock now. @param path what {@link lockFile} was given */
export function isLocked(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true });
    if (!file.tryLockSync(false)) return true;
    file.unlockSync();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw explainStorageError(error, path);
  }
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
