import { CommanderError } from "commander";
import { InputError, RefusedError, UnavailableError } from "../lib/core/mod.ts";
import { permissionHint } from "./permission_hint.ts";

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongRequest: 2,
  refused: 3,
  restart: 75,
  interrupted: 130,
} as const;

/** Ends a command that has already said everything with the given exit code. */
export class ExitWith extends Error {
  override readonly name = "ExitWith";
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** Somebody stopped a command before anything had come of it. */
export class StoppedEarly extends Error {
  override readonly name = "StoppedEarly";
}

/** How a command ends: the line for the user, if any is still to be printed, and the exit code. */
export interface Ending {
  readonly code: number;
  readonly line: string | null;
}

/**
 * Translates whatever a command threw into one line and an exit code.
 *
 * @param args the whole command line, its command first
 */
export function endingOf(error: unknown, args: readonly string[]): Ending {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? EXIT.done : EXIT.wrongRequest, line: null };
  }
  if (error instanceof ExitWith) return { code: error.code, line: null };
  if (error instanceof StoppedEarly) return { code: EXIT.interrupted, line: error.message };
  if (error instanceof InputError) return { code: EXIT.wrongRequest, line: error.message };
  if (error instanceof UnavailableError) return { code: EXIT.restart, line: error.message };
  if (error instanceof RefusedError) return { code: EXIT.refused, line: error.message };
  if (error instanceof Deno.errors.NotCapable) {
    return { code: EXIT.refused, line: permissionHint(error, args[0] ?? "", args) };
  }
  if (isAbort(error)) {
    return {
      code: EXIT.interrupted,
      line: "stopped on request; what was finished is kept: run the same command again to go on",
    };
  }
  if (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  ) {
    return {
      code: EXIT.failed,
      line: `this is a fault of the toolkit, please report it\n${error.stack}`,
    };
  }
  return { code: EXIT.failed, line: error instanceof Error ? error.message : String(error) };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
