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
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(epochDay("1970-01-02"), 1);
 * ```
 */
export function epochDay(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) {
    throw new RangeError(
      `Cannot read a date as it must exist as YYYY-MM-DD: current value is ${date}`,
    );
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

/**
 * Turns the wall-clock time of an IANA time zone into UTC, daylight saving included.
 * A time that the spring change skips or the autumn change repeats is read with the offset before
 * the change; no session of `calendar.ts` opens or closes at such a time.
 *
 * @param day days since 1970-01-01 on the wall clock
 * @param minutes since local midnight, also negative or beyond the day
 * @returns epoch milliseconds
 * @throws {RangeError} when the zone is unknown
 * @example
 * ```ts
 * import { epochDay, wallTimeToUtc } from "./time_zone.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const open = wallTimeToUtc("America/New_York", epochDay("2024-07-01"), 9 * 60 + 30);
 * assertEquals(new Date(open).toISOString(), "2024-07-01T13:30:00.000Z");
 * ```
 */
export function wallTimeToUtc(timeZone: string, day: number, minutes: number): number {
  return Temporal.Instant.fromEpochMilliseconds(day * DAY_MS + minutes * MINUTE_MS)
    .toZonedDateTimeISO("UTC").toPlainDateTime()
    .toZonedDateTime(timeZone).epochMilliseconds;
}
