import { openReturn } from "../market/mod.ts";
import type { JsonValue } from "../core/mod.ts";
import type { Bet, Forecaster, Strategy, StrategyContext } from "../trading/mod.ts";
import { blend } from "./blend.ts";
import { type BlendDecision, blendDecision, describeBlend } from "./blend_decision.ts";
import type { Blender, BlendRule } from "./blender.ts";
import { checkBlendRule } from "./blend_rule.ts";
import { type BlendState, initialBlendState, learnBlend } from "./blend_state.ts";
import { ownPosition, type PartForecast } from "./forecast.ts";

/** Settings of `followBlend`. */
export interface FollowBlendOptions {
  /** Names of the parts, in the order of their forecasts. */
  readonly sources: readonly string[];
  /** The parts' forecasts at the close of the row that is asked for now. */
  readonly forecastsAt: (bar: number) => readonly PartForecast[];
  /** How they are blended. */
  readonly rule: BlendRule;
  /** Where the rule's kind is looked up. @default BLENDERS */
  readonly blenders?: readonly Blender[];
  /** Cost of a change by a full position, in the unit of prices: half a round trip. */
  readonly changeCost: number;
  /** What a position of the blend gained and lost in the mean; null where that is not known. */
  readonly bet: Bet | null;
  /** Told of every decision that is acted on and of the weights behind it. */
  readonly onDecision?: (decision: BlendDecision, state: BlendState, bar: number) => void;
}

/** What a running blend remembers; plain data. */
export interface FollowState {
  /** The weights and where they stand. */
  readonly blend: BlendState;
  /** Positions that the parts wanted at the last three closes, newest last. */
  readonly recent: readonly (readonly number[])[];
}

/** Closes whose positions are still needed: a move is known two closes after its decision. */
const KEPT_CLOSES = 3;

/**
 * Trades the blend of several parts. At each close the weights first learn from the bar that has
 * just closed: the positions decided two closes before have earned the move from the open before to
 * this bar's open, costs of their changes taken off. Then the forecasts of this close are blended.
 *
 * @throws RangeError when a setting is outside its range.
 */
export function followBlend(options: FollowBlendOptions): Strategy {
  const { blenders, rule, sources } = options;
  checkBlendRule(rule, sources.length, blenders);
  return {
    name: `${rule.kind} of ${sources.join(", ")}`,
    warmupBars: 0,
    begin: (state = null) => follow(options, state as unknown as FollowState | null),
  };
}

function follow(options: FollowBlendOptions, saved: FollowState | null): Forecaster {
  const { bet, blenders, forecastsAt, onDecision, rule, sources } = options;
  let state = saved?.blend ?? initialBlendState(rule.kind, sources);
  let recent = saved?.recent ?? [];
  let decision: BlendDecision | null = null;
  return {
    forecast(context) {
      const { bar } = context;
      state = learn(options, state, recent, context);
      const forecasts = forecastsAt(bar);
      recent = [...recent.slice(1 - KEPT_CLOSES), forecasts.map(ownPosition)];
      const blended = blend(forecasts, rule, state, blenders);
      const time = context.bars.time[bar]! + context.bars.intervalMs;
      decision = blendDecision(forecasts, blended, { time, blender: rule.kind });
      if (context.acts) onDecision?.(decision, state, bar);
      const { position: exposure, probability } = blended;
      return { exposure, intent: "resize", probability, bet };
    },
    explain: () => decision === null ? "nothing decided yet" : describeBlend(decision),
    save: () => ({ blend: state, recent }) as unknown as JsonValue,
  };
}

/** What the parts wanted two closes ago has earned the last known move from open to open. */
function learn(
  { blenders, changeCost, rule }: FollowBlendOptions,
  state: BlendState,
  recent: readonly (readonly number[])[],
  { bar, bars }: StrategyContext,
): BlendState {
  const decided = recent.at(-2);
  if (decided === undefined) return state;
  const before = recent.at(-3) ?? decided.map(() => 0);
  const move = openReturn(bars, bar - 1, bar);
  const costPerChange = changeCost / Math.abs(bars.open[bar - 1]!);
  const returns = decided.map((position, i) =>
    position * move - costPerChange * Math.abs(position - before[i]!)
  );
  return learnBlend(state, rule, returns, bars.time[bar]!, blenders);
}
