import { type Holiday, isWeekday, usHolidays } from "./holidays.ts";
import type { SessionTemplate } from "./instrument.ts";
import { DAY_MS, epochDay } from "./time_zone.ts";

/** Wall-clock minutes from local midnight of the segment's day; negative on the day before. */
export type Minutes = number;

/**
 * The trading that one weekday brings, from the evening before where the market opens then.
 *
 * A `halt` segment stops early for a holiday without ending the session: its trades carry the
 * trade date of the next day that settles (CME Group's holiday notices).
 */
export interface Segment {
  /** First minute of trading. */
  readonly open: Minutes;
  /** First minute after trading. */
  readonly close: Minutes;
  /** Whether it ends at the usual hour, before it, or without ending the session. */
  readonly kind: "regular" | "early" | "halt";
  /** Pauses inside the segment, in order. */
  readonly pauses: readonly (readonly [from: Minutes, until: Minutes])[];
}

/** What a day does instead of its regular hours. */
type DayRule =
  | { readonly kind: "closed" }
  | { readonly kind: "early" | "halt"; readonly close: Minutes };

const CLOSED: DayRule = { kind: "closed" };
const NO_PAUSE: Segment["pauses"] = [];

/** One-off days outside the holiday rules; they outrank the rules. */
type Exceptions = ReadonlyMap<number, DayRule>;

function exceptions(rows: readonly (readonly [date: string, rule: DayRule])[]): Exceptions {
  return new Map(rows.map(([date, rule]) => [epochDay(date), rule]));
}

function minutes(hour: number, minute = 0): Minutes {
  return hour * 60 + minute;
}

const EVENING_BEFORE: Minutes = minutes(17) - minutes(24);

/** Attacks of 2001; funerals of presidents Reagan, Ford, Bush, Carter; hurricane Sandy. */
const STOCK_EXCEPTIONS = exceptions([
  ["2001-09-11", CLOSED],
  ["2001-09-12", CLOSED],
  ["2001-09-13", CLOSED],
  ["2001-09-14", CLOSED],
  ["2004-06-11", CLOSED],
  ["2007-01-02", CLOSED],
  ["2012-10-29", CLOSED],
  ["2012-10-30", CLOSED],
  ["2018-12-05", CLOSED],
  ["2025-01-09", CLOSED],
]);

const EARLY_MORNING: DayRule = { kind: "early", close: minutes(8, 15) };
const MOURNING: DayRule = { kind: "halt", close: minutes(8, 30) };

/** As the stocks, and the Good Fridays on which a jobs report is published. */
const EQUITY_EXCEPTIONS = exceptions([
  ["2001-09-11", CLOSED],
  ["2001-09-12", CLOSED],
  ["2001-09-13", CLOSED],
  ["2001-09-14", CLOSED],
  ["2004-06-11", CLOSED],
  ["2007-01-02", MOURNING],
  ["2010-04-02", EARLY_MORNING],
  ["2012-04-06", EARLY_MORNING],
  ["2012-10-29", EARLY_MORNING],
  ["2012-10-30", EARLY_MORNING],
  ["2015-04-03", EARLY_MORNING],
  ["2018-12-05", MOURNING],
  ["2021-04-02", EARLY_MORNING],
  ["2023-04-07", EARLY_MORNING],
  ["2025-01-09", MOURNING],
  ["2026-04-03", EARLY_MORNING],
]);

const ENERGY_METALS_EXCEPTIONS = exceptions([
  ["2001-09-11", CLOSED],
  ["2001-09-12", CLOSED],
  ["2001-09-13", CLOSED],
  ["2004-06-11", CLOSED],
]);

