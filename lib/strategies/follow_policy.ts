import { type Forecast, stateless, type Strategy, type StrategyContext } from "../trading/mod.ts";
import { likeliestAction } from "./decide.ts";

/** Settings of `followPolicy`. */
export interface FollowPolicyOptions {
  /**
   * Row-major `[rows, actions, actions]`, one block per bar: for each position held, the
   * probabilities of the next; NaN where the policy has nothing to say.
   */
  readonly signals: { readonly probabilities: Float32Array };
  /** Positions to choose from, in full positions, ascending, with 0 among them. */
  readonly actions: readonly number[];
  /** Name of the policy. */
  readonly source: string;
  /** Its version in the registry. */
  readonly modelVersion: number;
}

/**
 * Trades a policy: at each close the likeliest action given the position that the account really
 * holds, so that refused entries, forced exits and rolls are known to it at once. Undisturbed it
 * takes the positions of `decidePositions`.
 *
 * @example
 * ```ts
 * import { followPolicy } from "./follow_policy.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(5000, 5001);
 * const bars = {
 *   instrument: findInstrument("MES"), intervalMs: 60_000, length: 2,
 *   time: Float64Array.of(0, 60_000),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(2),
 * };
 * // Goes long from flat, and out when it is long.
 * const probabilities = Float32Array.of(0.2, 0.8, 0.9, 0.1, 0.2, 0.8, 0.9, 0.1);
 * const strategy = followPolicy({
 *   signals: { probabilities }, actions: [0, 1], source: "MES-policy", modelVersion: 1,
 * });
 * const next = (exposure: number) =>
 *   strategy.begin().forecast({ bars, bar: 1, exposure, positionLots: 0, acts: true }).exposure;
 * assertEquals([next(0), next(1)], [1, 0]);
 * ```
 */
export function followPolicy(options: FollowPolicyOptions): Strategy {
  const { actions, modelVersion, source } = options;
  const forecasts = actions.map((exposure): Forecast => (
    { exposure, intent: "resize", probability: null }
  ));
  return stateless({
    name: `${source} v${modelVersion}`,
    warmupBars: 0,
    forecast: (context) => forecasts[chosen(options, context)]!,
    explain: (context) => explain(options, context),
  });
}

/** Index of the action that is taken. */
function chosen(
  { actions, signals: { probabilities } }: FollowPolicyOptions,
  { bar, exposure }: StrategyContext,
): number {
  const count = actions.length;
  const held = nearestAction(actions, exposure);
  const at = (bar * count + held) * count;
  return likeliestAction(probabilities, at, { count, held, flat: actions.indexOf(0) });
}

/** Index of the action nearest to a position, in full positions. */
export function nearestAction(actions: readonly number[], position: number): number {
  let best = 0;
  actions.forEach((action, index) => {
    if (Math.abs(action - position) < Math.abs(actions[best]! - position)) best = index;
  });
  return best;
}

function explain(options: FollowPolicyOptions, context: StrategyContext): string {
  const { actions, signals: { probabilities } } = options;
  const count = actions.length;
  const held = nearestAction(actions, context.exposure);
  const likely = probabilities[(context.bar * count + held) * count + chosen(options, context)]!;
  return Number.isNaN(likely)
    ? "no decision at this bar"
    : `the policy prefers it with probability ${likely.toFixed(2)}`;
}
