import { knownDatesOf, leavingDays } from "../data/mod.ts";
import { createCalendar, DAY_MS, type Instrument, parseContractCode } from "../market/mod.ts";

/** When the contract of a slot has to be left. */
export interface LeavingTime {
  /** Contract code, for example `MESZ5`. */
  readonly contract: string;
  /** Epoch milliseconds: nothing is held or entered from then on. */
  readonly flatBy: number;
  /** What comes behind it, in words. */
  readonly reason: string;
}

/**
 * The close of the last session in which a contract may be held: the one before its last session of
 * trading, or before the last one ahead of its first notice, whose holder may have to take delivery.
 *
 * @param contract as the user named it; a root names no contract
 * @param near epoch milliseconds at which it is traded; settles the decade of a short year
 * @returns null for what is no contract, and where its rule is not known
 * @example
 * ```ts
 * import { leavingTime } from "./leaving_time.ts";
 * import { findInstrument } from "../market/mod.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const end = leavingTime("GCZ3", Date.parse("2013-10-07"), findInstrument("GC"))!;
 * assertEquals(new Date(end.flatBy).toISOString(), "2013-11-26T22:15:00.000Z");
 * assertEquals(end.reason, "GCZ3 is left before its first notice on 2013-11-29");
 * ```
 */
export function leavingTime(
  contract: string,
  near: number,
  instrument: Instrument,
): LeavingTime | null {
  const dates = parseContractCode(contract, [instrument]) === null
    ? null
    : knownDatesOf(contract, near, [instrument]);
  if (dates === null) return null;
  const { firstNoticeDay = null, lastTradeDay } = dates;
  const calendar = createCalendar(instrument);
  const { end, limitDay } = leavingDays(
    { lastDay: lastTradeDay, noticeDay: firstNoticeDay },
    { kind: "calendar", daysBefore: 0 },
    calendar,
  );
  const noon = limitDay * DAY_MS + DAY_MS / 2;
  const before = calendar.sessions(noon - 14 * DAY_MS, noon)
    .filter(({ tradeDay }) => tradeDay < limitDay);
  const day = end === "first-notice" ? firstNoticeDay! : lastTradeDay;
  return {
    contract,
    flatBy: before.at(-1)!.close,
    reason: `${contract} is left before its ${
      end === "first-notice" ? "first notice" : "last trade"
    } on ${new Date(day * DAY_MS).toISOString().slice(0, 10)}`,
  };
}
