import type { TimerClock } from "../core/mod.ts";

/** How often the time is looked at between bars that come in their own time. */
const LOOK_EVERY_MS = 1_000;

/**
 * Looks at the time while no bar comes: a feed that is silent does not tell that a position has to
 * go. Where bars come at any speed there is nothing to look at, so it is started by the first that
 * came in its own time.
 */
export class RuleWatch implements Disposable {
  readonly #clock: TimerClock;
  readonly #onLook: (time: number, untilNextMs: number) => void;
  #stop: (() => void) | null = null;

  /** @param onLook is told the time and how long it takes until it is told again */
  constructor(clock: TimerClock, onLook: (time: number, untilNextMs: number) => void) {
    this.#clock = clock;
    this.#onLook = onLook;
  }

  /** Begins to look, once. */
  start(): void {
    if (this.#stop === null) this.#next();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#stop?.();
    this.#stop = null;
  }

  #next(): void {
    this.#stop = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#next();
      this.#onLook(this.#clock.now(), LOOK_EVERY_MS);
    });
  }
}