const RATES_JOBS_FRIDAY: DayRule = { kind: "early", close: minutes(10, 15) };
/** Good Fridays with a jobs report (QuantConnect LEAN's hours), and the mourning of 2025. */
const RATES_EXCEPTIONS = exceptions([
  ["2001-09-11", CLOSED],
  ["2001-09-12", CLOSED],
  ["2001-09-13", CLOSED],
  ["2004-06-11", CLOSED],
  ["2015-04-03", RATES_JOBS_FRIDAY],
  ["2021-04-02", RATES_JOBS_FRIDAY],
  ["2023-04-07", RATES_JOBS_FRIDAY],
  ["2025-01-09", { kind: "early", close: minutes(12, 15) }],
  ["2026-04-03", RATES_JOBS_FRIDAY],
]);

const FX_JOBS_FRIDAY: DayRule = { kind: "early", close: minutes(10, 15) };
const FX_EXCEPTIONS = exceptions([
  ["2004-06-11", CLOSED],
  ["2021-04-02", FX_JOBS_FRIDAY],
  ["2023-04-07", FX_JOBS_FRIDAY],
  ["2026-04-03", FX_JOBS_FRIDAY],
]);

/** Holidays on which CME Group trades a shortened morning without a settlement. */
const HALT_HOLIDAYS: ReadonlySet<Holiday> = new Set<Holiday>([
  "martin-luther-king",
  "presidents",
  "memorial",
  "juneteenth",
  "independence",
  "labor",
  "thanksgiving",
]);

/** Dates from which CME Group keeps other hours (its notices to members of those years). */
const EQUITY_LATER_CLOSE = epochDay("2012-11-19");
const EQUITY_NOON_HALT = epochDay("2014-05-01");
const FOUR_O_CLOCK_CLOSE = epochDay("2015-09-21");
const EQUITY_NO_PAUSE = epochDay("2021-06-28");
const LATER_HOLIDAY_HALT = epochDay("2022-01-01");

/**
 * The segment of each template on a day: null where nothing trades.
 *
 * @param day days since 1970-01-01 on the wall clock of the instrument's zone
 */
export const SEGMENT_RULES: Readonly<Record<SessionTemplate, (day: number) => Segment | null>> = {
  "us-stock": stockSegment,
  "cme-equity": equitySegment,
  "cme-energy-metals": energyMetalsSegment,
  "cme-fx": currencyFutureSegment,
  "cme-rates": ratesSegment,
  "fx-week": spotCurrencySegment,
  "always": () => ({ open: 0, close: minutes(24), kind: "regular", pauses: NO_PAUSE }),
};

/** New York Stock Exchange, 09:30 to 16:00, half days to 13:00. */
function stockSegment(day: number): Segment | null {
  const holiday = holidayOf(day);
  const rule = STOCK_EXCEPTIONS.get(day) ??
    (holiday === undefined
      ? undefined
      : isHalfDay(holiday)
      ? { kind: "early", close: minutes(13) } as const
      : CLOSED);
  return segment(day, { open: minutes(9, 30), close: minutes(16), pauses: NO_PAUSE }, rule);
}

/** Equity index futures: three changes of hours since 1998, and half days with the stocks. */
function equitySegment(day: number): Segment | null {
  const holiday = holidayOf(day);
  const halt = minutes(day < EQUITY_NOON_HALT ? 10 : 12, day < EQUITY_NOON_HALT ? 30 : 0);
  const rule = EQUITY_EXCEPTIONS.get(day) ??
    futureRule(holiday, { early: minutes(12, 15), halt, independenceEve: true });
  return segment(day, equityHours(day), rule);
}

function equityHours(day: number): Pick<Segment, "open" | "close" | "pauses"> {
  if (day >= EQUITY_NO_PAUSE) return { open: EVENING_BEFORE, close: minutes(16), pauses: NO_PAUSE };
  const settlement = [[minutes(15, 15), minutes(15, 30)]] as const;
  if (day >= FOUR_O_CLOCK_CLOSE) {
    return { open: EVENING_BEFORE, close: minutes(16), pauses: settlement };
  }
  if (day >= EQUITY_LATER_CLOSE) {
    return { open: EVENING_BEFORE, close: minutes(16, 15), pauses: settlement };
  }
  // The trade date then began right after the previous settlement, with a pause at 16:30.
  const afterRegularDay = isWeekday(day - 1) && holidayOf(day - 1) === undefined &&
    !EQUITY_EXCEPTIONS.has(day - 1);
  if (!afterRegularDay) return { open: EVENING_BEFORE, close: minutes(15, 15), pauses: NO_PAUSE };
  const pause = [minutes(16, 30) - minutes(24), EVENING_BEFORE] as const;
  return { open: minutes(15, 30) - minutes(24), close: minutes(15, 15), pauses: [pause] };
}

