import type { TimerClock } from "./clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when it is told to, so that months pass in milliseconds and every run is
 * the same. Timers run in the order of their times; of equal times the one set first.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "./virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const clock = new VirtualClock(1_000);
 * const heard: number[] = [];
 * clock.after(500, () => heard.push(clock.now()));
 * await clock.advance(600);
 * assertEquals([heard, clock.now()], [[1_500], 1_600]);
 * ```
 */
export class VirtualClock implements TimerClock {
  #now: number;
  #count = 0;
  #timers: Timer[] = [];

  /**
   * Stands still until it is moved.
   *
   * @param now epoch milliseconds at the start
   */
  constructor(now = 0) {
    this.#now = now;
  }

  /** Epoch milliseconds, UTC. */
  now(): number {
    return this.#now;
  }

  /** Calls back once, when so much time has passed; returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#count++, callback };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Whether nobody waits. */
  get isIdle(): boolean {
    return this.#timers.length === 0;
  }

  /** Lets so many milliseconds pass; what timers set off is done before the next of them runs. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await settle();
    for (let next = this.#next(until); next !== null; next = this.#next(until)) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.callback();
      await settle();
    }
    this.#now = until;
  }

  #next(until: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      const isEarlier = next === null || timer.at < next.at ||
        (timer.at === next.at && timer.order < next.order);
      if (isEarlier) next = timer;
    }
    return next;
  }
}

/** Promises that a callback resolved have run, and those that they resolved in turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 16; turn++) await Promise.resolve();
}
