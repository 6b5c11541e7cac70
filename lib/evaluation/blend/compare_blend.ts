import { InputError } from "../../core/errors.ts";
import type { RowRange } from "../../market/row_range.ts";
import { modelStrategy, type TradedModel } from "../../system/traded_model.ts";
import type { RunConditions } from "../../engine/run_conditions.ts";
import { type AccountSettings, createRunConditions } from "../../system/account_settings.ts";
import type { OpenedData } from "../../data/open_data.ts";
import type { RiskRequest } from "../../risk/risk_request.ts";
import type { ModelPredictions } from "../../system/predict.ts";
import { trainingNoveltyFilters } from "../../system/novelty_filters.ts";
import { prepareBlend, type PreparedBlend } from "../../system/prepare.ts";
import { type BlendRun, runBlend } from "./run.ts";
import { blendStrategy, riskConditions } from "../../system/strategy.ts";

/** How models are blended. */
export interface BlendRequest {
  readonly kind: string;
  /** Share of the unseen rows, the oldest, that teach confidence and are not tested on. */
  readonly confidenceShare: number;
}

/** Share of the unseen rows that teach confidence unless a flag says otherwise. */
export const CONFIDENCE_SHARE = 0.25;

/** A blend that was run beside its parts, with the conditions of all of them. */
export interface BlendComparison extends BlendRun {
  readonly conditions: RunConditions;
  readonly lots: number;
  readonly prepared: PreparedBlend;
}

/** Fewer past rows say nothing about anybody. */
const LEAST_HISTORY = 200;

/**
 * Splits unseen rows: the oldest teach the parts' confidence, the others test the blend beside each
 * part alone, under the same costs and rules of risk.
 *
 * @param rows rows that no model was trained, calibrated or selected on
 * @throws {InputError} when the rows are too few to be split
 */
export function compareBlend(
  models: readonly { readonly model: TradedModel; readonly signals: ModelPredictions }[],
  opened: OpenedData,
  request: BlendRequest & { readonly market: AccountSettings; readonly risk: RiskRequest },
  rows: RowRange,
): BlendComparison {
  const border = rows.from + Math.floor((rows.to - rows.from) * request.confidenceShare);
  if (border - rows.from < LEAST_HISTORY) {
    throw new InputError(
      `Cannot know the confidence of the parts from ${border - rows.from} unseen bars: at least ` +
        `${LEAST_HISTORY} are needed`,
      { where: "--blend", remedy: "give newer bars, or raise --confidence-share" },
    );
  }
  const { conditions: fixed, lots } = createRunConditions(opened, request.market, {
    from: border,
    to: rows.to,
  });
  const conditions = riskConditions(fixed, request.risk);
  const frames = models.map(({ model, signals }) => ({ model, frame: signals.frame }));
  const noveltyFilters = trainingNoveltyFilters(frames, opened.bars);
  const filtered = models.map((one, i) => ({ ...one, noveltyFilter: noveltyFilters[i]! }));
  const history = { from: rows.from, to: border };
  const prepared = prepareBlend(request.kind, filtered, conditions, history, rows.to);
  return {
    ...runBlend({
      conditions,
      strategy: (recorder) => blendStrategy(prepared, conditions, recorder),
      parts: filtered.map(({ noveltyFilter, model, signals }, i) => ({
        source: model.name,
        name: `${model.name} v${model.version}`,
        hasNoveltyFilter: noveltyFilter !== null,
        strategy: modelStrategy(model, signals, conditions),
        calibration: prepared.fitted.calibrations[i]!,
        run: { model, signals },
      })),
      confidence: confidenceText(prepared, opened),
    }),
    ...{ conditions, lots, prepared },
  };
}

function confidenceText(
  { history: { from, to }, horizonBars }: PreparedBlend,
  { bars }: OpenedData,
): string {
  const day = (row: number): string => new Date(bars.time[row]!).toISOString().slice(0, 10);
  return `Confidence is the calibrated probability that a position, held for ${horizonBars} bars, ` +
    `ends above the costs of its round trip. It was fitted on the ${
      (to - from).toLocaleString("en")
    } bars from ${day(from)} to ${
      day(to - 1)
    }, which no part was trained, calibrated or chosen on ` +
    "and which are not part of this test.";
}
