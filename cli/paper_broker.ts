/**
 * The paper broker as a process of its own, started beside a session by the session's task, which
 * pipes what this writes into the session: where it is, and then a mark now and then, so that it ends
 * with the session however that ends. It takes no flags and heeds no signal: what it has to know the
 * session tells it, and it is there until the session needs it no more.
 */
import { paperAddressLine, startPaperServer } from "../lib/execution/paper.ts";
import { SESSIONS_FOLDER } from "../lib/core/program.ts";
import { oneLine } from "../lib/core/mod.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";

const MARK_EVERY_MS = 200;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

if (import.meta.main) Deno.exit(await keepPaperBooks(SESSIONS_FOLDER));

/** Runs a paper broker until nobody needs it any more; its exit code. */
export async function keepPaperBooks(sessions: string): Promise<number> {
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => {});
  const token = crypto.getRandomValues(new Uint8Array(32)).toHex();
  const server = startPaperServer({ sessions, token, clock: SYSTEM_CLOCK });
  const write = (text: string): void => {
    Deno.stdout.write(new TextEncoder().encode(`${text}\n`)).catch(() => server.close());
  };
  write(paperAddressLine({ port: server.port, token }));
  const marks = setInterval(() => write(""), MARK_EVERY_MS);
  try {
    await server.ended;
    return 0;
  } catch (error) {
    console.error(`paper broker: ${oneLine((error as Error).message)}`);
    return 1;
  } finally {
    clearInterval(marks);
  }
}
