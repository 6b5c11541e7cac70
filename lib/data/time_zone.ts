import { InputError } from "../core/mod.ts";

/** What a wall-clock reading stands for in UTC. */
export interface WallTime {
  /** Epoch milliseconds of the reading; the earlier one of two. NaN when clocks skipped it. */
  readonly earlier: number;
  /** The second moment with this reading where clocks were set back; else equal to `earlier`. */
  readonly later: number;
}

/** Turns wall-clock readings of one time zone into UTC. */
export interface WallClock {
  /** IANA name. */
  readonly timeZone: string;
  /**
   * Epoch milliseconds of a reading when exactly one moment shows it, else NaN.
   *
   * @param wall the reading as if it were UTC, epoch milliseconds
   */
  toUtc(wall: number): number;
  /** The full answer, for readings where `toUtc` gives NaN. */
  resolve(wall: number): WallTime;
}

/** A span of UTC time with one offset. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const DAY_MS = 86_400_000;

/**
 * Makes the wall clock of an IANA time zone. Offsets come from the runtime's own time zone data
 * through Temporal and are kept per span between two clock changes, so a sorted column costs one
 * subtraction a row.
 *
 * @throws InputError when the zone is not known
 * @example
 * ```ts
 * import { createWallClock } from "./time_zone.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const newYork = createWallClock("America/New_York");
 * assertEquals(newYork.toUtc(Date.UTC(2024, 6, 1, 9, 30)), Date.UTC(2024, 6, 1, 13, 30));
 * ```
 */
export function createWallClock(timeZone: string): WallClock {
  assertTimeZone(timeZone);
  const spans: Span[] = [];
  const spanAt = (utc: number): Span => {
    const known = spans.find((span) => utc >= span.from && utc < span.to);
    if (known !== undefined) return known;
    const span = readSpan(timeZone, utc);
    spans.push(span);
    return span;
  };
  const resolve = (wall: number): WallTime => {
    // Offsets lie within a day, so these two moments are on either side of the true one.
    const moments = [spanAt(wall - DAY_MS), spanAt(wall + DAY_MS)]
      .map((span) => ({ span, utc: wall - span.offset }))
      .filter(({ span, utc }) => utc >= span.from && utc < span.to)
      .map(({ utc }) => utc);
    return moments.length === 0
      ? { earlier: NaN, later: NaN }
      : { earlier: Math.min(...moments), later: Math.max(...moments) };
  };

  let offset = 0;
  // Readings a day or more away from any clock change need no second look.
  let safeFrom = Infinity;
  let safeTo = -Infinity;
  return {
    timeZone,
    resolve,
    toUtc(wall) {
      if (wall >= safeFrom && wall < safeTo) return wall - offset;
      const { earlier, later } = resolve(wall);
      if (earlier !== later) return NaN;
      const span = spanAt(earlier);
      offset = span.offset;
      safeFrom = span.from + offset + DAY_MS;
      safeTo = span.to + offset - DAY_MS;
      return earlier;
    },
  };
}

function readSpan(timeZone: string, utc: number): Span {
  const moment = Temporal.Instant.fromEpochMilliseconds(utc).toZonedDateTimeISO(timeZone);
  // The previous change of a moment that is itself a change lies before it: step past it first.
  const after = moment.add({ nanoseconds: 1 });
  return {
    from: after.getTimeZoneTransition("previous")?.epochMilliseconds ?? -Infinity,
    to: moment.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity,
    offset: moment.offsetNanoseconds / 1e6,
  };
}

/**
 * @throws InputError when the runtime does not know the IANA zone
 */
function assertTimeZone(timeZone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  } catch (cause) {
    throw new InputError(`Cannot find the time zone: current value is '${timeZone}'`, {
      where: "--time-zone",
      remedy: "use an IANA name such as America/New_York, America/Chicago or UTC",
      cause,
    });
  }
}
