import type { TimerClock } from "../core/mod.ts";

/**
 * A clock that begins at a moment of its own and runs so many times as fast as another.
 *
 * @param start epoch milliseconds
 * @example
 * ```ts
 * import { scaledClock } from "./scaled_clock.ts";
 * import { VirtualClock } from "../core/mod.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const wall = new VirtualClock(500);
 * const clock = scaledClock(wall, 1_000_000, 60);
 * await wall.advance(1_000);
 * assertEquals(clock.now(), 1_060_000);
 * ```
 */
export function scaledClock(wall: TimerClock, start: number, speed: number): TimerClock {
  const begun = wall.now();
  const now = (): number => Math.floor(start + (wall.now() - begun) * speed);
  return {
    now,
    after(delayMs, callback) {
      const due = now() + delayMs;
      let stop: () => void = () => {};
      // A wall clock may call a little early, and no later than its longest wait.
      const wait = (): void => {
        const left = (due - now()) / speed;
        stop = wall.after(Math.min(Math.max(0, left), LONGEST_WAIT_MS), () => {
          if (now() >= due) callback();
          else wait();
        });
      };
      wait();
      return () => stop();
    },
  };
}

/** Timers of the system are 32 bits wide. */
const LONGEST_WAIT_MS = 86_400_000;
