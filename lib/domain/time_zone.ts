/** Milliseconds in one day. */
export const DAY_MS = 86_400_000;

/** Milliseconds in one minute. */
export const MINUTE_MS = 60_000;

/**
 * Days since 1970-01-01 of an ISO date.
 *
 * @param date `YYYY-MM-DD`
 * @throws {RangeError} when the text is not an existing date in that form
 * @example
 * ```ts
 * import { epochDay } from "./time_zone.ts";
 * import { assertEquals } from "../utils/assert.ts";
 *
 * assertEquals(epochDay("1970-01-02"), 1);
 * ```
 */
export function epochDay(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) {
    throw new RangeError(`Cannot read a date as it must exist as YYYY-MM-DD: current value is ${date}`);
  }
  return time / DAY_MS;
}

/** ISO date of a number of days since 1970-01-01; the inverse of `epochDay`. */
export function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day of the week of a number of days since 1970-01-01: 0 Sunday … 6 Saturday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Turns wall-clock time of one zone into UTC; see `createZone`. */
export interface Zone {
  /** Epoch milliseconds of local midnight of `day` plus `minutes` on the wall clock. */
  toUtc(day: number, minutes: number): number;
}

/**
 * Makes the converter of one IANA time zone, daylight saving included.
 * A wall-clock time that a spring change skips or an autumn change repeats is read with the offset
 * in force before the change; no session of `calendar.ts` opens or closes at such a time.
 *
 * @throws {RangeError} when the zone is unknown
 * @example
 * ```ts
 * import { createZone, epochDay } from "./time_zone.ts";
 * import { assertEquals } from "../utils/assert.ts";
 *
 * const newYork = createZone("America/New_York");
 * const open = newYork.toUtc(epochDay("2024-07-01"), 9 * 60 + 30);
 * assertEquals(new Date(open).toISOString(), "2024-07-01T13:30:00.000Z");
 * ```
 */
export function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offset = (time: number): number => {
    const name = format.formatToParts(time).find((part) => part.type === "timeZoneName")!.value;
    const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name)!;
    const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
    return (match[1] === "-" ? -minutes : minutes) * MINUTE_MS;
  };
  return {
    toUtc(day, minutes) {
      const wall = day * DAY_MS + minutes * MINUTE_MS;
      const guess = wall - offset(wall - offset(wall));
      return guess;
    },
  };
}
