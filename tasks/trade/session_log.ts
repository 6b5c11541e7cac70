import { join } from "node:path";
import type { TimerClock } from "../../lib/core/mod.ts";
import type { AccountJournal } from "../../lib/journal/mod.ts";
import { logOf, openLog, openOutbox, Secrets, SessionWatch } from "../../lib/monitor/mod.ts";

/** Where a session is logged, and where its alerts wait to be sent. */
export interface SessionLogOptions {
  /** Name of the session. */
  readonly account: string;
  /** Folder of the session; the log lies in `log` in it. */
  readonly folder: string;
  /** Folder of the outbox. */
  readonly outbox: string;
  readonly clock: TimerClock;
  readonly onNote: (line: string) => void;
}

/** Those who read what a session does, until they are closed. */
export interface SessionLog extends Disposable {
  readonly watch: SessionWatch;
}

/**
 * Opens log and outbox of a session, and says the alerts that an earlier process may not have said.
 *
 * @throws {InputError} when one of them cannot be written
 */
export async function openSessionLog(
  journal: AccountJournal,
  { account, clock, folder, onNote, outbox: outboxFolder }: SessionLogOptions,
): Promise<SessionLog> {
  using resources = new DisposableStack();
  resources.use(openLog({
    ...{ folder: join(folder, "log"), name: "session", clock, secrets: new Secrets() },
    onTrouble: (reason) => {
      if (reason !== null) onNote(`the log is not written: ${reason}`);
    },
  }));
  const outbox = resources.use(openOutbox({ folder: outboxFolder, clock }));
  const watch = resources.use(
    new SessionWatch({ account, outbox, log: logOf("session"), clock }),
  );
  // What came after the state that was kept last may have been cut off before it was said.
  await watch.catchUp(journal.entries(journal.last("state")?.sequence ?? 0));
  const opened = resources.move();
  return { watch, [Symbol.dispose]: () => opened[Symbol.dispose]() };
}
