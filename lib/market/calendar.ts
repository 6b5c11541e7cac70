import type { Bars } from "./bars.ts";
import type { CalendarRules } from "./calendars/calendar_rules.ts";
import { findCalendar } from "./calendars/calendars.ts";
import { type Segment, segmentsByRules } from "./session_rules.ts";
import { DAY_MS, wallTimeToUtc } from "./time_zone.ts";

/** A span of time in which nothing trades. */
export interface Pause {
  /** Epoch milliseconds, UTC. */
  readonly from: number;
  /** Epoch milliseconds, UTC, exclusive. */
  readonly until: number;
}

/** The trading of one trade date. */
export interface Session {
  /** Days since 1970-01-01 of the trade date. */
  readonly tradeDay: number;
  /** Epoch milliseconds, UTC. */
  readonly open: number;
  /** Epoch milliseconds, UTC, exclusive. */
  readonly close: number;
  /** True when the session closes before the usual hour. */
  readonly early: boolean;
  /**
   * Pauses inside the session, in order: the settlement pause of older equity index futures, and
   * the rest of a US holiday whose morning trades for the next trade date.
   */
  readonly pauses: readonly Pause[];
}

/** When an instrument trades. Times are epoch milliseconds UTC. */
export interface SessionCalendar {
  /** The session that holds `time`, pauses included; null between sessions. */
  sessionAt(time: number): Session | null;
  /** True when orders can trade: inside a session and not in one of its pauses. */
  isOpen(time: number): boolean;
  /** Trade day of the session that holds `time`, else of the next session. */
  tradeDay(time: number): number;
  /** The first session that opens after `time`. */
  next(time: number): Session;
  /** The sessions that overlap `[from, to)`, oldest first. */
  sessions(from: number, to: number): Session[];
}

/** From this bar length on, a bar is a whole day and carries the date of its trade day. */
export const DAILY_INTERVAL_MS = 20 * 3_600_000;

/** Weekends and holidays never keep a market shut for longer. */
const LONGEST_BREAK_DAYS = 14;

/**
 * Makes the calendar of an instrument from the name of its session.
 *
 * Look-ups that go forward in time cost a comparison; a jump costs a few microseconds.
 * Hours are those of 2008 to 2027 as exchanges published them (`docs/calendars.md`); older dates
 * have the oldest hours that are known, later ones the newest.
 *
 * @throws {InputError} when no calendar has that name
 * @example
 * ```ts
 * import { createCalendar } from "./calendar.ts";
 * import { isoDate } from "./time_zone.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const calendar = createCalendar({ session: "cme-equity" });
 * const sundayEvening = Date.parse("2024-06-09T22:30:00Z");
 * assertEquals(isoDate(calendar.tradeDay(sundayEvening)), "2024-06-10");
 * assertEquals(calendar.isOpen(Date.parse("2024-06-10T21:30:00Z")), false);
 * ```
 */
export function createCalendar(instrument: { readonly session: string }): SessionCalendar {
  return calendarByRules(findCalendar(instrument.session));
}

/** Makes a calendar from rules of one's own; see `createCalendar`. */
export function calendarByRules(rules: CalendarRules): SessionCalendar {
  const sessionOfDay = createSessionTable(rules);
  let validFrom = Infinity;
  let current: Session = { tradeDay: 0, open: 0, close: 0, early: false, pauses: [] };

  /** The session with the earliest close after `time`: the one that holds it, else the next. */
  function holding(time: number): Session {
    if (time >= validFrom && time < current.close) return current;
    if (!Number.isFinite(time)) {
      throw new RangeError(`Cannot find a session as the time must be finite: time is ${time}`);
    }
    const firstDay = Math.floor(time / DAY_MS) - 1;
    for (let day = firstDay; day <= firstDay + LONGEST_BREAK_DAYS; day++) {
      const session = sessionOfDay(day);
      if (session !== null && session.close > time) {
        validFrom = Math.min(time, session.open);
        return current = session;
      }
    }
    throw new RangeError(`Cannot find a session as none opens within two weeks: time is ${time}`);
  }

  const sessionAt = (time: number): Session | null => {
    const session = holding(time);
    return session.open <= time ? session : null;
  };
  return {
    sessionAt,
    isOpen(time) {
      const session = sessionAt(time);
      if (session === null) return false;
      for (const { from, until } of session.pauses) if (from <= time && time < until) return false;
      return true;
    },
    tradeDay: (time) => holding(time).tradeDay,
    next(time) {
      const session = holding(time);
      return session.open > time ? session : holding(session.close);
    },
    sessions(from, to) {
      const found: Session[] = [];
      let session = holding(from);
      while (session.open < to) {
        found.push(session);
        session = holding(session.close);
      }
      return found;
    },
  };
}

