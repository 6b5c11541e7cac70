import {
  dailyReturns,
  mean,
  type Metric,
  performanceMetrics,
  standardDeviation,
} from "../../statistics/mod.ts";
import { evaluate } from "../evaluate.ts";
import { type AccountSettings, createRunConditions } from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { Candidate, FitConditions } from "./candidate.ts";
import { type Block, type DevelopmentData, type Period, periodOfBars } from "./data.ts";

/** What a candidate earned in one block, net of all costs. */
export interface BlockResult {
  /** Annual Sharpe ratio of the returns; null where it never traded. */
  readonly sharpe: Metric;
  readonly trades: number;
  readonly netUsd: number;
  /** Which period each return is of. */
  readonly periods: Int32Array;
  /** Net returns, fractions of the equity before. */
  readonly returns: Float64Array;
}

/** What every block of one run shares. */
export interface TradeConditions extends Omit<FitConditions, "conditions" | "lots"> {
  readonly market: AccountSettings;
  readonly period: Period;
  readonly periodsPerYear: number;
}

/** Fits on what lies before the block and trades it in an account of its own, by the engine. */
export async function tradeBlock(
  candidate: Candidate,
  opened: OpenedData,
  block: Block,
  { market, period, periodsPerYear, ...fitting }: TradeConditions,
): Promise<BlockResult> {
  const { conditions, lots } = createRunConditions(opened, market, block);
  const strategy = await candidate.fit({ ...fitting, conditions, lots });
  const { result, netUsd } = evaluate(conditions, strategy);
  const { returns, tradeDay: periods } = dailyReturns(
    result.equityMicros,
    periodOfBars(opened, period).subarray(block.from, block.to),
    result.initialMicros,
  );
  return {
    sharpe: performanceMetrics(returns, periodsPerYear).sharpe,
    trades: result.trades.length,
    netUsd,
    periods,
    returns,
  };
}

/** What the folds say about some settings. */
export interface Score {
  readonly mean: number;
  /** Of the mean over the folds; 0 with one fold. */
  readonly standardError: number;
  /** The mean less one standard error: what a study maximises. */
  readonly value: number;
}

/** A fold without a trade counts 0: what staying out of the market earns. */
export function foldScore(results: readonly BlockResult[]): Score {
  const values = Float64Array.from(results, ({ sharpe }) => sharpe.value ?? 0);
  const average = mean(values);
  const standardError = values.length < 2
    ? 0
    : standardDeviation(values) / Math.sqrt(values.length);
  return { mean: average, standardError, value: average - standardError };
}

/** All blocks one after the other; `onBlock` is told after each and may end it by throwing. */
export async function tradeBlocks(
  candidate: Candidate,
  { opened, blocks, period, periodsPerYear }: DevelopmentData,
  conditions: Omit<TradeConditions, "period" | "periodsPerYear">,
  onBlock: (results: readonly BlockResult[]) => Promise<void> = () => Promise.resolve(),
): Promise<readonly BlockResult[]> {
  const results: BlockResult[] = [];
  for (const block of blocks) {
    conditions.signal.throwIfAborted();
    const terms = { ...conditions, period, periodsPerYear };
    results.push(await tradeBlock(candidate, opened, block, terms));
    await onBlock(results);
  }
  return results;
}

/** The blocks' series as one. */
export function joinedSeries(
  results: readonly BlockResult[],
): Pick<BlockResult, "periods" | "returns"> {
  return {
    periods: Int32Array.from(results.flatMap(({ periods }) => [...periods])),
    returns: Float64Array.from(results.flatMap(({ returns }) => [...returns])),
  };
}
