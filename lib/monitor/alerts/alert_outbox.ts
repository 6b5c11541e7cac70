import { join } from "node:path";
import { InputError, type TimerClock } from "../../core/mod.ts";
import { type Database, explainStorageError, lockFile, openDatabase } from "../../db/mod.ts";
import type { Alert, AlertSeverity, Delivery, DeliveryState } from "./alert.ts";

/** Schema of an outbox, one script a version of it. Times are epoch milliseconds. */
const OUTBOX_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE alert (
    id       TEXT    PRIMARY KEY,
    at       REAL    NOT NULL,
    rank     INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 2),
    source   TEXT    NOT NULL,
    title    TEXT    NOT NULL,
    text     TEXT    NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_at ON alert (at);
  CREATE TABLE delivery (
    alert_id   TEXT    NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    channel    TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
    attempts   INTEGER NOT NULL CHECK (attempts >= 0),
    next_at    REAL    NOT NULL,
    problem    TEXT,
    PRIMARY KEY (alert_id, channel)
  ) STRICT, WITHOUT ROWID;
  `,
];

const RANKS: Readonly<Record<AlertSeverity, number>> = { info: 0, warning: 1, critical: 2 };
const SEVERITIES = Object.keys(RANKS) as readonly AlertSeverity[];

/** An alert older than this is not sent any more: nobody wants to be woken by last week. */
export const ALERT_LIFE_MS = 3 * 86_400_000;
/** What has come to its end is forgotten after this, so that it can be looked up for a while. */
const KEPT_MS = 30 * 86_400_000;

const RETRY_MS = 100;
/** While it is opened another process may still close it. */
const OPENING_TIMEOUT_MS = 5_000;

/** How to open an outbox. */
export interface OutboxSettings {
  /** Folder that it lies in. */
  readonly folder: string;
  /** When to try again while another process writes it. */
  readonly clock: Pick<TimerClock, "after">;
  /**
   * Milliseconds that a call waits, and all else with it, while another process writes. Whoever trades
   * waits for nobody. @default {0}
   */
  readonly waitMs?: number;
}

/** An alert that is to be sent now. */
export interface DueAlert {
  /** What to say. */
  readonly alert: Alert;
  /** How often it was tried on this channel. */
  readonly attempts: number;
}

/** An alert with all that became of it. */
export interface ListedAlert extends Alert {
  /** On the channels that have tried it. */
  readonly deliveries: readonly Delivery[];
}

interface AlertRow {
  readonly id: string;
  readonly at: number;
  readonly rank: number;
  readonly source: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Alerts on their way, in a file that those who have something to say and whoever sends it share.
 * Saying it touches no network and waits for nobody.
 */
export class AlertOutbox implements Disposable {
  readonly #database: Database;
  readonly #clock: Pick<TimerClock, "after">;
  readonly #folder: string;
  #unsaid: Alert[] = [];
  #stopRetrying: (() => void) | null = null;

  /** Opens it; see `openOutbox`. */
  constructor({ clock, folder, waitMs = 0 }: OutboxSettings) {
    this.#clock = clock;
    this.#folder = folder;
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw explainStorageError(error, folder);
    }
    this.#database = openDatabase(join(folder, "alerts.sqlite"), {
      migrations: OUTBOX_MIGRATIONS,
      log: "write-ahead",
      busyTimeoutMs: OPENING_TIMEOUT_MS,
    });
    this.#database.script(`PRAGMA busy_timeout = ${Math.round(waitMs)}`);
  }

  /**
   * Puts an alert in. It never throws for the disk: what cannot be written now is kept and tried again
   * while the process lives. One whose `id` was said before changes nothing.
   *
   * @throws {TypeError} when it says nothing
   */
  add(alert: Alert): void {
    const { at, id, title } = alert;
    if (id === "" || title === "" || !Number.isFinite(at) || !(alert.severity in RANKS)) {
      throw new TypeError(
        `Cannot put an alert in as it needs id, title, severity and time: current id is '${id}'`,
      );
    }
    this.#unsaid.push(alert);
    this.#say();
  }

  /** Alerts that could not be written yet. */
  get unsaid(): number {
    return this.#unsaid.length;
  }

  /**
   * Alerts to be sent on a channel now, those that matter most first, then the oldest.
   *
   * @param now epoch milliseconds
   */
  due(channel: string, now: number, most: number): readonly DueAlert[] {
    const rows = this.#database.all<AlertRow & { readonly attempts: number | null }>(
      `SELECT alert.*, delivery.attempts FROM alert
         LEFT JOIN delivery ON delivery.alert_id = alert.id AND delivery.channel = :channel
         WHERE alert.at > :oldest AND (
           delivery.state IS NULL OR (delivery.state = 'waiting' AND delivery.next_at <= :now)
         )
         ORDER BY alert.rank DESC, alert.at, alert.id LIMIT :most`,
      { channel, oldest: now - ALERT_LIFE_MS, now, most },
    );
    return rows.map(({ attempts, ...row }) => ({ alert: alertOf(row), attempts: attempts ?? 0 }));
  }

  /** Notes that a channel's server took an alert. */
  noteSent(id: string, channel: string): void {
    this.#note(id, channel, "sent", 0, null);
  }

  /**
   * Notes that it did not.
   *
   * @param nextAt epoch milliseconds before which it is not tried again
   */
  noteProblem(id: string, channel: string, nextAt: number, problem: string): void {
    this.#note(id, channel, "waiting", nextAt, problem);
  }

  /**
   * Lets one process at a time send: two would send everything twice.
   *
   * @throws {InputError} when another one does
   */
  lockSending(): Disposable {
    return lockFile(join(this.#folder, "sender.lock"), {
      owner: "a task",
      refusal: "Cannot send alerts",
      remedy: "stop that one first",
    });
  }

  /** Gives up what has become too old, and forgets what came to its end long ago. */
  tidy(now: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE delivery SET state = 'given-up' WHERE state = 'waiting' AND alert_id IN (
           SELECT id FROM alert WHERE at <= :oldest)`,
        { oldest: now - ALERT_LIFE_MS },
      );
      this.#database.run("DELETE FROM alert WHERE at <= :oldest", { oldest: now - KEPT_MS });
    });
  }

  /** The newest alerts, the newest first, with what became of them. */
  list(most: number): readonly ListedAlert[] {
    const alerts = this.#database.all<AlertRow>(
      "SELECT * FROM alert ORDER BY at DESC, id LIMIT :most",
      { most },
    );
    return alerts.map((row) => ({
      ...alertOf(row),
      deliveries: this.#database.all<Delivery>(
        `SELECT channel, state, attempts, problem FROM delivery
           WHERE alert_id = :id ORDER BY channel`,
        { id: row.id },
      ).map((delivery) => ({ ...delivery })),
    }));
  }

  /** Closes it; what could not be written is gone. */
  [Symbol.dispose](): void {
    this.#say();
    this.#stopRetrying?.();
    this.#database[Symbol.dispose]();
  }

  #say(): void {
    if (this.#unsaid.length === 0) return;
    try {
      this.#database.transaction(() => {
        for (const { severity, ...alert } of this.#unsaid) {
          this.#database.run(
            `INSERT INTO alert (id, at, rank, source, title, text)
               VALUES (:id, :at, :rank, :source, :title, :text) ON CONFLICT (id) DO NOTHING`,
            { ...alert, rank: RANKS[severity] },
          );
        }
      });
      this.#unsaid = [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#stopRetrying ??= this.#clock.after(RETRY_MS, () => {
        this.#stopRetrying = null;
        this.#say();
      });
    }
  }

  #note(
    id: string,
    channel: string,
    state: DeliveryState,
    nextAt: number,
    problem: string | null,
  ): void {
    this.#database.run(
      `INSERT INTO delivery (alert_id, channel, state, attempts, next_at, problem)
         VALUES (:id, :channel, :state, 1, :nextAt, :problem)
         ON CONFLICT (alert_id, channel) DO UPDATE SET
           state = :state, attempts = attempts + 1, next_at = :nextAt, problem = :problem`,
      { id, channel, state, nextAt, problem },
    );
  }
}

/**
 * Opens the outbox of a folder, or begins it. Several processes may have it open.
 *
 * @throws {InputError} when it cannot be written
 * @throws {CorruptArtifactError} when it is damaged
 * @example
 * ```ts
 * import { assertEquals } from "../../../tests/assert.ts";
 * import { VirtualClock } from "../../core/virtual_clock.ts";
 * import { openOutbox } from "./alert_outbox.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * {
 *   using outbox = openOutbox({ folder, clock: new VirtualClock() });
 *   const alert = { id: "paper-1/482", at: 1_000, severity: "critical" } as const;
 *   for (let said = 0; said < 2; said++) {
 *     outbox.add({ ...alert, source: "paper-1", title: "Halted", text: "The disk is full." });
 *   }
 *   assertEquals(outbox.due("webhook", 2_000, 10).length, 1);
 *   outbox.noteSent("paper-1/482", "webhook");
 *   assertEquals(outbox.due("webhook", 2_000, 10).length, 0);
 * }
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openOutbox(settings: OutboxSettings): AlertOutbox {
  return new AlertOutbox(settings);
}

function alertOf({ rank, ...row }: AlertRow): Alert {
  return { ...row, severity: SEVERITIES[rank]! };
}
