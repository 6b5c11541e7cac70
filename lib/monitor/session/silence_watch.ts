import type { TimerClock } from "../../core/mod.ts";
import type { KeptEntry } from "../../trading/mod.ts";
import type { Alert } from "../alerts/alert.ts";

/** A line that is lost comes back mostly by itself: so long nobody is told. */
const PATIENCE_MS = 60_000;

/** Tells that a feed is away for longer than it takes to come back, and that it is there again. */
export class SilenceWatch implements Disposable {
  readonly #account: string;
  readonly #outbox: { add(alert: Alert): void };
  readonly #clock: TimerClock;
  #stop: (() => void) | null = null;
  #isTold = false;

  /** Begins with a feed that is there. */
  constructor(
    { account, clock, outbox }: {
      readonly account: string;
      readonly clock: TimerClock;
      readonly outbox: { add(alert: Alert): void };
    },
  ) {
    this.#account = account;
    this.#clock = clock;
    this.#outbox = outbox;
  }

  /** Takes in an entry of the session's journal. */
  take(entry: KeptEntry): void {
    if (entry.kind !== "feed") return;
    switch (entry.state) {
      case "silent":
      case "connecting":
      case "reconnecting":
        if (this.#isTold) return;
        this.#stop ??= this.#clock.after(
          PATIENCE_MS,
          () => this.#say(entry, "warning", `No bars come from ${entry.name}`),
        );
        return;
      case "live":
      case "ended":
        this.#stop?.();
        this.#stop = null;
        if (this.#isTold && entry.state === "live") {
          this.#say(entry, "info", `Bars come again from ${entry.name}`);
        }
        this.#isTold = false;
    }
  }

  /** Tells nothing any more. */
  [Symbol.dispose](): void {
    this.#stop?.();
  }

  #say(
    { at, detail, sequence }: KeptEntry & { readonly kind: "feed" },
    severity: "info" | "warning",
    title: string,
  ): void {
    this.#isTold = severity === "warning";
    const source = this.#account;
    this.#outbox.add({ id: `${source}/${sequence}`, at, severity, source, title, text: detail });
  }
}
