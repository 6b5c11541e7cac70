import { type Blender, fitBlend, type FittedBlend, type NoveltyFilter } from "../blend/mod.ts";
import { InputError, type JsonValue } from "../core/mod.ts";
import { codeSha256 } from "../core/program.ts";
import type { OpenedData } from "../data/mod.ts";
import { lookbackBars, parseFeatureSpec } from "../features/mod.ts";
import { recordedInstruments, type RowRange } from "../market/mod.ts";
import { isPolicy, parseSystem, systemBytes, type TradingSystem } from "../records/mod.ts";
import type { RiskRequest } from "../risk/mod.ts";
import { exponentialMemory } from "../statistics/mod.ts";
import { type CostModel, requestedCosts } from "../trading/mod.ts";
import { type AccountSettings, requestedSizing } from "./account_settings.ts";
import { blendHistory } from "./blend_history.ts";
import { trainingNoveltyFilters } from "./novelty_filters.ts";
import type { ModelPredictions } from "./predict.ts";
import { settlingBars } from "./settling.ts";
import { blendHorizon, EVIDENCE_SPAN, tabulateSignals } from "./tabulate_signals.ts";
import type { TradedModel } from "./traded_model.ts";

/** How models are blended. */
export interface BlendRequest {
  /** One of `BLENDERS`. */
  readonly kind: string;
  /** Share of the unseen rows, the oldest, that teach confidence and are not tested on. */
  readonly confidenceShare: number;
}

/** Share of the unseen rows that teach confidence unless a flag says otherwise. */
export const CONFIDENCE_SHARE = 0.25;

/** Fewer past rows say nothing about anybody. */
const LEAST_HISTORY = 200;

/** A model on its way into a system. */
export interface SystemModel extends TradedModel {
  /** Of its manifest as it is registered. */
  readonly manifestSha256: string;
}

/** A model with its predictions on the data. */
export interface PredictedModel<Model extends TradedModel = TradedModel> {
  /** The model. */
  readonly model: Model;
  /** What it says at each row. */
  readonly signals: ModelPredictions;
}

/** What a system is made with. */
export interface SystemRequest {
  /** Registry name. */
  readonly name: string;
  /** Absent to follow a single part as it is. */
  readonly blend?: BlendRequest;
  /** Where the kind of the blend is looked up. @default BLENDERS */
  readonly blenders?: readonly Blender[];
  /** The costs it assumes and the size of its positions. */
  readonly market: AccountSettings;
  /** Rules of risk and sizing. */
  readonly risk: RiskRequest;
}

/** A system that has just been made. */
export interface FittedSystem {
  /** Its document, as it will be read back. */
  readonly system: TradingSystem;
  /** Rows that taught it; those after them it has not seen. Empty without a blend. */
  readonly history: RowRange;
}

/**
 * Makes a trading system: teaches blend, novelty filters and calibrations on the oldest of the rows
 * that its parts have not seen, and leaves the others unseen.
 *
 * @param rows rows that no part was trained, calibrated or selected on
 * @throws {InputError} when the rows are too few to be split, or there is no blend for several parts
 */
export function fitSystem(
  models: readonly PredictedModel<SystemModel>[],
  opened: Pick<OpenedData, "bars" | "session" | "source">,
  request: SystemRequest,
  rows: RowRange,
): FittedSystem {
  const history = { from: rows.from, to: borderOf(rows, models.length, request.blend) };
  return { system: makeSystem(models, opened, request, history), history };
}

/**
 * Makes a trading system of what certain rows teach. An outcome that ends after them teaches
 * nothing. Costs and sizes are those of the last of them.
 *
 * @param history rows that no part has seen; they teach a blend
 */
