import type { TimerClock } from "../core/mod.ts";

/** Calls every so many milliseconds. @returns ends it */
export function beatEvery(clock: TimerClock, everyMs: number, beat: () => void): () => void {
  let stop = (): void => {};
  const again = (): void => {
    stop = clock.after(everyMs, () => {
      again();
      beat();
    });
  };
  again();
  return () => stop();
}

/**
 * Tells once that a peer has been silent for too long: the platform never notices one that is gone.
 *
 * @param heardAt when it was heard last, epoch milliseconds
 * @returns ends it
 */
export function watchSilence(
  clock: TimerClock,
  silentMs: number,
  heardAt: () => number,
  onSilence: (reason: string) => void,
): () => void {
  let stop = (): void => {};
  const again = (): void => {
    const leftMs = heardAt() + silentMs - clock.now();
    if (leftMs <= 0) return onSilence(`nothing was heard for ${silentMs / 1_000} s`);
    stop = clock.after(leftMs, again);
  };
  again();
  return () => stop();
}
