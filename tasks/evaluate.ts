import type { Bars } from "../lib/domain/bars.ts";
import type { SessionMarks } from "../lib/domain/calendar.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated_executor.ts";
import { type CostModel, scaleCosts } from "../lib/portfolio/costs.ts";
import type { MarginRules } from "../lib/portfolio/margin.ts";
import { dailyReturns } from "../lib/portfolio/daily_returns.ts";
import type { Metric } from "../lib/portfolio/metric.ts";
import { performanceMetrics } from "../lib/portfolio/metrics.ts";
import { tradeMetrics } from "../lib/portfolio/trade_metrics.ts";
import { runEngine } from "../lib/strategy/engine.ts";
import type { EngineResult } from "../lib/strategy/engine_options.ts";
import type { Strategy } from "../lib/strategy/strategy.ts";
import {
  estimateSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeConfidenceInterval,
  type SharpeEstimate,
} from "../lib/validation/sharpe_statistics.ts";

/** Trading days in a year, the annual factor of every daily statistic here. */
export const DAYS_PER_YEAR = 252;

/** Multiples of the assumed costs that every report shows. */
export const COST_FACTORS: readonly number[] = [0, 1, 2, 3];

/** The same conditions for every strategy of a comparison. */
export interface Arena {
  readonly bars: Bars;
  readonly session: SessionMarks;
  /** Rows [from, to) are traded; earlier rows only warm up. */
  readonly from: number;
  readonly to: number;
  readonly costs: CostModel;
  readonly initialCashUsd: number;
  readonly maxLots: number;
  /** Initial and maintenance margin by date. */
  readonly margin: MarginRules;
  /** Initial margin of one lot when the test begins; null means paid in full. */
  readonly marginPerLotUsd: number | null;
  readonly flattenAtSessionEnd: boolean;
}

/** One strategy's run with everything a report says about it. */
export interface Evaluation {
  readonly result: EngineResult;
  /** Trade day of each return, days since 1970-01-01. */
  readonly days: Int32Array;
  /** Net return of each trade day, fraction. */
  readonly returns: Float64Array;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** 95 % interval of the annual Sharpe ratio; null where it cannot be known. */
  readonly sharpeInterval: readonly [number, number] | null;
  readonly netUsd: number;
  /** Fees and slippage. */
  readonly costsUsd: number;
}

/**
 * Runs a strategy and measures it. Statistics are of daily net returns, annualised by 252.
 *
 * @param costFactor multiplies the costs that are charged; decisions stay those at factor 1
 */
export function evaluate(arena: Arena, strategy: Strategy, costFactor = 1): Evaluation {
  const { costs, bars, ...conditions } = arena;
  const charged = scaleCosts(costs, costFactor);
  const result = runEngine(bars, {
    ...conditions,
    strategy,
    costs: charged,
    executor: createSimulatedExecutor(charged),
  });
  const { returns, tradeDay } = dailyReturns(
    result.equityMicros,
    arena.session.tradeDay.subarray(arena.from, arena.to),
    result.initialMicros,
  );
  const finalMicros = result.equityMicros.at(-1) ?? result.initialMicros;
  const estimate = estimateSharpe(returns);
  const netUsd = (finalMicros - result.initialMicros) / 1e6;
  const costsUsd = (result.totals.feesMicros + result.totals.slippageMicros) / 1e6;
  return {
    result,
    days: tradeDay,
    returns,
    metrics: {
      ...performanceMetrics(returns, DAYS_PER_YEAR),
      ...tradeMetrics(result, returns.length / DAYS_PER_YEAR),
      ...evidenceMetrics(estimate),
      netUsd: { value: netUsd },
      costsUsd: { value: costsUsd },
    },
    sharpeInterval: annualInterval(estimate),
    netUsd,
    costsUsd,
  };
}

const NO_SHARPE: Metric = { value: null, reason: "needs at least three days that differ" };

/** How much the Sharpe ratio of the sample proves. */
function evidenceMetrics(estimate: SharpeEstimate | null): Record<string, Metric> {
  return {
    probabilisticSharpe: estimate === null
      ? NO_SHARPE
      : { value: probabilisticSharpe(estimate, 0) },
    minimumTrackRecord: estimate === null ? NO_SHARPE : minimumTrackRecord(estimate, 0, 0.95),
  };
}

function annualInterval(estimate: SharpeEstimate | null): readonly [number, number] | null {
  if (estimate === null) return null;
  const [low, high] = sharpeConfidenceInterval(estimate, 0.95);
  const annual = Math.sqrt(DAYS_PER_YEAR);
  // A handful of days can have a skewness for which the error is not defined.
  return Number.isFinite(high - low) ? [low * annual, high * annual] : null;
}
