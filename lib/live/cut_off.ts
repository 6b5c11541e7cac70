import type { TimerClock } from "../core/mod.ts";

/** What comes in place of an answer that did not come in time. */
export class CutOff {}

/** Waits for an answer, but not longer than so many milliseconds of the clock. */
export async function within<T>(
  clock: TimerClock,
  limitMs: number,
  answer: Promise<T>,
): Promise<T | CutOff> {
  let cancel = (): void => {};
  const late = new Promise<CutOff>((resolve) => {
    cancel = clock.after(limitMs, () => resolve(new CutOff()));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
