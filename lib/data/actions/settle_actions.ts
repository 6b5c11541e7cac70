import { InputError } from "../../core/mod.ts";
import {
  applyActions,
  type Bars,
  type CorporateAction,
  describeAction,
  exRow,
} from "../../market/mod.ts";

const DAY_MS = 86_400_000;
/** Prices that contradict a split by more than this factor contradict it, whatever the day brought. */
const CONTRADICTION = 1.5;
/** With so large a share of prices off the tick, they were adjusted for dividends. */
const OFF_TICK_SHARE = 0.8;
/** Fewer prices than this do not tell. */
const FEWEST_PRICES = 20;

/** Rows with which the splits among some actions begin; those outside the bars left out. */
export function rowsOfSplits(bars: Bars, actions: readonly CorporateAction[]): ReadonlySet<number> {
  return new Set(
    actions.filter(({ kind }) => kind === "split").map(({ date }) => exRow(bars, date))
      .filter((row) => row > 0 && row < bars.length),
  );
}

/**
 * Bars with the corporate actions of their shares. Files of prices that were adjusted for splits
 * already are told by their own jumps: the splits are then left out and the dividends are counted in
 * the adjusted shares. What was found is said in `notes`.
 *
 * @throws {InputError} when no action falls on the bars, the prices contradict a split, or they were
 * adjusted for dividends too
 */
export function settleActions(
  bars: Bars,
  actions: readonly CorporateAction[],
  notes: string[],
): Bars {
  const inside = actions.filter(({ date }) => {
    const row = exRow(bars, date);
    return row > 0 && row < bars.length;
  });
  requireSome(bars, actions, inside);
  const isAdjusted = judgeSplits(bars, inside);
  const used = isAdjusted ? inAdjustedShares(inside, actions) : inside;
  requireRawDividends(bars, inside, isAdjusted);
  const outside = actions.length - inside.length;
  notes.push(
    `${said(inside, "split")} and ${said(inside, "dividend")} fall on the bars` +
      `${outside === 0 ? "" : `; ${outside} of ${actions.length} actions lie outside them`}.`,
  );
  const splits = used.filter(({ kind }) => kind === "split");
  if (isAdjusted) {
    notes.push(
      "The prices are already adjusted for splits: no split was applied again, and dividends are " +
        "counted in the adjusted shares.",
    );
  } else if (splits.length === 0 && laterSplits(actions, bars).length > 0) {
    notes.push(
      `The prices are taken as they traded before the ${
        describeAction(laterSplits(actions, bars)[0]!)
      }, after the last bar.`,
    );
  }
  return applyActions(bars, used);
}

function said(actions: readonly CorporateAction[], kind: CorporateAction["kind"]): string {
  const count = actions.filter((action) => action.kind === kind).length;
  return `${count} ${kind}${count === 1 ? "" : "s"}`;
}

function requireSome(
  bars: Bars,
  actions: readonly CorporateAction[],
  inside: readonly CorporateAction[],
): void {
  if (bars.instrument.kind !== "stock") applyActions(bars, []);
  if (inside.length > 0) return;
  const iso = (time: number | undefined): string =>
    new Date(time ?? NaN).toISOString().slice(0, 10);
  const span = actions.length === 0
    ? "there are none"
    : `they are of ${actions[0]!.date} to ${actions.at(-1)!.date}`;
  throw new InputError(
    `Cannot use the corporate actions as none falls on the bars: ${span}, the bars of ` +
      `${iso(bars.time[0])} to ${iso(bars.time.at(-1))}`,
    { where: "--actions", remedy: "give the actions of these bars, or leave --actions out" },
  );
}

/** Log of the price before a split over the price after it. */
function jumpAt({ close, open }: Bars, row: number): number {
  return Math.log(close[row - 1]! / open[row]!);
}

/**
 * Whether the prices are adjusted for the splits already: all of them together, the larger ones
 * counting more, as the day's own move hides a small one.
 */
function judgeSplits(bars: Bars, inside: readonly CorporateAction[]): boolean {
  const splits = inside.filter(({ kind }) => kind === "split");
  if (splits.length === 0) return false;
  if (bars.intervalMs > DAY_MS) {
    throw new InputError(
      `Cannot apply a split to bars of ${bars.intervalMs / DAY_MS} days: one holds prices from ` +
        "before it and from after it",
      { where: "--actions", remedy: "give bars of a day or shorter" },
    );
  }
  let product = 0, squares = 0;
  for (const { date, value } of splits) {
    product += jumpAt(bars, exRow(bars, date)) * Math.log(value);
    squares += Math.log(value) ** 2;
  }
  const isAdjusted = product < squares / 2;
  for (const split of splits) {
    const row = exRow(bars, split.date);
    const off = jumpAt(bars, row) - (isAdjusted ? 0 : Math.log(split.value));
    if (Math.abs(off) <= Math.log(CONTRADICTION)) continue;
    throw new InputError(
      `Cannot apply the ${describeAction(split)}: the close before is ${
        bars.close[row - 1]
      }, the ` +
        `open ${bars.open[row]}${isAdjusted ? ", and other splits are in the prices already" : ""}`,
      { where: "--actions", remedy: "correct its date or ratio, or the prices" },
    );
  }
  return isAdjusted;
}

/** The dividends, counted in the shares after all splits, also those after the last bar. */
function inAdjustedShares(
  inside: readonly CorporateAction[],
  actions: readonly CorporateAction[],
): CorporateAction[] {
  return inside.filter(({ kind }) => kind === "dividend").map((dividend) => ({
    ...dividend,
    value: dividend.value / sharesAfter(actions, dividend.date),
  }));
}

/** Shares at the end for each one on a date. */
function sharesAfter(actions: readonly CorporateAction[], date: string): number {
  return actions.reduce(
    (shares, action) =>
      action.kind === "split" && action.date > date ? shares * action.value : shares,
    1,
  );
}

/** Prices from which dividends were taken off do not pay them once more. */
function requireRawDividends(
  bars: Bars,
  inside: readonly CorporateAction[],
  isAdjusted: boolean,
): void {
  const { close, instrument: { tickSize } } = bars;
  const last = inside.findLast(({ kind }) => kind === "dividend");
  if (last === undefined) return;
  const rows = exRow(bars, last.date);
  let off = 0;
  for (let row = 0; row < rows; row++) {
    const date = new Date(bars.time[row]!).toISOString().slice(0, 10);
    const shares = isAdjusted ? sharesAfter(inside, date) : 1;
    const ticks = close[row]! * shares / tickSize;
    // Prices divided by a split are rounded, to a ten-thousandth at worst.
    const rounding = isAdjusted ? shares * 0.00005 / tickSize : 1e-6;
    if (Math.abs(ticks - Math.round(ticks)) > rounding + 1e-6) off++;
  }
  if (rows < FEWEST_PRICES || off < OFF_TICK_SHARE * rows) return;
  throw new InputError(
    `Cannot pay dividends on prices that were adjusted for them: ${off} of ${rows} closes are no ` +
      "whole cents",
    {
      where: "--actions",
      remedy: "give prices that are not adjusted for dividends, or leave --actions out and add " +
        "--adjusted",
    },
  );
}

function laterSplits(
  actions: readonly CorporateAction[],
  bars: Bars,
): readonly CorporateAction[] {
  return actions.filter(({ date, kind }) => kind === "split" && exRow(bars, date) >= bars.length);
}
