import { hash } from "node:crypto";
import { oneLine, type TimerClock } from "../../core/mod.ts";
import type { KeptEntry } from "../../trading/mod.ts";
import type { Alert } from "../alerts/alert.ts";
import type { PartLog } from "../log/log.ts";
import { entryAlert } from "./entry_alert.ts";
import { logEntry } from "./entry_line.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** Who is told what a session does. */
export interface SessionWatchOptions {
  /** Whose journal it is. */
  readonly account: string;
  /** Where alerts go. */
  readonly outbox: { add(alert: Alert): void };
  /** Where lines go. */
  readonly log: PartLog;
  /** Lets what is told wait until those who trade have done theirs. */
  readonly clock: TimerClock;
}

/**
 * Reads a session's journal as it is written, and tells log and outbox. It comes after those who
 * trade: an entry is looked at when it has been kept, and when nothing else is to be done.
 */
export class SessionWatch implements Disposable {
  readonly #options: SessionWatchOptions;
  readonly #silence: SilenceWatch;
  #waiting: KeptEntry[] = [];
  #hasBegun = false;
  #stop: (() => void) | null = null;

  /** Nothing has been told yet. */
  constructor(options: SessionWatchOptions) {
    this.#options = options;
    this.#silence = new SilenceWatch(options);
  }

  /** Takes in an entry that has been kept. */
  take(entry: KeptEntry): void {
    this.#hasBegun = true;
    this.#waiting.push(entry);
    this.#stop ??= this.#options.clock.after(0, () => this.#tell());
  }

  /** Says alerts of entries that an earlier process may not have said; nothing is logged again. */
  async catchUp(entries: AsyncIterable<KeptEntry>): Promise<void> {
    for await (const entry of entries) this.#alert(entry);
  }

  /** Says that the session ended by an error, or did not begin. The same error is one alert a day. */
  fault(error: unknown): void {
    const { account, clock, log, outbox } = this.#options;
    const text = oneLine(error instanceof Error ? error.message : String(error));
    const [severity, title] = this.#hasBegun
      ? ["critical", "The session ended by a fault"] as const
      : ["warning", "The session did not begin"] as const;
    log.fatal("{title}: {text}", { title, text });
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    outbox.add({
      id: `${account}/fault/${day}/${hash("sha256", text).slice(0, 12)}`,
      ...{ at: clock.now(), severity, source: account, title, text },
    });
  }

  /** Tells what is left. */
  [Symbol.dispose](): void {
    this.#tell();
    this.#silence[Symbol.dispose]();
  }

  #tell(): void {
    this.#stop?.();
    this.#stop = null;
    for (const entry of this.#waiting.splice(0)) {
      logEntry(this.#options.log, entry);
      this.#alert(entry);
      this.#silence.take(entry);
    }
  }

  #alert(entry: KeptEntry): void {
    const alert = entryAlert(entry, this.#options.account);
    if (alert !== null) this.#options.outbox.add(alert);
  }
}