export function makeSystem(
  models: readonly PredictedModel<SystemModel>[],
  opened: Pick<OpenedData, "bars" | "session" | "source">,
  { blend, blenders, market, name, risk }: SystemRequest,
  history: RowRange,
): TradingSystem {
  const { bars, session, source } = opened;
  const { instrument, intervalMs } = bars;
  const instruments = recordedInstruments([instrument]);
  const last = Math.max(0, history.to - 1);
  const costs = requestedCosts(instrument, market.costs, session.tradeDay[last]!);
  const taught = blend === undefined
    ? null
    : teach(blend.kind, models, opened, costs, history, blenders);
  const instant = (row: number): string => new Date(bars.time[row]!).toISOString();
  const seen = models.map(({ model }) => model.manifest.data.lastTime);
  if (taught !== null) seen.push(instant(last));
  const { currency, kind, pointValue, session: schedule, symbol, tickSize, timeZone } = instrument;
  const system: TradingSystem = {
    format: 1,
    name,
    instrument: {
      ...{ symbol, kind, currency, tickSize, pointValue, session: schedule, timeZone },
    },
    intervalMs,
    parts: models.map(({ model }, index) => ({
      name: model.name,
      version: model.version,
      kind: model.manifest.kind,
      onnxSha256: model.onnxSha256,
      manifestSha256: model.manifestSha256,
      featureSpec: model.manifest.featureSpec,
      featureColumns: model.manifest.featureColumns,
      window: model.manifest.window,
      noveltyFilter: taught?.filterOf[index] ?? null,
      calibration: taught?.fitted.calibrations[index] ?? null,
    })),
    noveltyFilters: taught?.filters ?? [],
    blend: taught === null
      ? null
      : { rule: taught.fitted.rule as unknown as JsonValue, bet: taught.fitted.bet },
    horizonBars: blendHorizon(models),
    sizing: requestedSizing(opened, market, risk, last) as unknown as JsonValue,
    limits: risk.limits as unknown as JsonValue,
    costs,
    flattenAtSessionEnd: market.flattenAtSessionEnd,
    ...(market.marginUsd === undefined ? {} : { marginUsd: market.marginUsd }),
    lookBack: {
      featureBars: featureBars(models, intervalMs, taught !== null),
      signalBars: taught === null ? 0 : signalBars(models, history),
    },
    lastBarSeen: seen.toSorted().at(-1)!,
    evidence: {
      data: { sha256: source.sha256, request: source.request },
      ...(instruments.length === 0 ? {} : { instruments }),
      inference: models[0]!.signals.engine,
      history: taught === null ? null : {
        firstTime: instant(history.from),
        lastTime: instant(last),
        rows: history.to - history.from,
      },
    },
    codeSha256: codeSha256(),
  };
  // As it will be read back, so that a system decides the same before and after it is registered.
  return parseSystem(new TextDecoder().decode(systemBytes(system)), name);
}

/** The row after those that teach. */
function borderOf({ from, to }: RowRange, parts: number, blend: BlendRequest | undefined): number {
  if (blend === undefined) {
    if (parts === 1) return from;
    throw new InputError(`Cannot make one system of ${parts} parts without a blend`, {
      where: "--blend",
      remedy: "say how they are blended, for example --blend hedge",
    });
  }
  const border = from + Math.floor((to - from) * blend.confidenceShare);
  if (border - from >= LEAST_HISTORY) return border;
  throw new InputError(
    `Cannot know the confidence of the parts from ${border - from} unseen bars: at least ` +
      `${LEAST_HISTORY} are needed`,
    { where: "--blend", remedy: "give newer bars, or raise --confidence-share" },
  );
}

/** Blend and filters, filters that several parts share once. */
interface Taught {
  readonly fitted: FittedBlend;
  readonly filters: readonly NoveltyFilter[];
  /** Which of them belongs to each part. */
  readonly filterOf: readonly (number | null)[];
}

function teach(
  kind: string,
  models: readonly PredictedModel[],
  { bars }: Pick<OpenedData, "bars">,
  costs: CostModel,
  history: RowRange,
  blenders?: readonly Blender[],
): Taught {
  const frames = models.map(({ model, signals }) => ({ model, frame: signals.frame }));
  const own = trainingNoveltyFilters(frames, bars);
  const filtered = models.map((one, index) => ({ ...one, noveltyFilter: own[index]! }));
  const market = { bars, costs };
  const tables = tabulateSignals(filtered, market, history);
  const horizonBars = blendHorizon(models);
  const fitted = fitBlend(
    kind,
    blendHistory(tables, market, history, horizonBars),
    horizonBars,
    blenders,
  );
  const filters = [...new Set(own)].filter((filter) => filter !== null);
  const filterOf = own.map((filter) => filter === null ? null : filters.indexOf(filter));
  return { fitted, filters, filterOf };
}

/** Bars before one at which features, windows and volatility no longer depend on their start. */
function featureBars(
  models: readonly PredictedModel[],
  intervalMs: number,
  isBlended: boolean,
): number {
  return Math.max(
    ...models.map(({ model: { manifest: { featureSpec, window } } }) =>
      lookbackBars(parseFeatureSpec(featureSpec), intervalMs) + window - 1
    ),
    isBlended ? exponentialMemory(EVIDENCE_SPAN) + 1 : 0,
  );
}

/** Bars over which each part's own position forgets where it began. */
function signalBars(models: readonly PredictedModel[], history: RowRange): number {
  return Math.max(
    ...models.map(({ model: { manifest }, signals: { probabilities } }) =>
      isPolicy(manifest)
        ? settlingBars(probabilities, manifest.actions, history)
        : manifest.horizonBars
    ),
  );
}
