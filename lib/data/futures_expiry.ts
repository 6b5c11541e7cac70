import {
  type ContractCode,
  createCalendar,
  DAY_MS,
  isBusinessDay,
  nthWeekday,
  parseContractCode,
  wallTimeToUtc,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";

const WEDNESDAY = 3;
const FRIDAY = 5;

/** First and last day of trading are exchange rules; times are on the wall clock of `zone`. */
interface ExpiryRule {
  readonly zone: string;
  readonly minutes: number;
  /** Days since 1970-01-01 of the last trading day. */
  readonly lastDay: (year: number, month: number) => number;
}

/** A time at which every future trades on a business day, half days included. */
const MORNING = 9 * 60;

const NEW_YORK = "America/New_York";
const CHICAGO = "America/Chicago";

/** Equity index: the third Friday, at the opening of the stock market. */
const INDEX: ExpiryRule = {
  zone: NEW_YORK,
  minutes: 9 * 60 + 30,
  lastDay: (year, month) => {
    const friday = nthWeekday(firstOf(year, month), FRIDAY, 3);
    return isBusinessDay(friday) ? friday : businessDaysBefore(friday, 1);
  },
};

/** Crude oil: three business days before the 25th of the month before delivery. */
function crudeOil(extraDays: number): ExpiryRule {
  return {
    zone: NEW_YORK,
    minutes: 14 * 60 + 30,
    lastDay: (year, month) => {
      const twentyFifth = firstOf(year, month - 1) + 24;
      const anchor = isBusinessDay(twentyFifth) ? twentyFifth : businessDaysBefore(twentyFifth, 1);
      return businessDaysBefore(anchor, 3 + extraDays);
    },
  };
}

/** Natural gas: three business days before the first day of delivery. */
const NATURAL_GAS: ExpiryRule = {
  zone: NEW_YORK,
  minutes: 14 * 60 + 30,
  lastDay: (year, month) => businessDaysBefore(firstOf(year, month), 3),
};

/** Metals: the third last business day of the delivery month. */
const METAL: ExpiryRule = {
  zone: NEW_YORK,
  minutes: 13 * 60 + 30,
  lastDay: (year, month) => businessDaysBefore(firstOf(year, month + 1), 3),
};

/** Euro: two business days before the third Wednesday. */
const EURO: ExpiryRule = {
  zone: CHICAGO,
  minutes: 9 * 60 + 16,
  lastDay: (year, month) => businessDaysBefore(nthWeekday(firstOf(year, month), WEDNESDAY, 3), 2),
};

/** Treasury note: seven business days before the last business day of the month. */
const NOTE: ExpiryRule = {
  zone: CHICAGO,
  minutes: 12 * 60 + 1,
  lastDay: (year, month) => businessDaysBefore(firstOf(year, month + 1), 8),
};

const RULES: Readonly<Record<string, ExpiryRule>> = {
  ES: INDEX,
  MES: INDEX,
  NQ: INDEX,
  MNQ: INDEX,
  YM: INDEX,
  MYM: INDEX,
  RTY: INDEX,
  M2K: INDEX,
  CL: crudeOil(0),
  MCL: crudeOil(1),
  NG: NATURAL_GAS,
  GC: METAL,
  MGC: METAL,
  SI: METAL,
  HG: METAL,
  "6E": EURO,
  M6E: EURO,
  ZN: NOTE,
};

/**
 * Last moment of trading of a futures contract, by the exchange's rule for its root;
 * on a half day the early close.
 * The rules are today's; some contracts of long ago ended at another hour of the same day.
 *
 * @param symbolWithMonth contract code such as `ESZ3`, `CLF24` or `6EH2024`
 * @param near epoch ms at which the contract was traded; settles the decade of a short year
 * @returns epoch ms, UTC
 * @throws {InputError} when the code is not of a future that ships
 * @example
 * ```ts
 * import { futuresExpiry } from "./futures_expiry.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const expiry = futuresExpiry("ESZ3", Date.parse("2013-10-07"));
 * assertEquals(new Date(expiry).toISOString(), "2013-12-20T14:30:00.000Z");
 * ```
 */
export function futuresExpiry(symbolWithMonth: string, near: number): number {
  const code = parseContractCode(symbolWithMonth);
  const rule = RULES[code?.root.symbol ?? ""];
  if (code === null || rule === undefined) {
    throw new InputError(`Cannot tell the expiry of '${symbolWithMonth}'`, {
      remedy: "name the contract as root, month letter and year, such as ESZ5",
    });
  }
  const day = rule.lastDay(fullYear(code, near), code.month);
  const session = createCalendar(code.root).sessionAt(wallTimeToUtc(rule.zone, day, MORNING));
  const expiry = wallTimeToUtc(rule.zone, day, rule.minutes);
  return Math.min(expiry, session?.close ?? expiry);
}

/** The year with the written last digits that puts the delivery nearest to `near`. */
function fullYear(code: ContractCode, near: number): number {
  const written = Number(code.year);
  const cycle = 10 ** code.year.length;
  const tradedAt = near / DAY_MS / 365.25 + 1970;
  const delivery = written + code.month / 12;
  // A contract trades before it expires: a delivery up to nine years ahead beats one just past.
  const ahead = code.year.length === 1 ? 4 : 0;
  return written + cycle * Math.round((tradedAt + ahead - delivery) / cycle);
}

function firstOf(year: number, month: number): number {
  return Date.UTC(year, month - 1, 1) / DAY_MS;
}

/** The `count`th business day before `day`. */
function businessDaysBefore(day: number, count: number): number {
  let before = day;
  for (let left = count; left > 0;) if (isBusinessDay(--before)) left--;
  return before;
}
