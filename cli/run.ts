import { type Console, createConsole } from "./console.ts";

/** What every command body gets. */
export interface CommandContext extends Console {
  readonly signal: AbortSignal;
  /** Epoch milliseconds; the one place where the command line reads the wall clock. */
  now(): number;
}

/** Runs a command body with a console and with Ctrl-C turned into an abort signal. */
export async function runCommand(
  options: { readonly json?: boolean | undefined },
  body: (context: CommandContext) => Promise<void> | void,
): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const terminal = createConsole(options.json ?? false, Date.now);
  Deno.addSignalListener("SIGINT", stop);
  try {
    await body({ ...terminal, signal: controller.signal, now: Date.now });
  } finally {
    terminal.done();
    Deno.removeSignalListener("SIGINT", stop);
  }
}
