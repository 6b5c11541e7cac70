import type { TimerClock } from "../../core/mod.ts";
import type { Waiters } from "./waiters.ts";

/** What whoever leaves a venue asks and waits for. */
export interface VenueLeave {
  readonly clock: TimerClock;
  readonly waiters: Waiters;
  /** Whether nothing is on its way or in doubt, and exits protect what is held. */
  readonly isAtRest: () => boolean;
  /** Asks for everything that the venue shows, and does what follows. @returns whether it was told */
  readonly ask: () => Promise<boolean>;
  /** Longest time that it may take, milliseconds. */
  readonly longestMs: number;
}

/** A venue that did not answer is asked again after so long. */
const AGAIN_MS = 1_000;

/**
 * Waits until nothing is on its way by what was heard, and the venue then says the same: a message may
 * be late, and nobody hears it any more once a session has left.
 *
 * @returns whether that was so in time
 */
export async function leaveVenue(
  { ask, clock, isAtRest, longestMs, waiters }: VenueLeave,
): Promise<boolean> {
  const until = clock.now() + longestMs;
  while (clock.now() < until) {
    await waiters.until(isAtRest, until - clock.now());
    if (!isAtRest()) return false;
    let isTold: boolean | null = null;
    void ask().then((told) => {
      isTold = told;
      waiters.look();
    });
    await waiters.until(() => isTold !== null, until - clock.now());
    if (isTold === true && isAtRest()) return true;
    if (isTold === false) await new Promise<void>((go) => void clock.after(AGAIN_MS, go));
  }
  return false;
}
