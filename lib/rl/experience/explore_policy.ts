import {
  FLAT,
  type Forecast,
  stateless,
  type Strategy,
  type StrategyContext,
} from "../../trading/mod.ts";
import {
  drawAction,
  followPolicy,
  type FollowPolicyOptions,
  nearestAction,
} from "../../strategies/mod.ts";

/** A decision as its maker knows it; what came of it is in the journal. */
export interface LoggedDecision {
  /** Row at whose close it was taken. */
  readonly bar: number;
  /** Signed lots held then. */
  readonly positionLots: number;
  /** Index of the action chosen. */
  readonly action: number;
  /** Probability with which it was chosen. */
  readonly propensity: number;
}

/** Settings of `explorePolicy`. */
export interface ExplorePolicyOptions extends FollowPolicyOptions {
  /** Share of the decisions that are drawn from all actions alike, 0 … 1. */
  readonly exploration: number;
  /** Of the draws; that of a bar depends on seed and bar alone. */
  readonly seed: number;
  /** Told of each decision that the policy took. */
  readonly onDecision: (decision: LoggedDecision) => void;
}

/**
 * Follows a policy and now and then tries another action: the likeliest one has probability
 * `1 - exploration + exploration / actions`, each other `exploration / actions`. Without such
 * chance, and without knowing it, no log can tell what another policy would have earned.
 *
 * @throws {RangeError} when the share is not one
 * @example
 * ```ts
 * import { explorePolicy, type LoggedDecision } from "./explore_policy.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const price = Float64Array.of(5000, 5001);
 * const bars = {
 *   instrument: findInstrument("MES"), intervalMs: 60_000, length: 2,
 *   time: Float64Array.of(0, 60_000),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(2),
 * };
 * const log: LoggedDecision[] = [];
 * const strategy = explorePolicy({
 *   signals: { probabilities: Float32Array.of(0.2, 0.8, 0.9, 0.1, 0.2, 0.8, 0.9, 0.1) },
 *   actions: [0, 1], source: "MES-policy", modelVersion: 1,
 *   exploration: 0, seed: 1, onDecision: (decision) => log.push(decision),
 * });
 * const context = { bars, bar: 1, exposure: 0, positionLots: 0, acts: true };
 * const { exposure } = strategy.begin().forecast(context);
 * assertEquals([exposure, log[0]?.propensity], [1, 1]);
 * ```
 */
export function explorePolicy(options: ExplorePolicyOptions): Strategy {
  const { actions, exploration, onDecision, seed, signals } = options;
  if (!(exploration >= 0 && exploration <= 1)) {
    throw new RangeError(
      `Cannot explore as its share must be 0 to 1: current value is ${exploration}`,
    );
  }
  const policy = followPolicy(options);
  const followed = policy.begin();
  const forecasts = actions.map((exposure): Forecast => (
    { exposure, intent: "resize", probability: null }
  ));
  const cells = actions.length ** 2;
  // Where the policy has nothing to say, staying flat is no decision of its.
  const isSilent = (bar: number): boolean => Number.isNaN(signals.probabilities[bar * cells]!);
  const decide = (context: StrategyContext): LoggedDecision => {
    const { bar, positionLots } = context;
    const greedy = nearestAction(actions, followed.forecast(context).exposure);
    const drawn = drawAction(greedy, actions.length, { share: exploration, seed }, bar);
    return { bar, positionLots, ...drawn };
  };
  return stateless({
    warmupBars: policy.warmupBars,
    name: `${policy.name}, exploring ${exploration}`,
    forecast: (context) => {
      if (isSilent(context.bar) || !context.acts) return FLAT;
      const decision = decide(context);
      onDecision(decision);
      return forecasts[decision.action]!;
    },
    explain: (context) =>
      isSilent(context.bar)
        ? followed.explain(context)
        : `chosen with probability ${decide(context).propensity.toFixed(3)}`,
  });
}
