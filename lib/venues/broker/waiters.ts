import type { TimerClock } from "../../core/mod.ts";

/** Those who wait for something to hold. */
export class Waiters {
  readonly #clock: TimerClock;
  #waiting: (() => boolean)[] = [];

  /** Nobody waits. */
  constructor(clock: TimerClock) {
    this.#clock = clock;
  }

  /** Settles when something holds, or after so long. */
  until(holds: () => boolean, milliseconds: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#clock.after(milliseconds, resolve);
      this.#waiting.push(() => {
        if (!holds()) return false;
        stop();
        resolve();
        return true;
      });
    });
  }

  /** Something has changed. */
  look(): void {
    this.#waiting = this.#waiting.filter((isDone) => !isDone());
  }
}
