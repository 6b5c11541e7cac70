import type { BlendDecision } from "../blend/blend_decision.ts";
import type { BlendState } from "../blend/blend_state.ts";
import type { FittedBlend } from "../blend/fit_blend.ts";
import { followBlend, type FollowBlendOptions } from "../blend/follow_blend.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import type { RiskRequest } from "../risk/risk_request.ts";
import type { SizingSettings } from "../risk/sizing.ts";
import { DAYS_PER_YEAR } from "../statistics/trading_year.ts";
import { roundTripCostTicks } from "../trading/costs.ts";
import type { Strategy } from "../trading/strategy.ts";
import type { PreparedBlend } from "./prepare.ts";

/** Who is told what a blend decides. */
export interface BlendRecorder {
  readonly onDecision?: (decision: BlendDecision, state: BlendState, bar: number) => void;
}

/** The blend as a strategy of the engine. */
export function blendStrategy(
  blend: PreparedBlend,
  conditions: RunConditions,
  recorder: BlendRecorder = {},
): Strategy {
  const strategy = followBlend({
    sources: blend.models.map(({ model }) => model.name),
    forecastsAt: blend.forecastsAt,
    ...tradedBlend(blend.fitted, conditions),
    ...recorder,
  });
  return { ...strategy, name: `blend (${blend.kind})` };
}

/** How a fitted blend is traded in an account: by which rule and at what cost. */
export function tradedBlend(
  { bet, rule }: FittedBlend,
  { bars: { instrument }, costs }: RunConditions,
): Pick<FollowBlendOptions, "rule" | "changeCost" | "bet"> {
  const changeCost = roundTripCostTicks(instrument, costs) / 2 * instrument.tickSize;
  return { rule, changeCost, bet };
}

/** The conditions of a run under a risk file, for every strategy alike: limits and sizing. */
export function riskConditions(
  conditions: RunConditions,
  { kellyPart, limits, volatilityTarget }: RiskRequest,
): RunConditions {
  const kelly = kellyPart === undefined ? {} : { kellyPart };
  if (volatilityTarget === undefined) {
    return { ...conditions, limits, sizing: { ...conditions.sizing, ...kelly } };
  }
  const { bars, from, initialCashUsd, maxLots } = conditions;
  const lotUsd = Math.abs(bars.close[from]!) * bars.instrument.pointValue;
  const most = Math.ceil(2 * volatilityTarget.maxLeverage * initialCashUsd / lotUsd);
  const sizing: SizingSettings = {
    ...{ kind: "volatility-target", ...volatilityTarget, ...kelly },
    barsPerYear: barsPerYear(conditions),
  };
  return { ...conditions, limits, sizing, maxLots: Math.max(maxLots, most) };
}

/** Bars a day before the test, times the days of a year. */
function barsPerYear({ from, session: { tradeDay } }: RunConditions): number {
  const days = new Set(tradeDay.subarray(0, from)).size;
  return days === 0 ? DAYS_PER_YEAR : from / days * DAYS_PER_YEAR;
}
