import {
  fitBlend,
  type FittedBlend,
  followBlend,
  type PartForecast,
  signalForecast,
  type SignalTable,
} from "../../blend/mod.ts";
import type { Strategy, StrategyContext } from "../../trading/mod.ts";
import {
  blendHistory,
  blendHorizon,
  type BlendRecorder,
  modelStrategy,
  tradedBlend,
} from "../../system/mod.ts";
import type { RunConditions } from "../../engine/mod.ts";
import type { RefittedWindow } from "./refit.ts";

/** One part over all windows: at each row the model of that row's window decides. */
export function stitchedPart(
  windows: readonly RefittedWindow[],
  part: number,
  conditions: RunConditions,
): Strategy {
  const parts = windows.map(({ bars, models, window }) => {
    const { model, signals } = models[part]!;
    const strategy = modelStrategy(model, signals, { bars, costs: conditions.costs });
    return { ...window, bars, strategy };
  });
  const at = (bar: number) => parts.find(({ test }) => bar < test.to)!;
  return {
    name: windows[0]!.models[part]!.model.name,
    warmupBars: 0,
    begin() {
      const forecasters = new Map(parts.map((one) => [one, one.strategy.begin()]));
      const inside = (context: StrategyContext) => {
        const one = at(context.bar);
        const own = { ...context, bars: one.bars, bar: context.bar - one.train.from };
        return { forecaster: forecasters.get(one)!, own };
      };
      return {
        forecast(context) {
          const { forecaster, own } = inside(context);
          return forecaster.forecast(own);
        },
        explain(context) {
          const { forecaster, own } = inside(context);
          return forecaster.explain(own);
        },
        save: () => null,
      };
    },
  };
}

/** The parts' choices over all windows, by rows of the whole data. */
export function stitchedTables(windows: readonly RefittedWindow[]): SignalTable[] {
  const at = (row: number) => windows.find(({ window }) => row < window.test.to)!;
  return windows[0]!.models.map((_, part) => ({
    at: (row) => {
      const { tables, window } = at(row);
      return tables[part]!.at(row - window.train.from);
    },
    vetoAt: (row) => {
      const { tables, window } = at(row);
      return tables[part]!.vetoAt(row - window.train.from);
    },
    set: () => {
      throw new TypeError("Cannot change choices as their windows are over");
    },
  }));
}

/** A blend over windows: confidence and blender of each are fitted on the windows before it. */
export interface StitchedBlend {
  readonly kind: string;
  readonly sources: readonly string[];
  /** One for each window but the first, in order. */
  readonly fitted: readonly FittedBlend[];
  readonly forecastsAt: (row: number) => readonly PartForecast[];
}

/** Fits a blend for every window but the first, on the test rows of the windows before it. */
export function stitchBlend(
  kind: string,
  windows: readonly RefittedWindow[],
  market: Pick<RunConditions, "bars" | "costs">,
): StitchedBlend {
  const tables = stitchedTables(windows);
  const from = windows[0]!.window.test.from;
  const later = windows.slice(1);
  const fitted = later.map(({ models, window }) => {
    const horizonBars = blendHorizon(models);
    const history = blendHistory(tables, market, { from, to: window.test.from }, horizonBars);
    return fitBlend(kind, history, horizonBars);
  });
  const sources = windows[0]!.models.map(({ model }) => model.name);
  return {
    ...{ kind, sources, fitted },
    forecastsAt: (row) => {
      const index = later.findIndex(({ window }) => row < window.test.to);
      return sources.map((source, part) =>
        signalForecast(
          {
            source,
            modelVersion: index + 2,
            calibration: fitted[index]!.calibrations[part]!,
          },
          tables[part]!.at(row),
          tables[part]!.vetoAt(row),
        )
      );
    },
  };
}

/** Trades a stitched blend; what its weights have learnt goes from window to window. */
export function stitchedStrategy(
  blend: StitchedBlend,
  windows: readonly RefittedWindow[],
  conditions: RunConditions,
  recorder: BlendRecorder,
): Strategy {
  const borders = windows.slice(1).map(({ window }) => window.test.to);
  const strategies = blend.fitted.map((fitted) =>
    followBlend({
      sources: blend.sources,
      forecastsAt: blend.forecastsAt,
      ...tradedBlend(fitted, conditions.bars.instrument, conditions.costs),
      ...recorder,
    })
  );
  return {
    name: `blend (${blend.kind})`,
    warmupBars: 0,
    begin() {
      let current = 0, inner = strategies[0]!.begin();
      return {
        forecast(context) {
          const index = borders.findIndex((border) => context.bar < border);
          if (index !== current) inner = strategies[index]!.begin(inner.save());
          current = index;
          return inner.forecast(context);
        },
        explain: (context) => inner.explain(context),
        save: () => inner.save(),
      };
    },
  };
}
