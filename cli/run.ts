import type { TimerClock } from "../lib/core/mod.ts";
import { type Console, createConsole } from "./console.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";

/** What every command body gets. */
export interface CommandContext extends Console, TimerClock {
  readonly signal: AbortSignal;
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
  const terminal = createConsole(options.json ?? false, SYSTEM_CLOCK.now);
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, stop);
  try {
    await body({ ...terminal, ...SYSTEM_CLOCK, signal: controller.signal });
  } finally {
    terminal.done();
    for (const name of STOP_SIGNALS) Deno.removeSignalListener(name, stop);
  }
}
