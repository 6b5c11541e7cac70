import { sleep, type TimerClock } from "../../lib/core/mod.ts";
import type { NightSchedule } from "../../lib/improve/mod.ts";

/** What nights are repeated under. */
export interface RepeatControl {
  /** Tells the time and waits. */
  readonly clock: TimerClock;
  /** Ends it between nights and in them. */
  readonly signal: AbortSignal;
  /** Hears when the next night begins. */
  readonly onWait: (line: string) => void;
}

/** Looked at the clock so often: a machine that slept, or whose clock was set, is no later for it. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Runs a night at every time of a schedule, one after the other: a time that passes during a night is
 * left out. Ends where the schedule does.
 *
 * @param night says by itself what went wrong in it; what it throws ends all
 * @throws the reason of the signal
 */
export async function repeatNights(
  schedule: NightSchedule,
  { clock, onWait, signal }: RepeatControl,
  night: () => Promise<void>,
): Promise<void> {
  for (let at = schedule.next(clock.now()); at < Infinity; at = schedule.next(clock.now())) {
    onWait(`next night at ${new Date(at).toISOString().slice(0, 16)}Z, by ${schedule.text}`);
    while (clock.now() < at) {
      await sleep(clock, Math.min(LONGEST_SLEEP_MS, at - clock.now()), signal);
    }
    await night();
  }
}