/** NYMEX and COMEX on Globex. */
function energyMetalsSegment(day: number): Segment | null {
  const late = day >= LATER_HOLIDAY_HALT;
  const rule = ENERGY_METALS_EXCEPTIONS.get(day) ?? futureRule(holidayOf(day), {
    early: minutes(12, 45),
    halt: late ? minutes(13, 30) : minutes(12),
    independenceEve: false,
  });
  const close = day >= FOUR_O_CLOCK_CLOSE ? minutes(16) : minutes(16, 15);
  return segment(day, { open: EVENING_BEFORE, close, pauses: NO_PAUSE }, rule);
}

/** Currency futures; since 2022 they trade most US holidays in full, without a settlement. */
function currencyFutureSegment(day: number): Segment | null {
  const rule = FX_EXCEPTIONS.get(day) ?? futureRule(holidayOf(day), {
    early: minutes(12, 15),
    halt: day >= LATER_HOLIDAY_HALT ? minutes(16) : minutes(12),
    independenceEve: false,
  });
  return segment(day, { open: EVENING_BEFORE, close: minutes(16), pauses: NO_PAUSE }, rule);
}

/** Treasury futures: noon halts with the equity index, and an open Good Friday in some years. */
function ratesSegment(day: number): Segment | null {
  const rule = RATES_EXCEPTIONS.get(day) ?? futureRule(holidayOf(day), {
    early: minutes(12, 15),
    halt: minutes(12),
    independenceEve: false,
  });
  return segment(day, { open: EVENING_BEFORE, close: minutes(16), pauses: NO_PAUSE }, rule);
}

/** Spot currencies: 17:00 to 17:00 New York, shut on Christmas and New Year's Day themselves. */
function spotCurrencySegment(day: number): Segment | null {
  const date = new Date(day * DAY_MS).toISOString().slice(5, 10);
  const rule = date === "12-25" || date === "01-01" ? CLOSED : undefined;
  return segment(day, { open: EVENING_BEFORE, close: minutes(17), pauses: NO_PAUSE }, rule);
}

function futureRule(
  holiday: Holiday | undefined,
  times: { early: Minutes; halt: Minutes; independenceEve: boolean },
): DayRule | undefined {
  if (holiday === undefined || holiday === "half-day") return undefined;
  if (HALT_HOLIDAYS.has(holiday)) return { kind: "halt", close: times.halt };
  if (holiday === "independence-eve" && !times.independenceEve) return undefined;
  return isHalfDay(holiday) ? { kind: "early", close: times.early } : CLOSED;
}

function segment(
  day: number,
  hours: Pick<Segment, "open" | "close" | "pauses">,
  rule: DayRule | undefined,
): Segment | null {
  if (!isWeekday(day) || rule?.kind === "closed") return null;
  if (rule === undefined) return { ...hours, kind: "regular" };
  const pauses = hours.pauses.filter(([from]) => from < rule.close);
  return { open: hours.open, close: rule.close, kind: rule.kind, pauses };
}

function holidayOf(day: number): Holiday | undefined {
  return usHolidays(new Date(day * DAY_MS).getUTCFullYear()).get(day);
}

function isHalfDay(holiday: Holiday): boolean {
  return holiday === "independence-eve" || holiday === "thanksgiving-friday" ||
    holiday === "christmas-eve" || holiday === "half-day";
}
