import { type OpenedData, sliceOpened } from "../../data/mod.ts";
import type { SystemRecipe } from "../../evaluation/mod.ts";
import { rowAt } from "../../market/mod.ts";
import { PROMOTION_RULE } from "../promotion_rule.ts";

/** The bars that newer weights are fitted on. */
export interface FittedStretch {
  /** They, and all after them. */
  readonly opened: OpenedData;
  /** Newest share of them that no part sees. */
  readonly tail: number;
  /** Trade day of the first, where older ones are left out for poorer results; null where none are. */
  readonly renewedFrom: number | null;
}

/** Bars that a fit has to see beside those that warm its features up. */
const FEWEST_FITTED = 500;

/** Newer weights begin with the bars that the old ones began with. */
export function usualStretch(
  opened: OpenedData,
  { again }: Pick<SystemRecipe, "again">,
  tail: number,
): FittedStretch {
  return { opened: from(opened, firstRowOf(opened, again)), tail, renewedFrom: null };
}

/**
 * The bars since results have become poorer: what holds no more teaches nothing.
 *
 * @param poorerSince trade day; null where nothing has changed
 * @returns null where nothing has, and until as many bars have come as a fit and its comparison take
 */
export function renewedStretch(
  opened: OpenedData,
  { again, blends, system }: SystemRecipe,
  tail: number,
  poorerSince: number | null,
): FittedStretch | null {
  if (poorerSince === null) return null;
  const { bars, session: { tradeDay } } = opened;
  const changed = tradeDay.findIndex((day) => day >= poorerSince);
  if (changed <= firstRowOf(opened, again)) return null;
  const rows = bars.length - changed;
  // A blend takes the older half of the tail to learn from.
  const days = PROMOTION_RULE.refreshDays * (blends.length === 0 ? 1 : 2) + 1;
  const compared = Math.max(Math.ceil(tail * rows), rowsOfNewestDays(tradeDay, days));
  if (rows - compared < FEWEST_FITTED + system.lookBack.featureBars) return null;
  return {
    opened: from(opened, changed),
    tail: compared / rows,
    renewedFrom: tradeDay[changed]!,
  };
}

function firstRowOf({ bars }: OpenedData, again: SystemRecipe["again"]): number {
  return Math.max(...again.map(({ data: { firstTime } }) => rowAt(bars, Date.parse(firstTime))));
}

function from(opened: OpenedData, row: number): OpenedData {
  return row === 0 ? opened : sliceOpened(opened, row, opened.bars.length);
}

function rowsOfNewestDays(tradeDay: Int32Array, days: number): number {
  const known = [...new Set(tradeDay)];
  const first = known[known.length - days];
  return first === undefined ? tradeDay.length : tradeDay.length - tradeDay.indexOf(first);
}
