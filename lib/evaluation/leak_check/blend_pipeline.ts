import type { OpenedData } from "../../data/mod.ts";
import type { RunConditions } from "../../engine/mod.ts";
import type { RowRange } from "../../market/mod.ts";
import type { TradingSystem } from "../../records/mod.ts";
import {
  type AccountSettings,
  makeSystem,
  type PredictedModel,
  readySystem,
  systemForecasts,
  type SystemModel,
  systemStrategy,
} from "../../system/mod.ts";
import { type LoadedModel, type Pipeline, pipelineModel } from "./pipeline.ts";

/** A blend that is made anew in every replay. */
export interface BlendPipelineRequest {
  readonly kind: string;
  readonly market: AccountSettings;
  readonly source: OpenedData["source"];
  /** Rows that teach confidence; the first row that is traded follows them. */
  readonly history: RowRange;
}

/**
 * The pipeline in which a backtest blends models: in every replay a system is made of them again, its
 * novelty filters, confidence and blender fitted on the rows that they may see.
 */
export function blendPipeline(
  loaded: readonly LoadedModel<SystemModel>[],
  { history, kind, market, source }: BlendPipelineRequest,
): Pipeline {
  const blend = { kind, confidenceShare: 1 };
  const request = { name: `blend-${kind}`, blend, market, risk: { limits: {} } };
  return pipelineOf(
    loaded,
    ({ bars, session }, models) =>
      makeSystem(models, { bars, session, source }, request, {
        from: history.from,
        to: Math.min(history.to, bars.length),
      }),
  );
}

/** The pipeline in which a registered system decides: nothing of it is learnt in a replay. */
export function systemPipeline(
  loaded: readonly LoadedModel<SystemModel>[],
  system: TradingSystem,
): Pipeline {
  return pipelineOf(loaded, () => system);
}

function pipelineOf(
  loaded: readonly LoadedModel<SystemModel>[],
  systemOf: (
    conditions: RunConditions,
    models: readonly PredictedModel<SystemModel>[],
  ) => TradingSystem,
): Pipeline {
  return {
    models: loaded.map(pipelineModel),
    strategy: (signals, conditions) => {
      const { bars } = conditions;
      const models = loaded.map(({ model }, index) => ({ model, signals: signals[index]! }));
      const ready = readySystem(systemOf(conditions, models), models);
      return systemStrategy(ready, bars, systemForecasts(ready, bars, conditions));
    },
  };
}
