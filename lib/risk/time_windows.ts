import { DAY_MS, MINUTE_MS } from "../market/mod.ts";

/** A span of time around an event in which nothing is entered. */
export interface NewsWindow {
  /** Epoch milliseconds, UTC. */
  readonly from: number;
  /** Epoch milliseconds, UTC, exclusive. */
  readonly until: number;
  /** What happens then, for example `US payrolls`. */
  readonly event: string;
}

/** Hours of the wall clock in which entries are allowed; may pass midnight. */
export interface SessionWindow {
  /** IANA zone of the clock. */
  readonly timeZone: string;
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** Minutes after midnight, exclusive; not above `fromMinute` when the window passes midnight. */
  readonly untilMinute: number;
}

/** The news window that holds a time, or null. Windows may overlap and be in any order. */
export function newsAt(windows: readonly NewsWindow[], time: number): NewsWindow | null {
  return windows.find(({ from, until }) => from <= time && time < until) ?? null;
}

/**
 * Whether a wall-clock time lies in a window.
 *
 * @example
 * ```ts
 * import { isInSession } from "./time_windows.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const morning = { timeZone: "America/New_York", fromMinute: 570, untilMinute: 720 };
 * assertEquals(isInSession(morning, Date.parse("2024-07-01T13:30:00Z")), true);
 * assertEquals(isInSession(morning, Date.parse("2024-01-02T13:30:00Z")), false);
 * ```
 */
export function isInSession(window: SessionWindow, time: number): boolean {
  const { fromMinute, untilMinute } = window;
  const minute = wallMinute(window.timeZone, time);
  return fromMinute < untilMinute
    ? fromMinute <= minute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute;
}

/** Minutes since midnight on the wall clock, fractions included. */
function wallMinute(timeZone: string, time: number): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone);
  const wall = time + offsetNanoseconds / 1e6;
  return (((wall % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS;
}
