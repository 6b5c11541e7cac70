import { createStateMemory } from "../core/state_memory.ts";
import { type Bars, closeReturn } from "../market/bars.ts";
import type { Feed } from "../trading/ports.ts";
import { parseFeatureSpec } from "../features/features.ts";
import {
  createFeatureWriter,
  type FeatureContext,
  type FeatureWriter,
} from "../features/feature_stream.ts";
import type { JointSession } from "../onnx/joint_session.ts";
import { type ForecastSource, signalForecast } from "../blend/signal.ts";
import type { Forecast } from "../blend/forecast.ts";
import type { NoveltyFilter } from "../blend/novelty.ts";
import { createVolatility } from "../statistics/volatility.ts";
import type { TradedModel } from "./traded_model.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import { partVeto, VOLATILITY_SPAN } from "./tabulate_signals.ts";
import { createSignalGenerator, type SignalGenerator } from "./signal_generator.ts";

/** A model of a blend that is asked one bar at a time. */
export interface LiveModel {
  readonly model: TradedModel;
  readonly noveltyFilter: NoveltyFilter | null;
  readonly calibration: ForecastSource["calibration"];
}

/** Forecasts that come bar by bar. */
export interface LiveBlend {
  /**
   * Takes the next row in: features, every model, every forecast. Rows come in order, from the first
   * on, without gaps.
   */
  onBar(bars: Bars, bar: number): Promise<void>;
  /** The parts' forecasts at a row that was taken in. */
  forecastsAt(bar: number): readonly Forecast[];
}

/** Where a stream of forecasts begins. */
export interface LiveBlendOptions extends FeatureContext {
  /** Row from which the models are asked; earlier rows only warm features up. */
  readonly from: number;
  /** Costs that decide which edges pay. */
  readonly costs: RunConditions["costs"];
}

/** Forecasts of so many rows are kept: the blender looks three back. */
const KEPT_ROWS = 8;

/**
 * Makes the parts' forecasts one bar at a time, as in live trading: with the steps of the batch, in
 * the order of the batch, so that both decide the same.
 *
 * @param session the graphs of the models, in their order
 * @param bars the columns that will grow; only their instrument and interval are read here
 */
export function createLiveBlend(
  models: readonly LiveModel[],
  session: JointSession,
  bars: Bars,
  { costs, from, sessionAt }: LiveBlendOptions,
): LiveBlend {
  const streams = featureStreams(models, bars, sessionAt);
  const parts = models.map((live, index) => createPart(live, streams[index]!, { bars, costs }));
  const volatilityOf = createVolatility(VOLATILITY_SPAN).step;
  const kept: (readonly Forecast[])[] = [];
  return {
    async onBar(bars, bar) {
      const volatility = volatilityOf(closeReturn(bars, bar));
      for (const stream of new Set(streams)) stream.take(bars, bar);
      if (bar < from) return;
      const predicted = await session.run(parts.map((part) => part.input()));
      parts.forEach((part, index) => part.keep(bar, predicted[index]!));
      const known = new Map<NoveltyFilter, string | null>();
      kept[bar % KEPT_ROWS] = parts.map((part) => part.forecast(bars, bar, volatility, known));
    },
    forecastsAt: (bar) => kept[bar % KEPT_ROWS]!,
  };
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

/** The newest feature rows of one spec. */
interface FeatureRows {
  readonly width: number;
  readonly warmup: number;
  take(bars: Bars, bar: number): void;
  /** The last rows, oldest first. */
  newest(rows: number): Float32Array;
}

/** One stream for each feature spec: models that read the same columns share it. */
function featureStreams(
  models: readonly LiveModel[],
  bars: Bars,
  sessionAt: FeatureContext["sessionAt"],
): FeatureRows[] {
  const known = new Map<string, FeatureRows>();
  const longest = Math.max(...models.map(({ model }) => model.manifest.window));
  return models.map(({ model: { manifest } }) => {
    const key = JSON.stringify(manifest.featureSpec);
    let stream = known.get(key);
    if (stream === undefined) {
      const writer = createFeatureWriter(
        createStateMemory(),
        parseFeatureSpec(manifest.featureSpec),
        {
          ...{ sessionAt, intervalMs: bars.intervalMs },
          ...(bars.continuous === undefined ? {} : { method: bars.continuous.method }),
        },
      );
      stream = featureRows(writer, longest);
      known.set(key, stream);
    }
    return stream;
  });
}

/** Keeps rows one after the other and moves the newest to the front when the buffer is full. */
function featureRows({ columns, warmup, write }: FeatureWriter, longest: number): FeatureRows {
  const width = columns.length, capacity = 16 * longest;
  const values = new Float32Array(capacity * width);
  // As if rows of nothing had come before: they are read only while predictions do not count.
  let end = longest;
  return {
    ...{ width, warmup },
    take(bars, bar) {
      if (end === capacity) {
        values.copyWithin(0, (end - longest) * width);
        end = longest;
      }
      const { close, continuous, high, low, open, time, volume } = bars;
      const row = {
        time: time[bar]!,
        open: open[bar]!,
        high: high[bar]!,
        low: low[bar]!,
        close: close[bar]!,
        volume: volume[bar]!,
        adjustment: continuous?.adjustment[bar] ?? (continuous?.method === "ratio" ? 1 : 0),
      };
      write(row, values, end++ * width);
    },
    newest: (rows) => values.subarray((end - rows) * width, end * width),
  };
}

/** Rows that predictions have room for at first; the room doubles when it is used up. */
const FIRST_ROWS = 65_536;

interface LivePart {
  /** Rows that the model reads now. */
  input(): Float32Array;
  /** Keeps what it predicted. */
  keep(bar: number, predicted: Float32Array): void;
  forecast(
    bars: Bars,
    bar: number,
    volatility: number,
    known: Map<NoveltyFilter, string | null>,
  ): Forecast;
}

function createPart(
  { calibration, noveltyFilter, model }: LiveModel,
  stream: FeatureRows,
  market: Pick<RunConditions, "bars" | "costs">,
): LivePart {
  const { window } = model.manifest;
  const signals: { probabilities: Float32Array } = { probabilities: new Float32Array() };
  const generate: SignalGenerator = createSignalGenerator(model, signals, market);
  const source: ForecastSource = { source: model.name, modelVersion: model.version, calibration };
  return {
    input: () => stream.newest(window),
    keep(bar, predicted) {
      const { length } = predicted, needed = (bar + 1) * length;
      const { probabilities } = signals;
      if (needed > probabilities.length) {
        signals.probabilities = new Float32Array(Math.max(2 * needed, FIRST_ROWS * length));
        signals.probabilities.set(probabilities);
      }
      const isReady = bar >= stream.warmup + window - 1;
      if (isReady) signals.probabilities.set(predicted, bar * length);
      else signals.probabilities.fill(NaN, bar * length, needed);
    },
    forecast(bars, bar, volatility, known) {
      const signal = generate(bars, bar, volatility);
      return signalForecast(
        source,
        signal,
        partVeto(model, noveltyFilter, stream.newest(1), known),
      );
    },
  };
}
