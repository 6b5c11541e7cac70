import { type Bars, type SessionCalendar, sessionMarks } from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { datesOfContract, knownDatesOf } from "./futures_expiry.ts";
import { leavingDays, type RollCandidate, type RollRule } from "./roll_rules.ts";

/** The bars of one futures contract. */
export interface ContractBars {
  /** Contract code such as `ESZ3`. */
  readonly name: string;
  /** Its raw prices, oldest first. */
  readonly bars: Bars;
  /** Epoch ms of the last trading; the exchange's rule for the name where absent. */
  readonly lastTradeTime?: number;
  /**
   * First day on which a holder may be told to take delivery, days since 1970-01-01; null where
   * there is none. The exchange's rule for the name where absent.
   */
  readonly firstNoticeDay?: number | null;
}

/** Rows of one contract, the second excluded. */
export type Rows = readonly [start: number, end: number];

/** A contract with its rows by trade day. */
export interface Leg extends RollCandidate {
  readonly name: string;
  readonly bars: Bars;
  /** Trade day of the last trading. */
  readonly lastDay: number;
  /** Rows of each trade day. */
  readonly rows: ReadonlyMap<number, Rows>;
}

/** Lays the bars of a contract out by session and works out when it is left. */
export function toLeg(contract: ContractBars, roll: RollRule, calendar: SessionCalendar): Leg {
  const { bars, name } = contract;
  const { tradeDay } = sessionMarks(bars, calendar);
  const rows = new Map<number, Rows>();
  for (let row = 0; row < bars.length; row++) {
    const start = rows.get(tradeDay[row]!)?.[0] ?? row;
    rows.set(tradeDay[row]!, [start, row + 1]);
  }
  const { lastDay, noticeDay } = endOf(contract, calendar);
  if (noticeDay === undefined && roll.kind === "calendar" && roll.before === "first-notice") {
    throw new InputError(`Cannot roll ${name} before its first notice as nobody knows that day`, {
      remedy: `say it with --first-notice ${name}=YYYY-MM-DD, or count from the last trade`,
    });
  }
  return {
    ...leavingDays({ lastDay, noticeDay: noticeDay ?? null }, roll, calendar),
    ...{ name, bars, lastDay, rows },
    volume(day) {
      const [start, end] = rows.get(day) ?? [0, 0];
      let total = 0;
      for (let row = start; row < end; row++) total += bars.volume[row]!;
      return total;
    },
    openInterest(day) {
      const end = rows.get(day)?.[1] ?? 0;
      return end === 0 ? 0 : bars.openInterest![end - 1]!;
    },
  };
}

/** As the contract says, else as its name does; no notice day where nobody knows it. */
function endOf(
  { bars, firstNoticeDay, lastTradeTime, name }: ContractBars,
  calendar: SessionCalendar,
): { readonly lastDay: number; readonly noticeDay: number | null | undefined } {
  const rules = lastTradeTime === undefined
    ? datesOfContract(name, bars.time[0]!, [bars.instrument])
    : knownDatesOf(name, bars.time[0]!, [bars.instrument]);
  return {
    // The last moment may be the close of the session, which belongs to the next one.
    lastDay: lastTradeTime === undefined
      ? rules!.lastTradeDay
      : calendar.tradeDay(lastTradeTime - 1),
    noticeDay: firstNoticeDay === undefined ? rules?.firstNoticeDay : firstNoticeDay,
  };
}

/** Number of rows of trade days before `day`; they come first. */
export function closesBefore(leg: Leg, day: number): number {
  let count = 0;
  for (const [rowsDay, [, end]] of leg.rows) if (rowsDay < day) count = Math.max(count, end);
  return count;
}
