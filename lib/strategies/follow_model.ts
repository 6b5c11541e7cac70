import { CLASS_COUNT } from "../market/outcome_class.ts";
import { describeDecision, describeMove } from "../trading/decision_text.ts";
import { type Sizing, toSizing } from "../risk/sizing.ts";
import type { Strategy, StrategyContext } from "../trading/strategy.ts";

/** Settings of `followModel`. */
export interface FollowModelOptions {
  /** Calibrated class probabilities, row-major `[rows, 3]`, one row per bar; NaN where none. */
  readonly signals: { readonly probabilities: Float32Array };
  /** Bars a prediction speaks of, counted from the fill bar. */
  readonly horizonBars: number;
  /** Mean outcome of down, flat, up as a fraction of price. */
  readonly classOutcomes: readonly [number, number, number];
  /** Round-trip cost of one lot, ticks. */
  readonly costTicks: number;
  /** Edge needed, as a multiple of the round-trip cost. */
  readonly edgeThreshold: number;
  /** Size of a position. */
  readonly lots: number | Sizing;
  /** Model name. */
  readonly source: string;
  /** Version of the model in the registry. */
  readonly modelVersion: number;
}

/**
 * Trades the predictions of one model. The expected return is Σ p(class) · outcome(class); where
 * it exceeds the needed multiple of the round-trip cost in either direction, that side is taken.
 * The position is held for `horizonBars` bars after the last prediction that confirmed it; a
 * prediction for the other side reverses it at once.
 *
 * @throws RangeError when the horizon is not at least one bar.
 */
export function followModel(options: FollowModelOptions): Strategy {
  const { horizonBars, source, modelVersion } = options;
  if (!Number.isInteger(horizonBars) || horizonBars < 1) {
    throw new RangeError(
      `Cannot hold a position as horizonBars must be whole, at least 1: current value is ${horizonBars}`,
    );
  }
  const size = toSizing(options.lots);
  // Read only while a position is held, and every entry sets it: nothing leaks between runs.
  let confirmedAt = -1;

  return {
    name: `${source} v${modelVersion}`,
    warmupBars: 0,
    targetLots(context) {
      const { bar, positionLots } = context;
      const side = predictedSide(options, context);
      if (side !== 0) {
        confirmedAt = bar;
        return side === Math.sign(positionLots) ? positionLots : side * size(context);
      }
      return bar - confirmedAt < horizonBars ? positionLots : 0;
    },
    explain: (context, targetLots) => explain(options, context, targetLots),
  };
}

/** 1 to buy, -1 to sell, 0 when the edge does not pay or there is no prediction. */
function predictedSide(options: FollowModelOptions, context: StrategyContext): number {
  const edgeTicks = predictedEdgeTicks(options, context);
  const neededTicks = options.edgeThreshold * options.costTicks;
  return Math.abs(edgeTicks) > neededTicks ? Math.sign(edgeTicks) : 0;
}

/** Expected return of a long position in ticks at this close; NaN where there is no prediction. */
function predictedEdgeTicks(
  { signals: { probabilities }, classOutcomes }: FollowModelOptions,
  { bars, bar }: StrategyContext,
): number {
  const at = bar * CLASS_COUNT;
  const edge = probabilities[at]! * classOutcomes[0] + probabilities[at + 1]! * classOutcomes[1] +
    probabilities[at + 2]! * classOutcomes[2];
  return edge * Math.abs(bars.close[bar]!) / bars.instrument.tickSize;
}

function explain(
  options: FollowModelOptions,
  context: StrategyContext,
  targetLots: number,
): string {
  const { bar, positionLots } = context;
  const edgeTicks = predictedEdgeTicks(options, context);
  if (Number.isNaN(edgeTicks)) {
    return `no prediction at this bar: ${describeMove({ positionLots, targetLots })}`;
  }
  const at = bar * CLASS_COUNT;
  const { probabilities } = options.signals;
  return describeDecision({
    probabilities: [probabilities[at]!, probabilities[at + 1]!, probabilities[at + 2]!],
    edgeTicks,
    neededTicks: options.edgeThreshold * options.costTicks,
    positionLots,
    targetLots,
  });
}
