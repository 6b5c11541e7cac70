import { checkRiskLimits, type RiskLimits } from "./risk_limits.ts";
import { reviewTarget, type RiskVerdict } from "./risk_review.ts";
import {
  countOrder,
  countTrade,
  initialRiskState,
  observeAccount,
  type RiskState,
} from "./risk_state.ts";
import type { Strategy, StrategyContext } from "../trading/strategy.ts";

/** What a strategy under limits remembers; plain data for the journal. */
export interface GuardState {
  /** The rules' own memory. */
  readonly risk: RiskState;
  /** The open position: its side and the equity before it; null when flat. */
  readonly held: { readonly side: number; readonly startMicros: number } | null;
}

/** Settings of `withRiskLimits`. */
export interface RiskGuardOptions {
  /** The limits. */
  readonly limits: RiskLimits;
  /** Trade day of each row, days since 1970-01-01. */
  readonly tradeDay: Int32Array;
  /** Where to go on from; absent for a fresh account. */
  readonly state?: GuardState;
  /** Told what became of every target and what is remembered now, for the journal. */
  readonly onVerdict?: (verdict: RiskVerdict, state: GuardState, bar: number) => void;
}

/**
 * Puts a strategy under limits of risk. The engine sees one strategy, so backtest, paper and live
 * share the rules. The account is looked at every close at which the engine asks for a target;
 * a rule can act from the next open on, not inside a bar.
 *
 * A run that starts over at an earlier row starts from the given state again.
 *
 * @throws RangeError when a limit is outside its range.
 */
export function withRiskLimits(strategy: Strategy, options: RiskGuardOptions): Strategy {
  const { limits, onVerdict } = options;
  checkRiskLimits(limits);
  let state = options.state ?? null;
  let verdict: RiskVerdict | null = null;
  let lastBar = Infinity;
  return {
    name: strategy.name,
    warmupBars: strategy.warmupBars,
    targetLots(context) {
      const { bar, equityMicros, positionLots } = context;
      if (bar <= lastBar) state = options.state ?? null;
      lastBar = bar;
      const time = closeTime(context);
      const before = state ?? { risk: initialRiskState(equityMicros), held: null };
      const seen = look(before, options, context);
      const price = context.bars.close[bar]!;
      verdict = reviewTarget(seen.risk, limits, {
        time,
        targetLots: strategy.targetLots(context),
        positionLots,
        price,
        referencePrice: referenceClose(context),
      });
      const sent = verdict.targetLots !== positionLots;
      state = sent ? { ...seen, risk: countOrder(seen.risk, time) } : seen;
      onVerdict?.(verdict, state, bar);
      return verdict.targetLots;
    },
    explain(context, targetLots) {
      const why = strategy.explain?.(context, targetLots) ?? `${strategy.name} decides`;
      const { reasons = [], vetoes = [] } = verdict ?? {};
      const overruled = vetoes.map((rule, i) => `${rule}: ${reasons[i]}`).join("; ");
      return overruled === "" ? why : `${why}; overruled by ${overruled}`;
    },
  };
}

function look(
  before: GuardState,
  { limits, tradeDay }: RiskGuardOptions,
  context: StrategyContext,
): GuardState {
  const { bar, equityMicros, positionLots } = context;
  const time = closeTime(context);
  const side = Math.sign(positionLots);
  let { held, risk } = before;
  const startMicros = risk.equityMicros;
  // Flat at the first look of a day: what was closed at the session's end belongs to the day before.
  if (risk.tradeDay !== tradeDay[bar]! && risk.tradeDay !== null && side === 0) {
    risk = observeAccount(risk, limits, { time, tradeDay: risk.tradeDay, equityMicros });
  }
  risk = observeAccount(risk, limits, { time, tradeDay: tradeDay[bar]!, equityMicros });
  if (held !== null && held.side !== side) {
    risk = countTrade(risk, limits, { time, netMicros: equityMicros - held.startMicros });
    held = null;
  }
  if (held === null && side !== 0) held = { side, startMicros };
  return { risk, held };
}

/** The close a day's worth of surprises is measured from: that of the bar before. */
function referenceClose({ bar, bars }: StrategyContext): number {
  const before = Math.max(0, bar - 1);
  const isRoll = bars.continuous?.contract[before] !== bars.continuous?.contract[bar];
  return bars.close[isRoll ? bar : before]!;
}

function closeTime({ bar, bars }: StrategyContext): number {
  return bars.time[bar]! + bars.intervalMs;
}
