import { shellWord } from "../core/mod.ts";
import type { DataRequest } from "./open_data.ts";

/**
 * The flags that read the same data again, to be pasted behind another command.
 *
 * @example
 * ```ts
 * import { dataFlags } from "./data_flags.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(
 *   dataFlags({
 *     path: "my bars.csv",
 *     symbol: "MES",
 *     intervalMs: 300_000,
 *     load: { timeFormat: "auto", stamp: "close" },
 *   }),
 *   "--data 'my bars.csv' --symbol MES --stamp close --interval 300s",
 * );
 * ```
 */
export function dataFlags(
  { actionSource, fxRate, intervalMs, kind, load, path, symbol }: DataRequest,
): string {
  const { adjusted, columns = {}, dateOrder, decimal, layout, select, stamp, timeZone } = load;
  const timeFormat = load.timeFormat ?? "auto";
  const pairs = Object.entries(columns).map(([ours, theirs]) => `${ours}=${theirs}`);
  return [
    `--data ${shellWord(path)} --symbol ${shellWord(symbol)}`,
    ...(kind === undefined ? [] : [`--kind ${kind}`]),
    ...(fxRate === undefined ? [] : [`--fx-rate ${fxRate}`]),
    ...(timeZone === undefined ? [] : [`--time-zone ${timeZone}`]),
    ...(timeFormat === "auto" ? [] : [`--time-format ${timeFormat}`]),
    ...(stamp === undefined ? [] : [`--stamp ${stamp}`]),
    ...(pairs.length === 0 ? [] : [`--columns ${shellWord(pairs.join(","))}`]),
    ...(layout === undefined ? [] : [`--layout ${layout}`]),
    ...(dateOrder === undefined ? [] : [`--date-order ${dateOrder}`]),
    ...(decimal === undefined ? [] : [`--decimal ${decimal}`]),
    ...(select === undefined ? [] : [`--select ${shellWord(select)}`]),
    ...(adjusted === true ? ["--adjusted"] : []),
    ...(actionSource?.files ?? []).map((file) => `--corporate-actions ${shellWord(file)}`),
    ...(intervalMs === undefined ? [] : [`--interval ${intervalMs / 1000}s`]),
  ].join(" ");
}
