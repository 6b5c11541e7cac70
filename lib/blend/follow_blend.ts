import type { Bars } from "../market/bars.ts";
import { blend } from "./blend.ts";
import { type BlendDecision, blendDecision, describeBlend } from "./blend_decision.ts";
import type { BlendRule } from "./blender.ts";
import { checkBlendRule } from "./blend_rule.ts";
import { type BlendState, initialBlendState, learnBlend } from "./blend_state.ts";
import { type Forecast, ownPosition } from "./forecast.ts";
import { type Bet, kellyLots } from "../risk/kelly.ts";
import { openReturn } from "../market/open_return.ts";
import { type Sizing, toSizing } from "../risk/sizing.ts";
import type { Strategy, StrategyContext } from "../trading/strategy.ts";

/** Settings of `followBlend`. */
export interface FollowBlendOptions {
  /** Names of the parts, in the order of their forecasts. */
  readonly sources: readonly string[];
  /** The parts' forecasts at the close of a row; the same at every call. */
  readonly forecastsAt: (bar: number) => readonly Forecast[];
  /** How they are blended. */
  readonly rule: BlendRule;
  /** Cost of a change by a full position, as a fraction of price: half a round trip. */
  readonly costPerChange: number;
  /** Size of a full position. */
  readonly lots: number | Sizing;
  /** Keeps the size below a part of the Kelly share, where the blend gives a probability. */
  readonly kelly?: Omit<Bet, "probability"> & { readonly part: number };
  /** First row whose forecasts count. @default {0} */
  readonly from?: number;
  /** Where to go on from; absent to start with equal weights. */
  readonly state?: BlendState;
  /** Told of every decision and of what has been learnt so far, for the journal. */
  readonly onDecision?: (decision: BlendDecision, state: BlendState, bar: number) => void;
}

/**
 * Trades the blend of several parts. At each close the weights first learn from the bar that has
 * just closed: the positions decided two closes before have earned the move from the open before to
 * this bar's open (learning-spec §1.1), costs of their changes taken off. Then the forecasts of this
 * close are blended and the position is rounded to whole lots, halves towards flat.
 *
 * A run that starts over at an earlier row starts from the given state again, so one strategy gives
 * the same decisions in every run.
 *
 * @throws RangeError when a setting is outside its range.
 */
export function followBlend(options: FollowBlendOptions): Strategy {
  const { rule, sources } = options;
  checkBlendRule(rule, sources.length);
  const size = toSizing(options.lots);
  const start = options.state ?? initialBlendState(rule.kind, sources);
  let state = start;
  let learntBar = Infinity;
  let decision: BlendDecision | null = null;

  return {
    name: `${rule.kind} of ${sources.join(", ")}`,
    warmupBars: 0,
    targetLots(context) {
      const { bar, bars } = context;
      if (bar < learntBar) {
        state = start;
        learntBar = firstUnlearnt(options, bars, bar) - 1;
      }
      while (learntBar < bar) state = learnFromBar(options, state, bars, ++learntBar);
      decision = decide(options, state, context, size(context));
      options.onDecision?.(decision, state, bar);
      return decision.targetLots;
    },
    explain: () => decision === null ? "nothing decided yet" : describeBlend(decision),
  };
}

/** The first row after what the state has learnt, so that restored weights learn nothing twice. */
function firstUnlearnt({ from = 0, state }: FollowBlendOptions, bars: Bars, bar: number): number {
  const learntTo = state?.learntTo ?? null;
  if (learntTo === null) return Math.min(from, bar);
  let row = bar;
  while (row > from && bars.time[row - 1]! > learntTo) row--;
  return bars.time[row]! > learntTo ? row : row + 1;
}

function learnFromBar(
  options: FollowBlendOptions,
  state: BlendState,
  bars: Bars,
  bar: number,
): BlendState {
  const { costPerChange, from = 0, rule } = options;
  const decided = bar - 2;
  if (decided < from) return state;
  const move = openReturn(bars, bar - 1, bar);
  const now = options.forecastsAt(decided).map(ownPosition);
  const before = decided === from
    ? now.map(() => 0)
    : options.forecastsAt(decided - 1).map(ownPosition);
  const returns = now.map((position, i) =>
    position * move - costPerChange * Math.abs(position - before[i]!)
  );
  return learnBlend(state, rule, returns, bars.time[bar]!);
}

function decide(
  options: FollowBlendOptions,
  state: BlendState,
  context: StrategyContext,
  fullLots: number,
): BlendDecision {
  const { kelly, rule } = options;
  const { bar, bars, equityMicros, positionLots } = context;
  const forecasts = options.forecastsAt(bar);
  const blended = blend(forecasts, rule, state);
  const { position, probability } = blended;
  const cap = kelly === undefined || probability === null
    ? Infinity
    : kellyLots({ ...kelly, probability }, equityMicros, kelly.part);
  const wanted = Math.min(cap, roundTowardsFlat(Math.abs(position) * fullLots));
  return blendDecision(forecasts, blended, {
    time: bars.time[bar]! + bars.intervalMs,
    blender: rule.kind,
    positionLots,
    targetLots: Math.sign(position) * wanted + 0,
  });
}

/** The nearest whole number; a half goes down. */
function roundTowardsFlat(lots: number): number {
  return Math.ceil(lots - 0.5);
}
