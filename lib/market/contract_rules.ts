/** Days of the week on which contracts end. */
export type ContractWeekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday";

/**
 * Whose holidays are no business days, beside Saturdays and Sundays: those of US exchanges, of US
 * banks (Columbus and Veterans Day too), of London, of Eurex.
 */
export type BusinessCalendar = "us-exchange" | "us-bank" | "london" | "eurex";

/** The day of a month that counting begins at; the first that a negative number names is the last. */
export type ContractDayAnchor =
  /** A date, a business day or not. */
  | { readonly day: number }
  /** The `nth` such weekday of the month, a business day or not: 3 the third, -1 the last. */
  | { readonly weekday: ContractWeekday; readonly nth: number }
  /** The `nth` business day of the month: 10 the tenth, -3 the third last. */
  | { readonly businessDay: number };

/**
 * One day in the life of a futures contract, as data. It is found in the order of these fields:
 * month, anchor, `clearWeekdays`, `ifClosed`, `days`, `ifClosed` once more, `businessDays`.
 *
 * @example
 * ```ts
 * import type { ContractDayRule } from "./contract_rules.ts";
 *
 * // WTI crude oil: three business days before the 25th of the month before delivery.
 * const crudeOil: ContractDayRule = {
 *   month: -1,
 *   from: { day: 25 },
 *   ifClosed: "before",
 *   businessDays: -3,
 * };
 * void crudeOil;
 * ```
 */
export interface ContractDayRule {
  /** Months from the contract's month to that of the anchor; -1 is the month before. @default 0 */
  readonly month?: number;
  /** Where counting begins. */
  readonly from: ContractDayAnchor;
  /**
   * So many weekdays before the anchor must be business days, and the anchor itself: else it is the
   * same weekday a week earlier, and so on. @default 0, which asks for nothing
   */
  readonly clearWeekdays?: number;
  /** The business day taken where the day found is none; the day itself when absent. */
  readonly ifClosed?: "before" | "after";
  /** Calendar days to move; -30 is 30 days earlier. @default 0 */
  readonly days?: number;
  /** Business days to move, the day found not counted; -2 is two earlier. @default 0 */
  readonly businessDays?: number;
}

/** The last moment of a contract's trading. */
export interface LastTradeRule extends ContractDayRule {
  /** Wall-clock time `HH:MM` at which trading ends; the session's close when absent. */
  readonly time?: string;
  /** IANA zone of that time; named with it. */
  readonly timeZone?: string;
  /** Months that have a rule of their own, by letter. */
  readonly exceptions?: Readonly<Record<string, ContractDayRule>>;
}

/** When contracts of a future end. */
export interface ContractRules {
  /** Business days are days on which none of these is closed. */
  readonly businessDays: readonly BusinessCalendar[];
  /** The last day of trading. */
  readonly lastTrade: LastTradeRule;
  /**
   * The first day on which a holder of a long position may be told to take delivery; null where
   * nobody ever is (settled in cash, or delivered without notice), absent where it is not known.
   */
  readonly firstNotice?: ContractDayRule | null;
}
