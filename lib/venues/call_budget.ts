import type { TimerClock } from "../core/mod.ts";

/**
 * Who is let through first: what makes a position smaller or guards it, what finds out how things
 * stand, what opens a position, what can wait.
 */
export const CALL_PRIORITIES = ["exit", "watch", "entry", "poll"] as const;

/** One of them. */
export type CallPriority = typeof CALL_PRIORITIES[number];

/** How a call is made. */
export interface CallOptions {
  /** Who is let through first. */
  readonly priority: CallPriority;
  /** Longest wait for its turn, milliseconds. @default {Infinity} */
  readonly patienceMs?: number;
  /** Asked just before it goes; one that is not wanted any more is not sent. */
  readonly isWanted?: () => boolean;
}

/** How many calls a venue is sent. */
export interface CallLimits {
  /** In one second. */
  readonly perSecond: number;
  /** In any minute. */
  readonly perMinute: number;
  /** In any hour. */
  readonly perHour: number;
  /** Calls that failed, in any hour, after which only exits go on, and few looks. */
  readonly failuresPerHour: number;
}

/** What share of a minute or an hour each may use up: the rest is kept for those before it. */
const SHARES: Readonly<Record<CallPriority, number>> = {
  exit: 1,
  watch: 0.9,
  entry: 0.7,
  poll: 0.6,
};

/** Between two looks where too many calls failed. */
const WATCH_MS = 30_000;

const SECOND_MS = 1_000, MINUTE_MS = 60_000, HOUR_MS = 3_600_000;

interface Waiting {
  readonly settle: (goes: boolean) => void;
  /** Takes back the end of its patience. */
  readonly stop: () => void;
}

/** How much of a budget has been used. */
export interface CallUsage {
  /** In the last minute. */
  readonly minute: number;
  /** In the last hour. */
  readonly hour: number;
  /** Failed in the last hour. */
  readonly failures: number;
  /** How many wait. */
  readonly waiting: number;
}

/**
 * The one place that says when a venue may be called. Calls of one priority go in their order, and
 * none overtakes one of a higher priority; nothing is dropped.
 *
 * @example
 * ```ts
 * import { CallBudget } from "./call_budget.ts";
 * import { VirtualClock } from "../core/virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const limits = { perSecond: 1, perMinute: 60, perHour: 4_000, failuresPerHour: 50 };
 * const clock = new VirtualClock(), budget = new CallBudget(clock, limits), gone: string[] = [];
 * for (const priority of ["entry", "poll", "exit"] as const) {
 *   void budget.take(priority).then(() => gone.push(priority));
 * }
 * await clock.advance(2_000);
 * assertEquals(gone, ["entry", "exit", "poll"]);
 * ```
 */
export class CallBudget {
  readonly #clock: TimerClock;
  readonly #limits: CallLimits;
  readonly #queues: Readonly<Record<CallPriority, Waiting[]>> = {
    ...{ exit: [], watch: [], entry: [], poll: [] },
  };
  /** When calls went in the last hour, oldest first. */
  #sent: number[] = [];
  #failed: number[] = [];
  /** When a look at how things stand went last. */
  #watchedAt = -Infinity;
  #pausedUntil = -Infinity;
  #stopTimer: (() => void) | null = null;
  readonly #onSent: () => void;

  /**
   * Nothing has been sent yet.
   *
   * @param onSent told each time that a call may go
   */
  constructor(clock: TimerClock, limits: CallLimits, onSent: () => void = () => {}) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onSent = onSent;
  }

  /** How much has been used. */
  get usage(): CallUsage {
    this.#forget();
    const waiting = CALL_PRIORITIES.reduce((sum, each) => sum + this.#queues[each].length, 0);
    const { length: hour } = this.#sent;
    return { minute: this.#since(MINUTE_MS), hour, failures: this.#failed.length, waiting };
  }

  /**
   * Settles when a call may go; it counts from then on.
   *
   * @param patienceMs longest wait
   * @returns false when it may not go in time
   */
  take(priority: CallPriority, patienceMs = Infinity): Promise<boolean> {
    const queue = this.#queues[priority];
    return new Promise((settle) => {
      const stop = patienceMs === Infinity ? () => {} : this.#clock.after(patienceMs, () => {
        queue.splice(queue.indexOf(waiting), 1);
        settle(false);
      });
      const waiting: Waiting = { settle, stop };
      queue.push(waiting);
      this.#pump();
    });
  }

  /** Nothing goes before a time, epoch milliseconds. */
  pauseUntil(time: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, time);
  }

  /** Counts calls as just made: those of a process before this one, which nobody has counted. */
  assume(calls: number): void {
    const now = this.#clock.now();
    // Not in this very second.
    for (let call = 0; call < calls; call++) this.#sent.push(now - SECOND_MS);
  }

  /** Notes that a call failed. */
  noteFailure(): void {
    this.#failed.push(this.#clock.now());
  }

  /** Lets nobody wait any longer: who waits never goes. */
  close(): void {
    this.#stopTimer?.();
    for (const priority of CALL_PRIORITIES) {
      for (const { stop } of this.#queues[priority].splice(0)) stop();
    }
  }

  #pump(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    for (const priority of CALL_PRIORITIES) {
      const queue = this.#queues[priority];
      while (queue.length > 0) {
        const waitMs = this.#readyAt(priority) - this.#clock.now();
        if (waitMs > 0) {
          // A wait of an hour is looked at again now and then: a pause may become longer.
          this.#stopTimer = this.#clock.after(Math.min(waitMs, MINUTE_MS), () => this.#pump());
          return;
        }
        this.#sent.push(this.#clock.now());
        if (priority === "watch") this.#watchedAt = this.#clock.now();
        this.#onSent();
        const { settle, stop } = queue.shift()!;
        stop();
        settle(true);
      }
    }
  }

  /** When the next call of a priority may go. */
  #readyAt(priority: CallPriority): number {
    this.#forget();
    const { failuresPerHour, perHour, perMinute, perSecond } = this.#limits;
    const share = SHARES[priority];
    return Math.max(
      this.#pausedUntil,
      this.#roomAt(SECOND_MS, perSecond),
      this.#roomAt(MINUTE_MS, Math.max(1, Math.floor(share * perMinute))),
      this.#roomAt(HOUR_MS, Math.max(1, Math.floor(share * perHour))),
      this.#failed.length < failuresPerHour ? -Infinity : this.#afterFailures(priority),
    );
  }

  /** Where too many calls failed, exits go on, and now and then a look at how things stand. */
  #afterFailures(priority: CallPriority): number {
    if (priority === "exit") return -Infinity;
    // However many exits go: who hears nothing any more would ask for them for ever.
    if (priority === "watch") return this.#watchedAt + WATCH_MS;
    return this.#failed.at(-this.#limits.failuresPerHour)! + HOUR_MS;
  }

  /** When fewer than so many went within a span. */
  #roomAt(spanMs: number, most: number): number {
    const at = this.#sent.at(-most);
    return at === undefined ? -Infinity : at + spanMs;
  }

  #since(spanMs: number): number {
    const from = this.#clock.now() - spanMs;
    let count = 0;
    while (count < this.#sent.length && this.#sent.at(-1 - count)! > from) count++;
    return count;
  }

  #forget(): void {
    const from = this.#clock.now() - HOUR_MS;
    if ((this.#sent[0] ?? Infinity) <= from) this.#sent = this.#sent.filter((at) => at > from);
    if ((this.#failed[0] ?? Infinity) <= from) {
      this.#failed = this.#failed.filter((at) => at > from);
    }
  }
}
