import type { TimerClock } from "./clock.ts";

/**
 * A clock that begins at a moment of its own and runs so many times as fast as another; once it is
 * disposed of, nobody is called any more.
 *
 * @param start epoch milliseconds
 * @example
 * ```ts
 * import { scaledClock } from "./scaled_clock.ts";
 * import { VirtualClock } from "./virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const wall = new VirtualClock(500);
 * const clock = scaledClock(wall, 1_000_000, 60);
 * await wall.advance(1_000);
 * assertEquals(clock.now(), 1_060_000);
 * ```
 */
export function scaledClock(
  wall: TimerClock,
  start: number,
  speed: number,
): TimerClock & Disposable {
  const begun = wall.now();
  const stops = new Set<() => void>();
  const now = (): number => Math.floor(start + (wall.now() - begun) * speed);
  return {
    now,
    after(delayMs, callback) {
      const due = now() + delayMs;
      let stopWaiting: () => void = () => {};
      const stop = (): void => {
        stops.delete(stop);
        stopWaiting();
      };
      // A wall clock may call a little early, and no later than its longest wait.
      const wait = (): void => {
        const left = (due - now()) / speed;
        stopWaiting = wall.after(Math.min(Math.max(0, left), LONGEST_WAIT_MS), () => {
          if (now() < due) return wait();
          stops.delete(stop);
          callback();
        });
      };
      stops.add(stop);
      wait();
      return stop;
    },
    [Symbol.dispose]() {
      for (const stop of stops) stop();
    },
  };
}

/** Timers of the system are 32 bits wide. */
const LONGEST_WAIT_MS = 86_400_000;
