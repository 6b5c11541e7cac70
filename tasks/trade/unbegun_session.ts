import { InputError, RefusedError, UnavailableError } from "../../lib/core/mod.ts";
import { isLocked } from "../../lib/db/mod.ts";
import type { AccountJournal, JournalFiles } from "../../lib/journal/mod.ts";

/** Whether a start came to nothing: no bar was traded, and whoever started it reads why. */
export function isUnbegun(journal: Pick<AccountJournal, "last">, error: unknown): boolean {
  if (journal.last("state") !== null) return false;
  return error instanceof InputError || error instanceof RefusedError ||
    error instanceof UnavailableError ||
    (error instanceof DOMException && error.name === "AbortError");
}

/** Whether a session has no folder yet. */
export function isNewSession({ folder }: JournalFiles): boolean {
  try {
    Deno.statSync(folder);
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Removes what a start has left that came to nothing, once its journal is closed. */
export function removeUnbegun({ folder, lock }: JournalFiles): void {
  // Somebody else may have begun it meanwhile.
  if (!isLocked(lock)) Deno.removeSync(folder, { recursive: true });
}
