import { DAY_MS, MINUTE_MS, wallTimeToUtc } from "../../market/mod.ts";

/** A time that the wall clock of a place shows once a day. */
export interface DailyTime {
  /** `HH:MM`, 24 hours. */
  readonly time: string;
  /** IANA zone, never an abbreviation: firms write EST all year and mean New York. */
  readonly timeZone: string;
}

/** Finds the moments at which a wall clock shows its time. */
export interface DailyClock {
  /** The last such moment at or before a time, epoch milliseconds. */
  lastAt(time: number): number;
  /** The first such moment after a time, epoch milliseconds. */
  nextAt(time: number): number;
}

/** Changes of the clock are looked at from this year on … */
const FIRST_YEAR = 2026;
/** … up to this one; zones repeat their rules. */
const LAST_YEAR = 2037;

/**
 * Follows a wall clock, daylight saving included. The span between two moments is remembered, as
 * most questions fall into that of the question before.
 *
 * @throws RangeError when the zone is unknown
 * @example
 * ```ts
 * import { createDailyClock } from "./daily_clock.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const clock = createDailyClock({ time: "15:10", timeZone: "America/Chicago" });
 * const next = clock.nextAt(Date.parse("2026-11-01T12:00:00Z"));
 * assertEquals(new Date(next).toISOString(), "2026-11-01T21:10:00.000Z");
 * ```
 */
export function createDailyClock({ time: shown, timeZone }: DailyTime): DailyClock {
  const minutes = minutesOf(shown);
  let last = Infinity, next = -Infinity;
  const find = (time: number): void => {
    if (last <= time && time < next) return;
    const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(time)
      .toZonedDateTimeISO(timeZone);
    const day = Math.floor((time + offsetNanoseconds / 1e6) / DAY_MS);
    const moments = [-1, 0, 1, 2].map((shift) => wallTimeToUtc(timeZone, day + shift, minutes));
    last = moments.findLast((moment) => moment <= time)!;
    next = moments.find((moment) => moment > time)!;
  };
  find(0);
  return {
    lastAt: (time) => (find(time), last),
    nextAt: (time) => (find(time), next),
  };
}

/** Minutes since midnight of `HH:MM`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return 60 * hours + minutes;
}

/**
 * The first day on which a wall clock is put forward over its time, or null when it shows it every
 * day. A rule at such a time has no moment on that day.
 *
 * @returns ISO date
 * @example
 * ```ts
 * import { skippedOn } from "./daily_clock.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(skippedOn({ time: "02:30", timeZone: "America/New_York" }), "2026-03-08");
 * assertEquals(skippedOn({ time: "15:10", timeZone: "America/Chicago" }), null);
 * ```
 */
export function skippedOn({ time, timeZone }: DailyTime): string | null {
  const minute = minutesOf(time);
  for (const { from, until } of skippedSpans(timeZone)) {
    const midnight = Math.floor(from / 1_440) * 1_440;
    for (const shown of [midnight + minute, midnight + 1_440 + minute]) {
      if (from <= shown && shown < until) {
        return new Date(shown * MINUTE_MS).toISOString().slice(0, 10);
      }
    }
  }
  return null;
}

/** Minutes since 1970 on the wall clock that it never shows. */
interface SkippedSpan {
  readonly from: number;
  readonly until: number;
}

/** By zone, as many rules share few zones. */
const KNOWN_SPANS = new Map<string, readonly SkippedSpan[]>();

function skippedSpans(timeZone: string): readonly SkippedSpan[] {
  const known = KNOWN_SPANS.get(timeZone);
  if (known !== undefined) return known;
  const spans: SkippedSpan[] = [];
  let at = Temporal.PlainDate.from(`${FIRST_YEAR}-01-01`).toZonedDateTime(timeZone);
  while (true) {
    const change = at.getTimeZoneTransition("next");
    if (change === null || change.year > LAST_YEAR) break;
    const before = change.subtract({ milliseconds: 1 }).offsetNanoseconds / 1e6;
    const local = (offsetMs: number) => (change.epochMilliseconds + offsetMs) / MINUTE_MS;
    const [from, until] = [local(before), local(change.offsetNanoseconds / 1e6)];
    if (from < until) spans.push({ from, until });
    at = change;
  }
  KNOWN_SPANS.set(timeZone, spans);
  return spans;
}

/**
 * Epoch milliseconds of a local date and time.
 *
 * @param local `YYYY-MM-DDTHH:MM`, seconds allowed
 * @throws RangeError where the clock skips that time, shows it twice, or the zone is unknown
 */
export function localTime(local: string, timeZone: string): number {
  return Temporal.PlainDateTime.from(local)
    .toZonedDateTime(timeZone, { disambiguation: "reject" }).epochMilliseconds;
}
