import type { TimerClock } from "../lib/core/mod.ts";

/** The machine's clock: the one place where the command line reads it and waits for it. */
export const SYSTEM_CLOCK: TimerClock = {
  now: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
