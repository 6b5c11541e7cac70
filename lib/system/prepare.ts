import type { RowRange } from "../market/row_range.ts";
import { roundTripCostTicks } from "../trading/costs.ts";
import { signalForecast } from "../blend/signal.ts";
import type { BlendHistory } from "../blend/blender.ts";
import { fitBlend, type FittedBlend } from "../blend/fit_blend.ts";
import type { Forecast } from "../blend/forecast.ts";
import { openReturn } from "../market/open_return.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import type { SignalTable } from "../blend/signal_table.ts";
import {
  blendHorizon,
  type BlendModel,
  STANDS_ASIDE,
  tabulateSignals,
} from "./tabulate_signals.ts";

/** A blend that is ready to trade. */
export interface PreparedBlend {
  readonly kind: string;
  readonly models: readonly BlendModel[];
  readonly fitted: FittedBlend;
  /** Bars over which an forecast is judged. */
  readonly horizonBars: number;
  /** Rows whose outcomes taught confidence. */
  readonly history: RowRange;
  /** The parts' forecasts at a later row. */
  readonly forecastsAt: (row: number) => readonly Forecast[];
}

/**
 * Fits confidence and blender on the rows [history.from, history.to), which no part was trained,
 * calibrated or selected on, and gives the parts' forecasts at the rows after them. An outcome that
 * ends after the border teaches nothing.
 */
export function prepareBlend(
  kind: string,
  models: readonly BlendModel[],
  market: Pick<RunConditions, "bars" | "costs">,
  history: RowRange,
  end: number,
): PreparedBlend {
  const horizonBars = blendHorizon(models);
  const tables = tabulateSignals(models, market, { from: history.from, to: end });
  const fitted = fitBlend(kind, blendHistory(tables, market, history, horizonBars), horizonBars);
  return {
    ...{ kind, models, fitted, horizonBars, history },
    forecastsAt: (row) =>
      models.map(({ model }, i) => {
        const source = {
          source: model.name,
          modelVersion: model.version,
          calibration: fitted.calibrations[i]!,
        };
        return signalForecast(source, tables[i]!.at(row), tables[i]!.vetoAt(row));
      }),
  };
}

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
