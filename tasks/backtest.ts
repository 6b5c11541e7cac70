import type { BlendSummary, Finding, TearSheet } from "../lib/records/mod.ts";
import { writeReport } from "../lib/report/mod.ts";
import type { DataRequest } from "../lib/data/mod.ts";
import {
  type BacktestSettings,
  runBacktest,
  type StrategyScore,
  strategyScores,
} from "../lib/evaluation/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";

/** What `backtest --json` prints. */
export interface BacktestDocument {
  readonly runId: string;
  readonly symbol: string;
  readonly period: TearSheet["period"];
  readonly verdict: string;
  readonly findings: readonly Finding[];
  /** Name of the first model's strategy. */
  readonly strategy: string;
  /** Metrics of the first model. */
  readonly metrics: StrategyScore["metrics"];
  readonly sharpeInterval: StrategyScore["sharpeInterval"];
  /** The other models and the baselines, under the same conditions. */
  readonly others: readonly StrategyScore[];
  readonly trades: number;
  readonly costSensitivity: TearSheet["costSensitivity"];
  /** What each part gave to the blend; null without one. */
  readonly blend: BlendSummary | null;
  readonly report: string;
  readonly json: string;
  readonly engine: "native" | "wasm";
  readonly barsPerSecond: number;
  readonly seconds: number;
}

/** Folders a backtest reads from and writes to. */
export interface BacktestFolders {
  readonly models: string;
  readonly reports: string;
}

/**
 * Tests registered models on bars they have not seen, beside flat, buy-and-hold and momentum, and
 * writes the report as a page and as JSON.
 *
 * @throws {InputError} when a model does not fit the data, or every bar was used in training
 */
export async function backtest(
  data: DataRequest,
  settings: BacktestSettings,
  folders: BacktestFolders,
  control: TaskControl,
): Promise<BacktestDocument> {
  const started = control.clock.now();
  const { barsPerSecond, engine, sheet } = await runBacktest(
    data,
    settings,
    folders.models,
    control,
  );
  const { symbol } = sheet.instrument;
  const { name } = sheet.run!.models[0]!;
  control.onProgress?.("report", 0.9);
  const paths = await writeReport(
    sheet,
    folders.reports,
    `${name.startsWith(symbol) ? "" : `${symbol}-`}${name}-${sheet.runId}`,
  );
  const [first, ...others] = strategyScores(sheet);
  return {
    runId: sheet.runId,
    symbol,
    period: sheet.period,
    verdict: sheet.verdict,
    findings: sheet.findings,
    strategy: first!.name,
    metrics: first!.metrics,
    sharpeInterval: first!.sharpeInterval,
    others,
    trades: sheet.trades.length,
    costSensitivity: sheet.costSensitivity,
    blend: sheet.blend ?? null,
    report: paths.html,
    json: paths.json,
    engine,
    barsPerSecond,
    seconds: (control.clock.now() - started) / 1000,
  };
}
