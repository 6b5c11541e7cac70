import { sleep, type TimerClock } from "../../core/mod.ts";
import { type Transport, TransportError, type TransportResponse } from "../../trading/mod.ts";
import type { Secrets } from "../log/secrets.ts";
import type { Alert } from "./alert.ts";
import type { OpenChannel } from "./alert_channels.ts";
import type { AlertOutbox, DueAlert } from "./alert_outbox.ts";

/** What happened to an alert. */
export interface SendEvent {
  /** Which. */
  readonly alert: Alert;
  /** Name of the channel. */
  readonly channel: string;
  /** Why it was not taken; null where it was. */
  readonly problem: string | null;
  /** Milliseconds after which it is tried again; null where it was taken. */
  readonly againInMs: number | null;
}

/** How alerts are sent. */
export interface SendSettings {
  /** Where they lie. */
  readonly outbox: AlertOutbox;
  /** Where they go. */
  readonly channels: readonly OpenChannel[];
  /** How they get there. */
  readonly transport: Transport;
  /** When. */
  readonly clock: TimerClock;
  /** What no message may say. */
  readonly secrets: Secrets;
  /** Ends it; what is being sent is finished first. */
  readonly signal: AbortSignal;
  /** Ends by itself once everything that is due has been tried. @default {false} */
  readonly once?: boolean;
  /** How long a server may take. @default {15_000} */
  readonly timeoutMs?: number;
  /** Told of each attempt. */
  readonly onAttempt?: (event: SendEvent) => void;
}

/** What sending came to. */
export interface SendReport {
  /** Alerts that were taken, counted for each channel. */
  readonly sent: number;
  /** Attempts that came to nothing. */
  readonly failed: number;
}

const LOOK_EVERY_MS = 1_000, TIDY_EVERY_MS = 3_600_000;
const TIMEOUT_MS = 15_000;
/** After the first failure a second, then twice as long each time. */
const FIRST_WAIT_MS = 1_000, LONGEST_WAIT_MS = 900_000;
/** A server may ask for more patience, but not for a day. */
const LONGEST_ASKED_MS = 3_600_000;
const MOST_AT_ONCE = 20;

/**
 * Sends alerts until it is stopped. Each is sent at least once on every channel: it is noted as sent
 * after the server took it, so a crash in between sends it again. One that is not taken is tried again
 * with growing patience until it is too old; where that is not about the alert itself its channel waits
 * too, as the next one would fare alike.
 *
 * @throws {InputError} when another process sends already
 */
export async function sendAlerts(settings: SendSettings): Promise<SendReport> {
  const { channels, clock, once = false, outbox, signal } = settings;
  using _turn = outbox.lockSending();
  const senders = channels.map((channel) => new Sender(settings, channel));
  let tidied = -Infinity;
  while (!signal.aborted) {
    if (clock.now() - tidied >= TIDY_EVERY_MS) {
      outbox.tidy(clock.now());
      tidied = clock.now();
    }
    await Promise.all(senders.map((sender) => sender.run()));
    if (once) break;
    await sleep(clock, LOOK_EVERY_MS, signal).catch(() => {});
  }
  return {
    sent: senders.reduce((sum, { sent }) => sum + sent, 0),
    failed: senders.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** What came of asking a server; null when it took the alert. */
type Answer = null | {
  /** Why it did not. */
  readonly problem: string;
  /** When it wants to be asked again; null when it does not say. */
  readonly waitMs: number | null;
  /** Whether another alert may fare better. */
  readonly isAboutAlert: boolean;
};

/** Sends on one channel, one alert at a time. */
class Sender {
  sent = 0;
  failed = 0;
  readonly #settings: SendSettings;
  readonly #channel: OpenChannel;
  #pausedUntil = -Infinity;
  /** Failures since the last alert that was taken. */
  #failures = 0;

  constructor(settings: SendSettings, channel: OpenChannel) {
    this.#settings = settings;
    this.#channel = channel;
  }

  /** Sends what is due, until there is no more or something fails. */
  async run(): Promise<void> {
    const { clock, outbox, signal } = this.#settings;
    while (!signal.aborted && clock.now() >= this.#pausedUntil) {
      const due = outbox.due(this.#channel.name, clock.now(), MOST_AT_ONCE);
      if (due.length === 0) return;
      for (const each of due) {
        if (signal.aborted || !await this.#send(each)) return;
      }
    }
  }

  /** Whether the next one may be tried. */
  async #send({ alert, attempts }: DueAlert): Promise<boolean> {
    const { clock, onAttempt, outbox } = this.#settings;
    const { name: channel } = this.#channel;
    const answer = await this.#ask(alert);
    if (answer === null) {
      outbox.noteSent(alert.id, channel);
      this.#failures = 0;
      this.sent++;
      onAttempt?.({ alert, channel, problem: null, againInMs: null });
      return true;
    }
    const { isAboutAlert, problem, waitMs } = answer;
    const failures = isAboutAlert ? attempts : this.#failures++;
    const patience = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    const againInMs = Math.max(patience, Math.min(waitMs ?? 0, LONGEST_ASKED_MS));
    const nextAt = clock.now() + againInMs;
    if (!isAboutAlert) this.#pausedUntil = nextAt;
    this.failed++;
    outbox.noteProblem(alert.id, channel, nextAt, problem);
    onAttempt?.({ alert, channel, problem, againInMs });
    return isAboutAlert;
  }

  async #ask(alert: Alert): Promise<Answer> {
    const { clock, secrets, timeoutMs = TIMEOUT_MS, transport } = this.#settings;
    try {
      const request = { ...this.#channel.request(alert), timeoutMs };
      return answerOf(await transport.request(request), this.#channel.host, clock.now());
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return { problem: secrets.hide(error.message), waitMs: null, isAboutAlert: false };
    }
  }
}

/** The body is not repeated: a server may say the secret back. */
function answerOf({ headers, status }: TransportResponse, host: string, now: number): Answer {
  if (status >= 200 && status < 300) return null;
  const means = MEANINGS[status] ?? (status >= 300 && status < 400 ? "it is elsewhere" : undefined);
  return {
    problem: `${host} answered ${status}${means === undefined ? "" : `: ${means}`}`,
    waitMs: waitAsked(headers["retry-after"], now),
    isAboutAlert: ABOUT_ALERT.includes(status),
  };
}

/** Answers that another alert need not get. */
const ABOUT_ALERT: readonly number[] = [400, 413, 422];

const MEANINGS: Readonly<Record<number, string>> = {
  400: "it does not understand the alert",
  401: "the token is not known",
  403: "the token does not allow it",
  404: "there is nothing at that address",
  413: "the alert is too long",
  422: "it does not understand the alert",
  429: "too many",
};

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function waitAsked(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text.trim())) return 1_000 * Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
