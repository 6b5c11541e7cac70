import type {
  CalendarRules,
  ClockSpan,
  ClockText,
  DayRule,
  HoursRule,
} from "./calendars/calendar_rules.ts";
import { holidaysOn } from "./holidays.ts";
import { epochDay, weekday } from "./time_zone.ts";

/** Wall-clock minutes from local midnight of the segment's day; negative on the days before. */
export type Minutes = number;

/** A pause in minutes. */
export type MinuteSpan = readonly [from: Minutes, until: Minutes];

/**
 * The trading that one day brings, from the evening before where the market opens then.
 *
 * A `halt` segment ends without ending the session: its trades carry the trade date of the next day
 * that settles (CME Group's holiday notices).
 */
export interface Segment {
  /** First minute of trading. */
  readonly open: Minutes;
  /** IANA zone of `open` where it is not the calendar's. */
  readonly openZone: string | undefined;
  /** First minute after trading. */
  readonly close: Minutes;
  /** Whether it ends at the usual hour, before it, or without ending the session. */
  readonly kind: "regular" | "early" | "halt";
  /** Pauses inside the segment, in order. */
  readonly pauses: readonly MinuteSpan[];
}

/**
 * The segment of each day by the rules of a calendar: null where nothing trades.
 *
 * @returns a function of days since 1970-01-01 on the wall clock of the calendar's zone
 */
export function segmentsByRules(rules: CalendarRules): (day: number) => Segment | null {
  const hoursOf = hoursByDay(rules.hours);
  const ruleOf = rulesByDay(rules);
  const withRule = (day: number, usual: Segment): Segment | null => {
    const rule = ruleOf(day);
    if (rule === undefined) return usual;
    return rule.kind === "closed" ? null : changed(usual, rule);
  };
  const endsAsUsual = (day: number): boolean => {
    const hours = hoursOf(day);
    return hours !== null && withRule(day, hours.usual)?.kind === "regular";
  };
  return (day) => {
    const hours = hoursOf(day);
    if (hours === null) return null;
    const { afterUsual, usual } = hours;
    const own = afterUsual !== null && endsAsUsual(day - 1) ? { ...usual, ...afterUsual } : usual;
    return withRule(day, own);
  };
}

const WEEKDAYS = [1, 2, 3, 4, 5];

interface NoHours {
  readonly from: number;
  readonly usual: null;
}

interface Hours {
  readonly from: number;
  readonly usual: Segment;
  readonly afterUsual: Pick<Segment, "open" | "pauses"> | null;
}

/**
 * Entries by day of the week, the latest that is in force; null where nothing trades. The first
 * entries hold before their date too, as older hours are not known.
 */
function hoursByDay(rules: readonly HoursRule[]): (day: number) => Hours | null {
  const entries = Array.from({ length: 7 }, (): (Hours | NoHours)[] => []);
  for (const rule of rules) {
    const from = rule.from === rules[0]!.from ? -Infinity : epochDay(rule.from);
    const hours = parseHours(rule, from);
    for (const name of rule.weekdays ?? WEEKDAYS) entries[name]!.unshift(hours);
  }
  return (day) => {
    const found = entries[weekday(day)]!.find(({ from }) => from <= day);
    return found === undefined || found.usual === null ? null : found;
  };
}

function parseHours(rule: HoursRule, from: number): Hours | NoHours {
  if (rule.open === null) return { from, usual: null };
  const other = rule.afterUsualDay;
  return {
    from,
    usual: {
      open: clockMinutes(rule.open),
      openZone: rule.openZone,
      close: clockMinutes(rule.close),
      kind: rule.joinsNext === true ? "halt" : "regular",
      pauses: spans(rule.pauses ?? []),
    },
    afterUsual: other === undefined
      ? null
      : { open: clockMinutes(other.open), pauses: spans(other.pauses) },
  };
}

/** What a day does instead of its usual hours; undefined on most days. */
function rulesByDay(rules: CalendarRules): (day: number) => DayRule | undefined {
  const days = new Map(rules.days.map(({ date, rule }) => [epochDay(date), rule]));
  const holidays = rules.holidays.map((holiday) => ({
    names: new Set<string>(holiday.on),
    daysAfter: holiday.daysAfter ?? 0,
    from: holiday.from === undefined ? -Infinity : epochDay(holiday.from),
    before: holiday.before === undefined ? Infinity : epochDay(holiday.before),
    weekdays: holiday.weekdays,
    rule: holiday.rule,
  }));
  return (day) => {
    const own = days.get(day);
    if (own !== undefined) return own ?? undefined;
    return holidays.find((holiday) =>
      holiday.from <= day && day < holiday.before &&
      (holiday.weekdays?.includes(weekday(day)) ?? true) &&
      holidaysOn(day - holiday.daysAfter).some((name) => holiday.names.has(name))
    )?.rule;
  };
}

function changed(usual: Segment, rule: Exclude<DayRule, { kind: "closed" }>): Segment {
  const open = rule.open === undefined ? usual.open : clockMinutes(rule.open);
  const close = rule.close === undefined ? usual.close : clockMinutes(rule.close);
  return {
    open,
    openZone: rule.open === undefined ? usual.openZone : undefined,
    close,
    kind: rule.kind === "halt" ? "halt" : close < usual.close ? "early" : usual.kind,
    pauses: rule.pauses === undefined
      ? usual.pauses.filter(([from]) => open < from && from < close)
      : spans(rule.pauses),
  };
}

function spans(texts: readonly ClockSpan[]): MinuteSpan[] {
  return texts.map(([from, until]) => [clockMinutes(from), clockMinutes(until)]);
}

/** Minutes from midnight of the trade date. @throws {RangeError} when the text is no such time */
export function clockMinutes(text: ClockText): Minutes {
  const match = /^(?:-(\d)d )?(\d\d):([0-5]\d)$/.exec(text);
  const minutes = Number(match?.[2]) * 60 + Number(match?.[3]);
  if (match === null || minutes > 1_440) {
    throw new RangeError(
      `Cannot read a time as it must be HH:MM or -1d HH:MM: current value is ${text}`,
    );
  }
  return minutes - Number(match[1] ?? 0) * 1_440;
}
