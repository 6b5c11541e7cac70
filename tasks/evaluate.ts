import type { Bars } from "../lib/domain/bars.ts";
import { BarExecutor } from "../lib/execution/bar_executor.ts";
import { type CostModel, scaleCosts } from "../lib/portfolio/costs.ts";
import {
  dailyReturns,
  type Metric,
  performanceMetrics,
} from "../lib/portfolio/metrics.ts";
import { tradeMetrics } from "../lib/portfolio/trade_metrics.ts";
import { type EngineResult, runEngine } from "../lib/strategy/engine.ts";
import type { Strategy } from "../lib/strategy/strategy.ts";
import { bootstrapInterval } from "../lib/validation/bootstrap.ts";
import { probabilisticSharpe } from "../lib/validation/sharpe_statistics.ts";

/** Trading days in a year, the annual factor of every daily statistic here. */
export const DAYS_PER_YEAR = 252;

/** The same conditions for every strategy of a comparison. */
export interface Arena {
  readonly bars: Bars;
  readonly session: { readonly tradeDay: Int32Array; readonly isLast: Uint8Array };
  /** Rows [from, to) are traded; earlier rows only warm up. */
  readonly from: number;
  readonly to: number;
  readonly costs: CostModel;
  readonly initialCashUsd: number;
  readonly maxLots: number;
  /** Initial margin of one lot; null means paid in full. */
  readonly marginPerLotUsd: number | null;
  readonly flattenAtSessionEnd: boolean;
  /** Seed of the bootstrap intervals. */
  readonly seed: number;
}

/** One strategy's run with everything a report says about it. */
export interface Evaluation {
  readonly result: EngineResult;
  readonly days: Int32Array;
  /** Net return of each trade day, fraction. */
  readonly returns: Float64Array;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** 95 % interval of the annual Sharpe ratio; null where it cannot be known. */
  readonly sharpeInterval: readonly [number, number] | null;
}
