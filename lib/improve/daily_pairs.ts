import type { DailyPairs } from "../records/mod.ts";
import { commonPeriods, type DatedReturns } from "../statistics/mod.ts";
import type { PairedReturns } from "./risk_comparison.ts";

/** No days yet. */
export const NO_DAYS: DailyPairs = { days: [], challenger: [], champion: [] };

/** The trade days that both have, after a day. */
export function pairDays(
  challenger: DatedReturns,
  champion: DatedReturns,
  after = -Infinity,
): DailyPairs {
  const { columns: [one, two], periods } = commonPeriods([challenger, champion]);
  const first = periods.findIndex((day) => day > after);
  const from = first < 0 ? periods.length : first;
  return {
    days: [...periods.subarray(from)],
    challenger: [...one!.subarray(from)],
    champion: [...two!.subarray(from)],
  };
}

/** Days known before, with those after the last of them: a day counts once, as it was first seen. */
export function addDays(known: DailyPairs, more: DailyPairs): DailyPairs {
  const last = known.days.at(-1) ?? -Infinity;
  const isNew = (_: unknown, index: number): boolean => more.days[index]! > last;
  return {
    days: [...known.days, ...more.days.filter(isNew)],
    challenger: [...known.challenger, ...more.challenger.filter(isNew)],
    champion: [...known.champion, ...more.champion.filter(isNew)],
  };
}

/** As the rule reads them. */
export function returnsOf({ challenger, champion }: DailyPairs): PairedReturns {
  return { challenger: Float64Array.from(challenger), champion: Float64Array.from(champion) };
}
