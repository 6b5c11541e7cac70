import { InputError } from "../core/mod.ts";

const NO_ROOM = ["ENOSPC", "EDQUOT"];
const DENIED = ["EROFS", "EACCES", "EPERM"];

/** Says in words what the operating system says in codes; anything else comes back as it was. */
export function explainFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const { code = "" } = error as Error & { code?: string };
  if (NO_ROOM.includes(code)) {
    return new InputError("Cannot write: there is no room left, and nothing was changed", {
      remedy: "free some space and run the command again",
      cause: error,
    });
  }
  if (DENIED.includes(code)) {
    return new InputError("Cannot write: the operating system denies it, and nothing was changed", {
      remedy: "check who may write to the folders",
      cause: error,
    });
  }
  return error;
}
