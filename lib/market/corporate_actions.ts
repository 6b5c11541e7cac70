import { InputError } from "../core/mod.ts";
import type { Bars } from "./bars.ts";
import type { BarAction, CorporateAction } from "./corporate_action.ts";
import { DAILY_INTERVAL_MS } from "./calendar.ts";
import { DAY_MS, epochDay, wallTimeToUtc } from "./time_zone.ts";

/**
 * Bars with the corporate actions of their shares. Prices stay raw, as they traded. What makes them
 * comparable is a ratio anchored at the FIRST bar (see `Continuous`): after a 4-for-1 split it is
 * four times as large; after a dividend it grows by p / (p - d), with the last close p before the
 * ex-date, so that a holder's return has the dividend in it. Cutting off the future never changes
 * it.
 *
 * Of a split and a dividend on the same day the split comes first: the dividend is one of the new
 * shares. An action on or before the first bar changes nothing, and neither does one after the last.
 *
 * @param actions in any order
 * @throws {InputError} for what is no share, and for a dividend that leaves nothing of the price
 * @example
 * ```ts
 * import { researchPrice } from "./bars.ts";
 * import { applyActions } from "./corporate_actions.ts";
 * import { genericStock } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const day = 86_400_000;
 * const price = Float64Array.of(400, 404, 101);
 * const raw = {
 *   instrument: genericStock("AAPL"), intervalMs: day, length: 3,
 *   time: Float64Array.of(18_502 * day, 18_503 * day, 18_504 * day),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(3),
 * };
 * const bars = applyActions(raw, [{ date: "2020-08-30", kind: "split", value: 4 }]);
 * assertEquals([...researchPrice(bars, bars.close)], [400, 404, 404]);
 * ```
 */
export function applyActions(bars: Bars, actions: readonly CorporateAction[]): Bars {
  const { close, instrument, length } = bars;
  if (instrument.kind !== "stock") {
    throw new InputError(
      `Cannot take corporate actions of ${instrument.symbol} as it is no share: it is a ${instrument.kind}`,
      { where: "--actions", remedy: "leave --actions out" },
    );
  }
  const placed = placeActions(bars, actions);
  const adjustment = new Float64Array(length).fill(1);
  let next = 0, factor = 1;
  for (let row = 1; row < length; row++) {
    let split = 1, dividend = 0;
    for (; next < placed.length && placed[next]!.row === row; next++) {
      const { kind, value } = placed[next]!.action;
      if (kind === "split") split *= value;
      else dividend += value;
    }
    const before = close[row - 1]! / split;
    if (dividend > 0 && !(dividend < before)) {
      throw tooLarge(placed[next - 1]!.action.date, dividend, before);
    }
    factor *= split * (dividend === 0 ? 1 : before / (before - dividend));
    adjustment[row] = factor;
  }
  return {
    ...bars,
    actions: placed.map(({ action }) => action),
    continuous: {
      method: "ratio",
      adjustment,
      contract: new Int32Array(length),
      contracts: [instrument.symbol],
    },
  };
}

function tooLarge(date: string, dividend: number, before: number): InputError {
  return new InputError(
    `Cannot pay a dividend of ${dividend} a share on ${date}: the close before is ${before}`,
    { where: "--actions", remedy: "correct the amount, or give prices and dividends of one share" },
  );
}

interface PlacedAction {
  readonly row: number;
  readonly action: BarAction;
}

/** The actions that fall on a bar after the first, in order; splits before dividends of a day. */
function placeActions(bars: Bars, actions: readonly CorporateAction[]): PlacedAction[] {
  const order = (kind: CorporateAction["kind"]): number => kind === "split" ? 0 : 1;
  return actions
    .map((action) => ({ action, row: exRow(bars, action.date) }))
    .filter(({ row }) => row > 0 && row < bars.length)
    .map(({ action: { date, kind, value }, row }) => ({
      row,
      action: { date, kind, value, time: bars.time[row]! },
    }))
    .sort((a, b) => a.row - b.row || order(a.action.kind) - order(b.action.kind));
}

/**
 * First row on an ex-date or after it; the bars' length when all are before. Intraday bars belong
 * to the day on the exchange's own clock, those after hours too.
 */
export function exRow(
  { instrument, intervalMs, length, time }: Pick<
    Bars,
    "instrument" | "intervalMs" | "length" | "time"
  >,
  date: string,
): number {
  const day = epochDay(date);
  const from = intervalMs >= DAILY_INTERVAL_MS
    ? day * DAY_MS
    : wallTimeToUtc(instrument.timeZone, day, 0);
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows on which actions of the bars fall, with those actions; rows in order. */
export function actionRows(
  { actions, intervalMs, length, time }: Pick<Bars, "actions" | "intervalMs" | "length" | "time">,
): { readonly row: number; readonly actions: readonly BarAction[] }[] {
  const rows: { row: number; actions: BarAction[] }[] = [];
  let row = 0;
  for (const action of actions ?? []) {
    if (length === 0 || action.time < time[0]! || action.time >= time[length - 1]! + intervalMs) {
      continue;
    }
    // Longer bars were made of shorter ones: the one that holds the open of the ex-date.
    while (row + 1 < length && time[row + 1]! <= action.time) row++;
    const last = rows.at(-1);
    if (last?.row === row) last.actions.push(action);
    else rows.push({ row, actions: [action] });
  }
  return rows;
}

/** Shares at a time for each one at the first bar, splits alone counted. */
export function sharesAt({ actions }: Pick<Bars, "actions">, time: number): number {
  let shares = 1;
  for (const action of actions ?? []) {
    if (action.time > time) break;
    if (action.kind === "split") shares *= action.value;
  }
  return shares;
}

/** An action as people read it, such as `4-for-1 split on 2020-08-31`. */
export function describeAction({ date, kind, value }: CorporateAction): string {
  if (kind === "dividend") return `dividend of ${value} on ${date}`;
  return `${splitText(value)} split on ${date}`;
}

/** A ratio as people say it: 4-for-1, 1-for-10, 3-for-2; the number where it is none of whole shares. */
export function splitText(ratio: number): string {
  for (let before = 1; before <= 100; before++) {
    const after = Math.round(ratio * before);
    if (after >= 1 && Math.abs(ratio * before - after) < 1e-9 * after) {
      return `${after}-for-${before}`;
    }
  }
  return `${Number(ratio.toPrecision(6))}-for-1`;
}
