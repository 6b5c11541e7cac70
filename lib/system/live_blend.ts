import { canonicalJson, createStateMemory, InputError, type JsonValue } from "../core/mod.ts";
import { type Bars, closeReturn, sliceBars } from "../market/mod.ts";
import type { Feed } from "../trading/mod.ts";
import type { FeatureContext } from "../features/mod.ts";
import type { JointSession } from "../onnx/mod.ts";
import {
  type ForecastSource,
  type NoveltyFilter,
  type PartForecast,
  signalForecast,
} from "../blend/mod.ts";
import { createVolatility } from "../statistics/mod.ts";
import type { ModelPredictions } from "./predict.ts";
import type { TradedModel } from "./traded_model.ts";
import type { RunConditions } from "../engine/mod.ts";
import { EVIDENCE_SPAN, partVetoes } from "./tabulate_signals.ts";
import { featureStreams, type LiveFeatureRows } from "./feature_rows.ts";
import { createSignalGenerator } from "./signal_generator.ts";

/** A model of a blend that is asked one bar at a time. */
export interface LiveModel {
  readonly model: TradedModel;
  readonly noveltyFilter: NoveltyFilter | null;
  readonly calibration: ForecastSource["calibration"];
}

/** All that a stream of forecasts carries from bar to bar. Plain JSON that does not grow. */
export interface LiveBlendState {
  /** The models that it belongs to. */
  readonly models: readonly {
    readonly name: string;
    readonly version: number;
    readonly onnxSha256: string;
  }[];
  /** What features, and the rows that models still read, hold. */
  readonly features: string;
  /** What the estimate of volatility has learnt. */
  readonly volatility: JsonValue;
  /** What each model holds, undisturbed by any account. */
  readonly signals: readonly JsonValue[];
}

/** Forecasts that come bar by bar. */
export interface LiveBlend {
  /**
   * Takes the next bar in: features, every model, every forecast. Bars come in order, without gaps.
   *
   * @param bars a window that ends with this bar or goes on after it, and holds the one before it
   * @param bar its row in that window
   */
  onBar(bars: Bars, bar: number): Promise<void>;
  /** The parts' forecasts at the bar that was taken in last. */
  forecastsAt(bar: number): readonly PartForecast[];
  /** What each model said at the bar that was taken in last, one row; NaN while it warms up. */
  readonly signals: readonly Pick<ModelPredictions, "probabilities">[];
  /** What it takes to go on after that bar; not while another is taken in. */
  save(): LiveBlendState;
}

/** Where a stream of forecasts begins. */
export interface LiveBlendOptions extends FeatureContext {
  /** Open of the first bar at which the models are asked; earlier ones only warm features up. */
  readonly from: number;
  /** So many bars only warm features up too, whenever they open. @default 0 */
  readonly quietBars?: number;
  /** Costs that decide which edges pay. */
  readonly costs: RunConditions["costs"];
  /** What `save` gave, to go on from there; absent to start with nothing. */
  readonly state?: LiveBlendState;
}

/**
 * Makes the parts' forecasts one bar at a time, as in live trading: with the steps of the batch, in
 * the order of the batch, so that both decide the same. However many bars come, it keeps the rows
 * that the models read now, and no other.
 *
 * @param session the graphs of the models, in their order
 * @param bars of the market; only how they are made is read here
 * @throws {InputError} when the state is damaged or was saved by other models
 */
export function createLiveBlend(
  models: readonly LiveModel[],
  session: JointSession,
  bars: Bars,
  { costs, from, quietBars = 0, sessionAt, state }: LiveBlendOptions,
): LiveBlend {
  const identity = models.map(({ model: { name, onnxSha256, version } }) => (
    { name, version, onnxSha256 }
  ));
  if (state !== undefined) requireSameModels(identity, state.models);
  const memory = createStateMemory();
  const streams = featureStreams(memory, models.map(({ model }) => model), bars, sessionAt);
  if (state !== undefined) memory.restore(state.features);
  const volatility = createVolatility(EVIDENCE_SPAN, state?.volatility);
  const parts = models.map((live, index) =>
    createPart(live, streams[index]!, { bars, costs }, state?.signals[index])
  );
  const vetoesOf = partVetoes(models);
  let newest: readonly PartForecast[] = [];
  let quiet = state === undefined ? quietBars : 0;
  return {
    async onBar(bars, bar) {
      const deviation = volatility.step(closeReturn(bars, bar));
      for (const stream of new Set(streams)) stream.take(bars, bar);
      if (bars.time[bar]! < from || quiet-- > 0) return;
      const predicted = await session.run(parts.map((part) => part.input()));
      const now = sliceBars(bars, bar, bar + 1);
      const vetoes = vetoesOf((part) => streams[part]!.newest(1));
      newest = parts.map((part, index) =>
        part.forecast(now, predicted[index]!, deviation, vetoes[index]!)
      );
    },
    forecastsAt: () => newest,
    signals: parts.map((part) => part.signals),
    save: () => ({
      models: identity,
      features: memory.save(),
      volatility: volatility.save(),
      signals: parts.map((part) => part.save()),
    }),
  };
}

function requireSameModels(
  here: LiveBlendState["models"],
  saved: LiveBlendState["models"],
): void {
  const nameAll = (models: LiveBlendState["models"]): string =>
    models.map(({ name, onnxSha256, version }) => `${name} v${version} ${onnxSha256.slice(0, 8)}`)
      .join(", ");
  // Text in between may have changed the order of the fields.
  const textOf = (models: LiveBlendState["models"]): string =>
    canonicalJson(models as unknown as JsonValue);
  if (textOf(here) === textOf(saved)) return;
  throw new InputError(`Cannot go on from a state of other models: ${nameAll(saved)}`, {
    where: "state of the forecasts",
    remedy: `start without it, or load those: these are ${nameAll(here)}`,
  });
}

/**
 * A feed that has every bar's forecasts ready before it hands the bar on.
 *
 * @param from first row handed on; earlier ones only warm the models up
 */
export function withForecasts(feed: Feed, blend: LiveBlend, from: number): Feed {
  return {
    get bars() {
      return feed.bars;
    },
    async next() {
      while (true) {
        const bar = await feed.next();
        if (bar === null) return null;
        await blend.onBar(feed.bars, bar);
        if (bar >= from) return bar;
      }
    },
  };
}

interface LivePart {
  /** What the model said last. */
  readonly signals: Pick<ModelPredictions, "probabilities">;
  /** Rows that the model reads now. */
  input(): Float32Array;
  /**
   * Its forecast at a bar.
   *
   * @param now the bar alone
   * @param predicted what the model says of it
   * @param veto what forbids it to count
   */
  forecast(
    now: Bars,
    predicted: Float32Array,
    volatility: number,
    veto: string | null,
  ): PartForecast;
  save(): JsonValue;
}

function createPart(
  { calibration, model }: LiveModel,
  stream: LiveFeatureRows,
  market: Pick<RunConditions, "bars" | "costs">,
  state: JsonValue | undefined,
): LivePart {
  const { window } = model.manifest;
  const signals: { probabilities: Float32Array } = { probabilities: new Float32Array() };
  const generator = createSignalGenerator(model, signals, market, state);
  const source: ForecastSource = { source: model.name, modelVersion: model.version, calibration };
  return {
    signals,
    input: () => stream.newest(window),
    forecast(now, predicted, volatility, veto) {
      const isReady = stream.isComplete(window);
      signals.probabilities = isReady ? predicted : predicted.map(() => NaN);
      return signalForecast(source, generator.signalAt(now, 0, volatility), veto);
    },
    save: () => generator.save(),
  };
}
