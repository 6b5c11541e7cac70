import { DAY_MS, wallTimeToUtc } from "../market/mod.ts";

/** A moment on the clocks of a zone. */
export interface ZoneClock {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** What the clocks of a zone say. */
export function zoneClock(timeZone: string, time: number): ZoneClock {
  let day = Math.floor(time / DAY_MS) + 1;
  while (wallTimeToUtc(timeZone, day, 0) > time) day--;
  const minutes = Math.floor((time - wallTimeToUtc(timeZone, day, 0)) / 60_000);
  return { day, hour: Math.floor(minutes / 60), minute: minutes % 60 };
}
