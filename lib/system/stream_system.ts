import type { Blender } from "../blend/mod.ts";
import type { FeatureContext } from "../features/mod.ts";
import { type Bars, sliceBars } from "../market/mod.ts";
import type { JointSession } from "../onnx/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import type { Strategy, StrategyContext } from "../trading/mod.ts";
import { createLiveBlend, type LiveBlend, type LiveBlendState } from "./live_blend.ts";
import { type BlendRecorder, systemBlend } from "./run_system.ts";
import { systemSettings } from "./system_settings.ts";
import { modelStrategy, type TradedModel } from "./traded_model.ts";

/** A system that decides one bar at a time. */
export interface SystemStream extends LiveBlend {
  /** What the engine trades: asked at a bar once `onBar` has taken it in. */
  readonly strategy: Strategy;
}

/** Where the stream of a system begins. */
export interface SystemStreamOptions extends FeatureContext {
  /**
   * Open of the first bar at which the models are asked: `lookBack.signalBars` before the first
   * decision; bars before it, `lookBack.featureBars` of them, warm features up.
   */
  readonly from: number;
  /** So many bars only warm features up too, whenever they open. @default 0 */
  readonly quietBars?: number;
  /** What `save` gave, to go on from there; absent to start with nothing. */
  readonly state?: LiveBlendState;
  /** Told of a blend's decisions. */
  readonly recorder?: BlendRecorder;
  /** Where the kind of the blend is looked up. @default BLENDERS */
  readonly blenders?: readonly Blender[];
}

/**
 * A system as live trading runs it: the same document as in a backtest, the same decisions, in
 * memory that does not grow.
 *
 * @param models of its parts, in order
 * @param session the graphs of the models, in their order
 * @param bars of the market; only how they are made is read here
 * @throws {InputError} when the state is damaged or was saved by other models, or the system asks
 * for something that this program does not know
 */
export function streamSystem(
  { models, system }: {
    readonly models: readonly TradedModel[];
    readonly system: TradingSystem;
  },
  session: JointSession,
  bars: Bars,
  { blenders, recorder = {}, ...options }: SystemStreamOptions,
): SystemStream {
  const { costs, noveltyFilters, parts } = system;
  const live = createLiveBlend(
    models.map((model, index) => {
      const { calibration, noveltyFilter } = parts[index]!;
      const filter = noveltyFilter === null ? null : noveltyFilters[noveltyFilter]!;
      return { model, noveltyFilter: filter, calibration };
    }),
    session,
    bars,
    { ...options, costs },
  );
  const { rule } = systemSettings(system, blenders);
  const strategy = rule === null
    ? ofNewestRow(modelStrategy(models[0]!, live.signals[0]!, { bars, costs }))
    : systemBlend(system, rule, bars.instrument, live.forecastsAt, recorder, blenders);
  return { ...live, strategy };
}

/** A strategy whose predictions are those of the newest bar alone. */
function ofNewestRow(strategy: Strategy): Strategy {
  const alone = (context: StrategyContext): StrategyContext => {
    const { bar, bars } = context;
    return { ...context, bars: sliceBars(bars, bar, bar + 1), bar: 0 };
  };
  return {
    ...strategy,
    begin(state) {
      const forecaster = strategy.begin(state);
      return {
        forecast: (context) => forecaster.forecast(alone(context)),
        explain: (context) => forecaster.explain(alone(context)),
        save: () => forecaster.save(),
      };
    },
  };
}
