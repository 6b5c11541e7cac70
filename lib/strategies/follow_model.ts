import { CLASS_COUNT } from "../market/mod.ts";
import {
  describePrediction,
  FLAT,
  type Forecast,
  type Strategy,
  type StrategyContext,
} from "../trading/mod.ts";
import { enterSide } from "./baselines.ts";

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
  /** Model name. */
  readonly source: string;
  /** Version of the model in the registry. */
  readonly modelVersion: number;
}

const HOLD_LONG: Forecast = { exposure: 1, intent: "hold", probability: null };
const HOLD_SHORT: Forecast = { exposure: -1, intent: "hold", probability: null };

/**
 * Trades the predictions of one model. The expected return is Σ p(class) · outcome(class); where
 * it exceeds the needed multiple of the round-trip cost in either direction, that side is taken.
 * The position is held for `horizonBars` bars after the last prediction that confirmed it; a
 * prediction for the other side reverses it at once.
 *
 * @throws RangeError when the horizon is not at least one bar.
 */
export function followModel(options: FollowModelOptions): Strategy {
  const { horizonBars, modelVersion, source } = options;
  if (!Number.isInteger(horizonBars) || horizonBars < 1) {
    throw new RangeError(
      `Cannot hold a position as horizonBars must be whole, at least 1: current value is ${horizonBars}`,
    );
  }
  return {
    name: `${source} v${modelVersion}`,
    warmupBars: 0,
    begin(state = null) {
      const neededTicks = options.edgeThreshold * options.costTicks;
      // The side confirmed last and the bars since then; none at first.
      let { age, side } = state as { side: number; age: number } | null ?? { side: 0, age: 0 };
      return {
        forecast(context) {
          const edgeTicks = predictedEdgeTicks(options, context);
          if (Math.abs(edgeTicks) > neededTicks) {
            side = Math.sign(edgeTicks);
            age = 0;
            return enterSide(side);
          }
          if (side === 0 || ++age >= horizonBars) return FLAT;
          return side > 0 ? HOLD_LONG : HOLD_SHORT;
        },
        explain: (context) => explain(options, context),
        save: () => ({ side, age }),
      };
    },
  };
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

function explain(options: FollowModelOptions, context: StrategyContext): string {
  const edgeTicks = predictedEdgeTicks(options, context);
  if (Number.isNaN(edgeTicks)) return "no prediction at this bar";
  const at = context.bar * CLASS_COUNT;
  const { probabilities } = options.signals;
  return describePrediction({
    probabilities: [probabilities[at]!, probabilities[at + 1]!, probabilities[at + 2]!],
    edgeTicks,
    neededTicks: options.edgeThreshold * options.costTicks,
  });
}
