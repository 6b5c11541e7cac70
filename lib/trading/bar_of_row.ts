import type { Bars } from "../market/mod.ts";
import type { JournaledBar } from "./journal_facts.ts";

/** One row of columns as a bar. */
export function barOfRow(bars: Bars, row: number): JournaledBar {
  return {
    time: bars.time[row]!,
    open: bars.open[row]!,
    high: bars.high[row]!,
    low: bars.low[row]!,
    close: bars.close[row]!,
    volume: bars.volume[row]!,
  };
}
