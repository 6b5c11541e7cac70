import { roundTripCostTicks } from "../trading/costs.ts";
import type { BlendDecision } from "../blend/blend_decision.ts";
import type { BlendState } from "../blend/blend_state.ts";
import type { FittedBlend } from "../blend/fit_blend.ts";
import { followBlend, type FollowBlendOptions } from "../blend/follow_blend.ts";
import { type Sizing, volatilityTarget } from "../risk/sizing.ts";
import type { Strategy } from "../trading/strategy.ts";
import { type RiskGuardOptions, withRiskLimits } from "../risk/with_risk_limits.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import { DAYS_PER_YEAR } from "../statistics/trading_year.ts";
import type { RiskRequest } from "../risk/risk_request.ts";
import type { PreparedBlend } from "./prepare.ts";

/** Who is told what a run decides. */
export interface BlendRecorder {
  readonly onDecision?: (decision: BlendDecision, state: BlendState, bar: number) => void;
  readonly onVerdict?: NonNullable<RiskGuardOptions["onVerdict"]>;
}

/** The blend as the engine trades it: sized, and under the rules of risk. */
export function blendStrategy(
  blend: PreparedBlend,
  conditions: RunConditions,
  lots: number,
  risk: RiskRequest,
  observer: BlendRecorder = {},
): Strategy {
  const strategy = followBlend({
    sources: blend.models.map(({ model }) => model.name),
    forecastsAt: blend.forecastsAt,
    ...tradedBlend(blend.fitted, conditions, lots, risk),
    ...(observer.onDecision === undefined ? {} : { onDecision: observer.onDecision }),
  });
  return guarded(
    { ...strategy, name: `blend (${blend.kind})` },
    conditions,
    risk,
    observer.onVerdict,
  );
}

/** How a fitted blend is traded in an account: at what cost and in which size. */
export function tradedBlend(
  { bet, rule }: FittedBlend,
  conditions: RunConditions,
  lots: number,
  risk: RiskRequest,
): Pick<FollowBlendOptions, "rule" | "costPerChange" | "lots" | "from" | "kelly"> {
  const { bars: { close, instrument }, costs, from } = conditions;
  const price = Math.abs(close[from]!);
  return {
    ...{ rule, from },
    costPerChange: roundTripCostTicks(instrument, costs) / 2 * instrument.tickSize / price,
    lots: positionSize(conditions, lots, risk),
    ...kelly(bet, price * instrument.pointValue, risk),
  };
}

/** A strategy under the rules of risk, where there are any. */
export function guarded(
  strategy: Strategy,
  { session }: Pick<RunConditions, "session">,
  { limits }: RiskRequest,
  onVerdict?: RiskGuardOptions["onVerdict"],
): Strategy {
  if (Object.keys(limits).length === 0) return strategy;
  return withRiskLimits(strategy, {
    limits,
    tradeDay: session.tradeDay,
    ...(onVerdict === undefined ? {} : { onVerdict }),
  });
}

/** The conditions of a run under risk rules: sizing by volatility may ask for more than the usual lots. */
export function sizedConditions(
  conditions: RunConditions,
  { volatilityTarget: target }: RiskRequest,
): RunConditions {
  if (target === undefined) return conditions;
  const lotUsd = Math.abs(conditions.bars.close[conditions.from]!) *
    conditions.bars.instrument.pointValue;
  const most = Math.ceil(2 * target.maxLeverage * conditions.initialCashUsd / lotUsd);
  return { ...conditions, maxLots: Math.max(conditions.maxLots, most) };
}

function positionSize(conditions: RunConditions, lots: number, risk: RiskRequest): number | Sizing {
  if (risk.volatilityTarget === undefined) return lots;
  return volatilityTarget(conditions.bars, {
    ...risk.volatilityTarget,
    barsPerYear: barsPerYear(conditions),
  });
}

/** Bars a day before the test, times the days of a year. */
function barsPerYear({ from, session: { tradeDay } }: RunConditions): number {
  const days = new Set(tradeDay.subarray(0, from)).size;
  return days === 0 ? DAYS_PER_YEAR : from / days * DAYS_PER_YEAR;
}

function kelly(
  bet: FittedBlend["bet"],
  lotUsd: number,
  { kellyPart }: RiskRequest,
): { kelly?: { winUsd: number; lossUsd: number; part: number } } {
  if (kellyPart === undefined || bet === null) return {};
  return { kelly: { winUsd: bet.win * lotUsd, lossUsd: bet.loss * lotUsd, part: kellyPart } };
}
