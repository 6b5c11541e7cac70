import { CommanderError } from "commander";
import { dirname } from "node:path";
import { InputError, RefusedError } from "../lib/core/errors.ts";

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, wrongRequest: 2, refused: 3, interrupted: 130 } as const;

/** Ends a command that has already said everything with the given exit code. */
export class ExitWith extends Error {
  override readonly name = "ExitWith";
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** How a command ends: the line for the user, if any is still to be printed, and the exit code. */
export interface Ending {
  readonly code: number;
  readonly line: string | null;
}

/** Translates whatever a command threw into one line and an exit code. */
export function endingOf(error: unknown, command: string): Ending {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? EXIT.done : EXIT.wrongRequest, line: null };
  }
  if (error instanceof ExitWith) return { code: error.code, line: null };
  if (error instanceof InputError) return { code: EXIT.wrongRequest, line: error.message };
  if (error instanceof RefusedError) return { code: EXIT.refused, line: error.message };
  if (error instanceof Deno.errors.NotCapable) {
    return { code: EXIT.refused, line: deniedLine(error, command) };
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

/** Names what was denied and the exact command that allows it. */
function deniedLine(error: Error, command: string): string {
  const [what = error.message] = error.message.split(", run again");
  const flag = /--allow-[a-z]+/.exec(error.message)?.[0] ?? "--allow-read";
  const target = /access to "([^"]+)"/.exec(error.message)?.[1] ?? "…";
  // Files are written beside their place first, under another name: the folder must be granted.
  const grant = flag === "--allow-write" ? dirname(target) : target;
  return `${what} (not granted to \`deno task ${command}\`; to grant it for one run: ` +
    `\`deno run -P=${command} ${flag}=${grant} cli/main.ts ${command} …\`)`;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
