import { Cron } from "croner";
import { InputError } from "../../core/mod.ts";
import { createCalendar, DAY_MS, epochDay, findCalendar } from "../../market/mod.ts";

/** When nights begin. */
export interface NightSchedule {
  /** Expression and zone, as a person reads them. */
  readonly text: string;
  /** When the first night after a time begins. Both in epoch milliseconds. */
  next(after: number): number;
}

/** Flags, for what is said about them. */
const EXPRESSION_FLAG = "--schedule", ZONE_FLAG = "--schedule-zone";
/** A holiday is a weekday: what runs at weekends is left to the expression. */
const FRIDAY = 5;
const PARTS = 5;
/** Days without a night after which an expression counts as one that never fires. */
const LONGEST_WAIT_DAYS = 800;

/**
 * Reads a cron expression of five parts, whose nights leave out the weekdays on which the instrument
 * does not trade.
 *
 * @param zone IANA zone of the expression; the exchange's own when absent
 * @param after a night has to come after it, epoch milliseconds
 * @throws {InputError} when expression or zone cannot be used, or no night would ever come
 * @example
 * ```ts
 * import { nightSchedule } from "./night_schedule.ts";
 * import { findInstrument } from "../../market/mod.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const wednesday = Date.parse("2024-11-28T00:00:00Z");
 * const { next } = nightSchedule("0 18 * * 1-5", undefined, findInstrument("SPY"), wednesday);
 * // Thanksgiving is left out.
 * assertEquals(new Date(next(wednesday)).toISOString(), "2024-11-29T23:00:00.000Z");
 * ```
 */
export function nightSchedule(
  expression: string,
  zone: string | undefined,
  instrument: { readonly session: string },
  after: number,
): NightSchedule {
  const { timeZone } = findCalendar(instrument.session);
  const calendar = createCalendar(instrument);
  const cron = readExpression(expression, checkedZone(zone ?? timeZone));
  /** A weekday without a session of its own, where the exchange is. */
  const isHoliday = (time: number): boolean => {
    const date = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
    const day = epochDay(date.toPlainDate().toString());
    const noon = day * DAY_MS + DAY_MS / 2;
    return date.dayOfWeek <= FRIDAY &&
      !calendar.sessions(noon - DAY_MS, noon + DAY_MS).some(({ tradeDay }) => tradeDay === day);
  };
  const nextOf = (from: number): number | null => {
    let at = cron.nextRun(new Date(from));
    while (at !== null && isHoliday(at.getTime())) {
      if (at.getTime() - from > LONGEST_WAIT_DAYS * DAY_MS) return null;
      at = cron.nextRun(at);
    }
    return at === null ? null : at.getTime();
  };
  if (nextOf(after) === null) {
    throw new InputError(`Cannot begin a night by '${expression}' as no such day ever comes`, {
      where: EXPRESSION_FLAG,
      remedy: "name days on which the instrument trades, for example '0 18 * * 1-5'",
    });
  }
  return {
    text: `'${expression}' in ${zone ?? timeZone}`,
    next: (from) => nextOf(from) ?? Infinity,
  };
}

function readExpression(expression: string, timezone: string): Cron {
  try {
    // It would take the date of a single day, too.
    if (expression.trim().split(/\s+/).length !== PARTS) throw new Error("other than five parts");
    return new Cron(expression, { timezone, mode: "5-part", paused: true });
  } catch (error) {
    const why = (error as Error).message.replace(/^CronPattern: /, "");
    throw new InputError(`Cannot read '${expression}' as five parts of cron: ${why}`, {
      where: EXPRESSION_FLAG,
      remedy: "minute hour day month weekday, for example '0 18 * * 1-5'",
    });
  }
}

function checkedZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    throw new InputError(`Cannot use '${zone}' as a time zone`, {
      where: ZONE_FLAG,
      remedy: "an IANA name, for example America/Chicago",
    });
  }
}
