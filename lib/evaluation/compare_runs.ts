import type { MetricDefinition, MetricValue, RunRecord, StrategyResult } from "../records/mod.ts";
import { compareJson, type JsonDifference } from "../core/mod.ts";
import {
  commonPeriods,
  type DatedReturns,
  DAYS_PER_YEAR,
  ledoitWolfTest,
  varies,
} from "../statistics/mod.ts";
import type { StoredRun } from "./find_run.ts";

/** One metric of the strategy that leads each run. */
export interface ComparedMetric {
  readonly key: string;
  readonly label: string;
  readonly unit: MetricDefinition["unit"];
  readonly better: MetricDefinition["better"];
  readonly first: number | null;
  readonly second: number | null;
  /** First less second; null where one is undefined. */
  readonly difference: number | null;
  /** What must stand beside the figures for them not to mislead. */
  readonly note: string | null;
}

/** Annual Sharpe ratios on the days that both runs have. */
export interface ComparedSharpe {
  /** Ratio of the first less that of the second. */
  readonly difference: number;
  /** 95 % interval by the studentised block bootstrap (Ledoit and Wolf 2008). */
  readonly interval: readonly [number, number];
  /** Two-sided. */
  readonly pValue: number;
  /** Days that are drawn together. */
  readonly blockLength: number;
  /** Why neither can be called better; null where one can. The interval then holds 0. */
  readonly undecided: string | null;
}

/** What `compare --json` prints. */
export interface CompareDocument {
  readonly first: RunSummary;
  readonly second: RunSummary;
  /** One sentence. */
  readonly verdict: string;
  readonly metrics: readonly ComparedMetric[];
  /** Days that both tested. */
  readonly common: {
    readonly days: number;
    readonly from: string | null;
    readonly to: string | null;
  };
  /** Null where it cannot be known; `reason` says why. */
  readonly sharpe: ComparedSharpe | null;
  readonly reason: string | null;
  /** What decided the runs and is not the same, by `data`, `models`, `settings`, `code`. */
  readonly differences: readonly RunDifference[];
}

/** A run in one line. */
export interface RunSummary {
  readonly run: string;
  readonly createdAt: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly outOfSample: boolean;
}

/** Something that decided one run and not the other. */
export interface RunDifference extends JsonDifference {
  readonly part: "data" | "models" | "settings" | "code";
}

/**
 * Lays the leading strategies of two backtests side by side, says whether their Sharpe ratios can
 * be told apart on the days they share, and what differed between the runs.
 */
export function compareRuns(first: StoredRun, second: StoredRun, seed: number): CompareDocument {
  const [one, two] = [first.sheet.strategies[0]!, second.sheet.strategies[0]!];
  const { columns, periods } = commonPeriods([datedReturns(one), datedReturns(two)]);
  const { reason, sharpe } = compareSharpe(columns[0]!, columns[1]!, seed);
  const day = (index: number): string | null =>
    periods.length === 0 ? null : isoDay(periods.at(index)!);
  const differences = runDifferences(first.record, second.record);
  return {
    first: summary(first),
    second: summary(second),
    verdict: verdict(sharpe, reason, differences),
    metrics: compareMetrics(first, second),
    common: { days: periods.length, from: day(0), to: day(-1) },
    ...{ sharpe, reason, differences },
  };
}

function compareMetrics(first: StoredRun, second: StoredRun): ComparedMetric[] {
  const value = (metric: MetricValue | undefined): number | null => metric?.value ?? null;
  const definitions = { ...second.sheet.metricDefinitions, ...first.sheet.metricDefinitions };
  return Object.entries(definitions).map(([key, { better, label, unit }]) => {
    const own = first.sheet.strategies[0]!.metrics[key];
    const other = second.sheet.strategies[0]!.metrics[key];
    const one = value(own), two = value(other);
    const difference = one === null || two === null ? null : one - two;
    const note = own?.note ?? other?.note ?? null;
    return { key, label, unit, better, first: one, second: two, difference, note };
  });
}

