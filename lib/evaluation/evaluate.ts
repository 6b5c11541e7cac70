import { createSimulatedExecutor } from "../execution/mod.ts";
import { scaleCosts, type Strategy } from "../trading/mod.ts";
import {
  dailyReturns,
  DAYS_PER_YEAR,
  estimateSharpe,
  type Metric,
  metricOr,
  minimumTrackRecord,
  performanceMetrics,
  probabilisticSharpe,
  sharpeInterval,
} from "../statistics/mod.ts";
import { tradeMetrics } from "./trade_metrics.ts";
import {
  type EngineResult,
  type RunConditions,
  runEngine,
  type RunObserver,
} from "../engine/mod.ts";

/** Multiples of the assumed costs that every report shows. */
export const COST_FACTORS: readonly number[] = [0, 1, 2, 3];

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
  /** Why the sign of the Sharpe ratio cannot be known; null where it can or is undefined. */
  readonly undecided: string | null;
  readonly netUsd: number;
  /** Fees and slippage. */
  readonly costsUsd: number;
}

/** How a run differs from a plain one. */
export interface EvaluateOptions {
  /** Multiplies the costs that are charged; decisions stay those at factor 1. @default {1} */
  readonly costFactor?: number;
  /** Told what happens. */
  readonly observer?: RunObserver;
}

/**
 * Runs a strategy and measures it. Statistics are of daily net returns, annualised by 252.
 */
export function evaluate(
  conditions: RunConditions,
  strategy: Strategy,
  { costFactor = 1, observer }: EvaluateOptions = {},
): Evaluation {
  const { costs, bars, ...rest } = conditions;
  const charged = scaleCosts(costs, costFactor);
  const result = runEngine(bars, {
    ...rest,
    strategy,
    costs: charged,
    executor: createSimulatedExecutor(charged),
    ...(observer === undefined ? {} : { observer }),
  });
  const { returns, tradeDay } = dailyReturns(
    result.equityMicros,
    conditions.session.tradeDay.subarray(conditions.from, conditions.to),
    result.initialMicros,
  );
  const finalMicros = result.equityMicros.at(-1) ?? result.initialMicros;
  const judged = sharpeInterval(returns, { periodsPerYear: DAYS_PER_YEAR, period: "day" });
  const undecided = judged?.undecided ?? null;
  const netUsd = (finalMicros - result.initialMicros) / 1e6;
  const costsUsd = (result.totals.feesMicros + result.totals.slippageMicros) / 1e6;
  return {
    result,
    days: tradeDay,
    returns,
    metrics: {
      ...performanceMetrics(returns, DAYS_PER_YEAR, "day"),
      ...tradeMetrics(result, returns.length / DAYS_PER_YEAR),
      ...evidenceMetrics(returns, undecided),
      netUsd: { value: netUsd },
      costsUsd: { value: costsUsd },
    },
    sharpeInterval: judged?.interval ?? null,
    undecided,
    netUsd,
    costsUsd,
  };
}

/** How much the Sharpe ratio of the sample proves. */
function evidenceMetrics(
  returns: Float64Array,
  undecided: string | null,
): Record<"probabilisticSharpe" | "minimumTrackRecord", Metric> {
  const estimate = estimateSharpe(returns);
  const why = estimate === null
    ? returns.length < 3
      ? `needs at least three days, and there are ${returns.length}`
      : "all days are the same"
    : undecided;
  if (estimate === null || why !== null) {
    const none: Metric = { value: null, reason: why! };
    return { probabilisticSharpe: none, minimumTrackRecord: none };
  }
  return {
    probabilisticSharpe: metricOr(
      probabilisticSharpe(estimate, 0),
      "the error of the ratio is 0 for such returns",
    ),
    minimumTrackRecord: minimumTrackRecord(estimate, 0, 0.95),
  };
}
