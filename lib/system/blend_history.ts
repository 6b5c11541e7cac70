import { openReturn, type RowRange } from "../market/mod.ts";
import { roundTripCostTicks } from "../trading/mod.ts";
import type { BlendHistory, SignalTable } from "../blend/mod.ts";
import type { RunConditions } from "../engine/mod.ts";
import { STANDS_ASIDE } from "./tabulate_signals.ts";

/** Past rows of the parts with what came of them by the row `to`, whose open is known by then. */
export function blendHistory(
  tables: readonly SignalTable[],
  { bars, costs }: Pick<RunConditions, "bars" | "costs">,
  { from, to }: RowRange,
  horizonBars: number,
): BlendHistory {
  const { instrument } = bars;
  const rows = to - from;
  const costTicks = roundTripCostTicks(instrument, costs);
  const after = (row: number, length: number): number =>
    row + 1 + length <= Math.min(to, bars.length - 1)
      ? openReturn(bars, row + 1, row + 1 + length)
      : NaN;
  return {
    signals: tables.map((table) => (row) => {
      const veto = table.vetoAt(from + row);
      return veto === null || veto === STANDS_ASIDE ? table.at(from + row) : null;
    }),
    moves: Float64Array.from({ length: rows }, (_, row) => after(from + row, horizonBars)),
    barReturns: Float64Array.from({ length: rows }, (_, row) => after(from + row, 1)),
    costs: Float64Array.from(
      { length: rows },
      (_, row) => costTicks * instrument.tickSize / Math.abs(bars.close[from + row]!),
    ),
  };
}