function compareSharpe(
  first: Float64Array,
  second: Float64Array,
  seed: number,
): Pick<CompareDocument, "sharpe" | "reason"> {
  if (first.length < FEWEST_DAYS) {
    const reason = `the runs share ${first.length} days, and at least ${FEWEST_DAYS} are needed`;
    return { sharpe: null, reason };
  }
  const test = ledoitWolfTest(first, second, { seed, period: "day" });
  if (test === null) {
    return { sharpe: null, reason: noTest(first, second) };
  }
  // The test divides by the number of days, every report by one less.
  const annual = Math.sqrt(DAYS_PER_YEAR * (first.length - 1) / first.length);
  const { bootstrap: { blockLength, interval: [low, high], pValue }, difference } = test;
  return {
    sharpe: {
      difference: difference * annual,
      interval: [low * annual, high * annual],
      ...{ pValue, blockLength, undecided: test.undecided },
    },
    reason: null,
  };
}

function noTest(first: Float64Array, second: Float64Array): string {
  const constant = [first, second].findIndex((returns) => !varies(returns));
  return constant < 0
    ? "the daily returns are the same but for their size"
    : `the daily returns of the ${constant === 0 ? "first" : "second"} never vary`;
}

/** Fewer than this and blocks of days say nothing about their own spread. */
const FEWEST_DAYS = 20;

/** What decided two runs and is not the same. */
export function runDifferences(first: RunRecord, second: RunRecord): RunDifference[] {
  const parts = { data: dataOf, models: modelsOf, settings: settingsOf, code: codeOf };
  return Object.entries(parts).flatMap(([part, read]) =>
    compareJson(read(first), read(second)).differences.map((difference) => ({
      part: part as RunDifference["part"],
      ...difference,
    }))
  );
}

/** Where a file lies decides nothing. */
function dataOf({ data: { request, sha256 } }: RunRecord): object {
  return { sha256, request };
}

function modelsOf({ models }: RunRecord): object {
  return Object.fromEntries(models.map(({ name, sha256, version }) => [
    `${name}@${version}`,
    sha256,
  ]));
}

/** The command line only repeats the settings, and the models are compared themselves. */
function settingsOf({ settings }: RunRecord): object {
  const { command: _, models: __, ...others } = settings as Record<string, unknown>;
  return others;
}

/** Room by room, where both runs say so. */
function codeOf({ codeParts, codeSha256, engine, versions }: RunRecord): object {
  return { code: codeParts ?? codeSha256, "onnx runtime": engine, ...versions };
}

function summary({ sheet }: StoredRun): RunSummary {
  const { from, to, days, outOfSample } = sheet.period;
  return {
    run: sheet.runId,
    createdAt: sheet.createdAt,
    strategy: sheet.strategies[0]!.name,
    symbol: sheet.instrument.symbol,
    ...{ from, to, days, outOfSample },
  };
}

function verdict(
  sharpe: ComparedSharpe | null,
  reason: string | null,
  differences: readonly RunDifference[],
): string {
  const parts = [...new Set(differences.map(({ part }) => part))];
  const changed = parts.length === 0
    ? "Nothing that decides a run differs."
    : `What differs: ${parts.join(", ")}.`;
  if (sharpe === null) return `The Sharpe ratios cannot be compared: ${reason}. ${changed}`;
  const [low, high] = sharpe.interval;
  const size = Math.abs(sharpe.difference).toFixed(2);
  const range = `95 % interval of the difference ${low.toFixed(2)} to ${high.toFixed(2)}`;
  if (low <= 0 && high >= 0) {
    const why = sharpe.undecided === null ? "" : `: ${sharpe.undecided}`;
    return `The Sharpe ratios cannot be told apart${why} (${range}). ${changed}`;
  }
  const better = low > 0 ? "first" : "second";
  return `The ${better} run has the higher Sharpe ratio, by ${size} (${range}). ${changed}`;
}

function datedReturns({ dailyReturns: { day, value } }: StrategyResult): DatedReturns {
  return {
    periods: Int32Array.from(day, (text) => Date.parse(text) / 86_400_000),
    returns: Float64Array.from(value),
  };
}

function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
