import type { RunConditions } from "../../engine/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { RowRange } from "../../market/mod.ts";
import type { TradingSystem } from "../../records/mod.ts";
import type { RiskRequest } from "../../risk/mod.ts";
import {
  type AccountSettings,
  type BlendRequest,
  fitSystem,
  type FittedSystem,
  modelStrategy,
  type PredictedModel,
  type ReadySystem,
  readySystem,
  systemConditions,
  systemForecasts,
  type SystemModel,
  systemStrategy,
} from "../../system/mod.ts";
import { type BlendRun, runBlend } from "./run.ts";

/** A blend that was run beside its parts, with the conditions of all of them. */
export interface BlendComparison extends BlendRun {
  readonly conditions: RunConditions;
}

/**
 * Splits unseen rows: the oldest teach the parts' confidence, the others test the blend beside each
 * part alone, under the same costs and rules of risk.
 *
 * @param rows rows that no model was trained, calibrated or selected on
 * @throws {InputError} when the rows are too few to be split
 */
export function compareBlend(
  models: readonly PredictedModel<SystemModel>[],
  opened: OpenedData,
  request: BlendRequest & { readonly market: AccountSettings; readonly risk: RiskRequest },
  rows: RowRange,
): BlendComparison & { readonly fitted: FittedSystem } {
  const { market, risk, ...blend } = request;
  const name = `${opened.bars.instrument.symbol}-${blend.kind}`;
  const fitted = fitSystem(models, opened, { name, blend, market, risk }, rows);
  const tested = { from: fitted.history.to, to: rows.to };
  const ready = readySystem(fitted.system, models);
  return { ...compareSystem(ready, opened, market, tested), fitted };
}

/** Tests a system that blends beside each of its parts alone; learns nothing. */
export function compareSystem(
  ready: ReadySystem,
  opened: OpenedData,
  account: Pick<AccountSettings, "cashUsd" | "marginUsd">,
  rows: RowRange,
): BlendComparison {
  const { models, system } = ready;
  const { bars } = opened;
  const conditions = systemConditions(ready, opened, account, rows);
  const forecastsAt = systemForecasts(ready, bars, rows);
  return {
    ...runBlend({
      conditions,
      strategy: (recorder) => systemStrategy(ready, bars, forecastsAt, recorder),
      parts: models.map(({ noveltyFilter, model, signals }, i) => ({
        source: model.name,
        name: `${model.name} v${model.version}`,
        hasNoveltyFilter: noveltyFilter !== null,
        strategy: modelStrategy(model, signals, { bars, costs: system.costs }),
        calibration: system.parts[i]!.calibration,
        run: { model, signals },
      })),
      confidence: confidenceText(system),
    }),
    conditions,
  };
}

function confidenceText({ evidence: { history }, horizonBars }: TradingSystem): string {
  const { firstTime, lastTime, rows } = history!;
  return `Confidence is the calibrated probability that a position, held for ${horizonBars} bars, ` +
    `ends above the costs of its round trip. It was fitted on the ${
      rows.toLocaleString("en")
    } bars from ${firstTime.slice(0, 10)} to ${
      lastTime.slice(0, 10)
    }, which no part was trained, ` +
    "calibrated or chosen on and which are not part of this test.";
}