/** Sessions by trade day, each computed once; null on days that have no session of their own. */
function createSessionTable(rules: CalendarRules): (day: number) => Session | null {
  const segmentOf = segmentsByRules(rules);
  const toUtc: ToUtc = (day, minutes, zone = rules.timeZone) => wallTimeToUtc(zone, day, minutes);
  const table = new Map<number, Session | null>();
  return (day) => {
    let session = table.get(day);
    if (session === undefined) table.set(day, session = computeSession(day, segmentOf, toUtc));
    return session;
  };
}

/** Wall-clock minutes of a day to epoch milliseconds. */
type ToUtc = (day: number, minutes: number, zone?: string) => number;

/** Joins a day's own segment with the halted days before it, which share its trade date. */
function computeSession(
  day: number,
  segmentOf: (day: number) => Segment | null,
  toUtc: ToUtc,
): Session | null {
  const own = segmentOf(day);
  if (own === null || own.kind === "halt") return null;
  const pauses = own.pauses.map(([from, until]) => toPause(toUtc, day, from, until));
  let open = toUtc(day, own.open, own.openZone);
  for (let before = day - 1; before >= day - LONGEST_BREAK_DAYS; before--) {
    const segment = segmentOf(before);
    if (segment === null) continue;
    if (segment.kind !== "halt") break;
    const rest = { from: toUtc(before, segment.close), until: open };
    pauses.unshift(
      ...segment.pauses.map(([from, until]) => toPause(toUtc, before, from, until)),
      ...(rest.from < rest.until ? [rest] : []),
    );
    open = toUtc(before, segment.open, segment.openZone);
  }
  const close = toUtc(day, own.close);
  return { tradeDay: day, open, close, early: own.kind === "early", pauses };
}

function toPause(toUtc: ToUtc, day: number, from: number, until: number): Pause {
  return { from: toUtc(day, from), until: toUtc(day, until) };
}

/** Per bar: its trade day, and whether it is the last of its session. */
export interface SessionMarks {
  /** Days since 1970-01-01, one per bar. */
  readonly tradeDay: Int32Array;
  /** 1 where no further bar of the same session can begin, else 0; one per bar. */
  readonly isLast: Uint8Array;
}

/**
 * Marks each bar with its trade day and the end of its session, from the calendar alone: never
 * from the next bar, so that cutting off the future changes nothing.
 *
 * A bar belongs to the session it overlaps (an hourly bar stamped 09:00 belongs to the stock
 * session that opens at 09:30), else to the next one. Daily bars (20 hours and longer) each are
 * a trade day of their own, the UTC date of their stamp, and none is marked as last: there is no
 * later bar of the same day to trade on.
 *
 * @example
 * ```ts
 * import { sessionMarks, createCalendar } from "./calendar.ts";
 * import type { Bars } from "./bars.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const calendar = createCalendar({ session: "us-stock" });
 * const time = Float64Array.of(Date.parse("2024-06-10T18:00Z"), Date.parse("2024-06-10T19:00Z"));
 * const marks = sessionMarks({ time, intervalMs: 3_600_000, length: 2 }, calendar);
 * assertEquals(marks.isLast, Uint8Array.of(0, 1));
 * ```
 */
export function sessionMarks(
  bars: Pick<Bars, "time" | "intervalMs" | "length">,
  calendar: SessionCalendar,
): SessionMarks {
  const { intervalMs, length, time } = bars;
  const tradeDay = new Int32Array(length);
  const isLast = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const mark = sessionMark(time[i]!, intervalMs, calendar);
    tradeDay[i] = mark.tradeDay;
    isLast[i] = mark.isLast ? 1 : 0;
  }
  return { tradeDay, isLast };
}

/** The mark of one bar, which depends on nothing but the bar and the calendar. */
export function sessionMark(
  time: number,
  intervalMs: number,
  calendar: SessionCalendar,
): { readonly tradeDay: number; readonly isLast: boolean } {
  if (intervalMs >= DAILY_INTERVAL_MS) {
    return { tradeDay: Math.floor(time / DAY_MS), isLast: false };
  }
  const session = sessionOfBar(time, intervalMs, calendar);
  if (session === null) return { tradeDay: calendar.tradeDay(time), isLast: false };
  return { tradeDay: session.tradeDay, isLast: time + intervalMs >= session.close };
}

/**
 * The session that a bar overlaps, the earlier one when it overlaps two; null when it lies
 * outside all sessions.
 */
export function sessionOfBar(
  time: number,
  intervalMs: number,
  calendar: SessionCalendar,
): Session | null {
  const session = calendar.sessionAt(time);
  if (session !== null) return session;
  const next = calendar.next(time);
  return next.open < time + intervalMs ? next : null;
}
