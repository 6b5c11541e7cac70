import { type Bars, type CorporateAction, DAILY_INTERVAL_MS } from "../../market/mod.ts";
import type { Table } from "../table.ts";

/**
 * The corporate actions that a file of `writeBars` has in columns of its own.
 *
 * @returns null for a file without them
 */
export function ownActions(
  { instrument, intervalMs, length, time }: Pick<
    Bars,
    "instrument" | "intervalMs" | "length" | "time"
  >,
  { numbers }: Pick<Table, "numbers">,
): CorporateAction[] | null {
  const [splits, dividends] = [numbers.get("splitRatio"), numbers.get("cashDividend")];
  if (splits === undefined || dividends === undefined) return null;
  const zone = intervalMs >= DAILY_INTERVAL_MS ? "UTC" : instrument.timeZone;
  const actions: CorporateAction[] = [];
  for (let row = 0; row < length; row++) {
    const [ratio, amount] = [splits[row]!, dividends[row]!];
    if ((ratio === 1 && amount === 0) || Number.isNaN(time[row]!)) continue;
    const date = Temporal.Instant.fromEpochMilliseconds(time[row]!).toZonedDateTimeISO(zone)
      .toPlainDate().toString();
    if (ratio !== 1) actions.push({ date, kind: "split", value: ratio });
    if (amount !== 0) actions.push({ date, kind: "dividend", value: amount });
  }
  return actions;
}
