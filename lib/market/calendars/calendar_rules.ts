import type { HolidayName } from "../holidays.ts";

/**
 * Wall-clock time of a trade date as `HH:MM`, up to `24:00`; `-1d HH:MM` is the evening before and
 * `-2d HH:MM` two days before.
 */
export type ClockText = `${number}:${number}` | `-${number}d ${number}:${number}`;

/** From when until when, on the wall clock. */
export type ClockSpan = readonly [from: ClockText, until: ClockText];

/** Usual hours from a trade date on, until a later entry for the same day of the week. */
export interface HoursRule {
  /** First trade date in force, `YYYY-MM-DD`. */
  readonly from: string;
  /** Days of the week, 0 Sunday … 6 Saturday; Monday to Friday when absent. */
  readonly weekdays?: readonly number[];
  /** First minute of trading; null when nothing trades on these days any more. */
  readonly open: ClockText | null;
  /** IANA zone of `open` where it is not the calendar's. */
  readonly openZone?: string;
  /** First minute after trading. */
  readonly close: ClockText;
  /** Pauses inside, in order. */
  readonly pauses?: readonly ClockSpan[];
  /** The open and its pauses after a day that ended at its usual hour, where they differ. */
  readonly afterUsualDay?: { readonly open: ClockText; readonly pauses: readonly ClockSpan[] };
  /** True where the day has no trade date of its own: its trades carry the next one. */
  readonly joinsNext?: boolean;
  /** What it rests on: for what ships, a key of `CALENDAR_SOURCES`. */
  readonly source: string;
}

/** What one day does instead of its usual hours; what is absent is as usual. */
export type DayRule =
  /** Nothing trades. */
  | { readonly kind: "closed" }
  /** Other hours, and a trade date of its own. */
  | {
    readonly kind: "hours";
    readonly open?: ClockText;
    readonly close?: ClockText;
    readonly pauses?: readonly ClockSpan[];
  }
  /** Trades until `close`, under the trade date of the next day that settles. */
  | {
    readonly kind: "halt";
    readonly open?: ClockText;
    readonly close: ClockText;
    readonly pauses?: readonly ClockSpan[];
  };

/** What a calendar does on a holiday; the first rule of its list that holds decides. */
export interface HolidayRule {
  /** Names of holidays, or dates as `MM-DD`. */
  readonly on: readonly HolidayName[];
  /** How many days after the holiday the rule holds, negative before it. @default 0 */
  readonly daysAfter?: number;
  /** First date in force, `YYYY-MM-DD`; always when absent. */
  readonly from?: string;
  /** Date from which it is no longer in force; for ever when absent. */
  readonly before?: string;
  /** Only on these days of the week, 0 Sunday … 6 Saturday. */
  readonly weekdays?: readonly number[];
  /** What happens. */
  readonly rule: DayRule;
  /** What it rests on: for what ships, a key of `CALENDAR_SOURCES`. */
  readonly source: string;
}

/** A day that follows no rule; it outranks holidays. */
export interface OneDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** What happens; null for usual hours on what would be a holiday. */
  readonly rule: DayRule | null;
  /** What it rests on: for what ships, a key of `CALENDAR_SOURCES`. */
  readonly source: string;
}

/**
 * When a market trades, as plain data: usual hours by date, what it does on holidays, and days that
 * follow no rule.
 */
export interface CalendarRules {
  /** Name by which instruments refer to it. */
  readonly name: string;
  /** What trades by it, for people. */
  readonly title: string;
  /** IANA zone of all its hours. */
  readonly timeZone: string;
  /** Usual hours, oldest first. */
  readonly hours: readonly HoursRule[];
  /** What it does on holidays, the more specific first. */
  readonly holidays: readonly HolidayRule[];
  /** Days that follow no rule. */
  readonly days: readonly OneDay[];
}

/** Nothing trades. */
export const CLOSED: DayRule = { kind: "closed" };

/** Ends early, with a trade date of its own. */
export function early(close: ClockText): DayRule {
  return { kind: "hours", close };
}

/** Opens at another time, and ends early where `close` is given. */
export function opens(open: ClockText, close?: ClockText): DayRule {
  return { kind: "hours", open, ...(close === undefined ? {} : { close }) };
}

/** Trades until `close` for the next trade date. */
export function halt(close: ClockText): DayRule {
  return { kind: "halt", close };
}
