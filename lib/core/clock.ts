/** Wall clock as an argument. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number;
}

/** A clock that can also be waited for. */
export interface TimerClock extends Clock {
  /**
   * Calls back once, when so many milliseconds have passed.
   *
   * @returns takes the call back; without effect after it was made
   */
  after(delayMs: number, callback: () => void): () => void;
}

/**
 * Waits on a clock.
 *
 * @throws the signal's reason when it is aborted first; the timer is then taken back
 */
export function sleep(clock: TimerClock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
