import { type Console, createConsole } from "./console.ts";

/** What every command body gets. */
export interface CommandContext extends Console {
  readonly signal: AbortSignal;
  /** Epoch milliseconds; the one place where the command line reads the wall clock. */
  now(): number;
}

/** What ends a command in order: Ctrl-C, and what schedulers send. */
const STOP_SIGNALS = [
  "SIGINT",
  ...(Deno.build.os === "windows" ? [] : ["SIGTERM"] as const),
] as const;

/** Runs a command body with a console and with stop signals turned into an abort signal. */
export async function runCommand(
  options: { readonly json?: boolean | undefined },
  body: (context: CommandContext) => Promise<void> | void,
): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const terminal = createConsole(options.json ?? false, Date.now);
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, stop);
  try {
    await body({ ...terminal, signal: controller.signal, now: Date.now });
  } finally {
    terminal.done();
    for (const name of STOP_SIGNALS) Deno.removeSignalListener(name, stop);
  }
}
