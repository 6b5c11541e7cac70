import {
  type BlendSummary,
  type Finding,
  type HEADLINE_METRICS,
  isPolicy,
  type MetricDefinition,
  type ModelRow,
  type ReliabilityCurve,
  type StrategyResult,
  type TearSheet,
  type TextSection,
  type TradeRow,
} from "../records/mod.ts";
import { CLASSES } from "../market/mod.ts";
import { reliabilityBins } from "../training/mod.ts";
import { createLabels, parseLabelSpec } from "../labels/mod.ts";
import { METRIC_DEFINITIONS } from "../statistics/mod.ts";
import { TRADE_METRIC_DEFINITIONS } from "./trade_metrics.ts";
import { createFindings, createVerdict, type FindingFacts } from "./findings.ts";
import { fromTicks, type Strategy } from "../trading/mod.ts";
import { findingFacts, type StrategyRun } from "./comparison.ts";
import type { ModelPredictions, TradedModel } from "../system/mod.ts";
import { COST_FACTORS, evaluate } from "./evaluate.ts";
import { heldBack } from "./held_back.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import { assumptions } from "./assumptions.ts";
import { policySummary } from "./policy_summary.ts";

/** Everything a tear sheet is built from; the first run leads it. */
export interface TearSheetParts {
  readonly title: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly command: string;
  readonly opened: OpenedData;
  readonly conditions: RunConditions;
  readonly outOfSample: boolean;
  readonly runs: readonly StrategyRun[];
  /** What the first run followed: it is run again at other costs. */
  readonly leading: Strategy;
  readonly codeSha256: string;
  /** What is said before the other findings. */
  readonly firstFindings?: readonly Finding[];
  /** What is known of the leader beside its run. */
  readonly facts?: Pick<FindingFacts, "neighbours">;
  readonly sections?: readonly TextSection[];
  /** What each part gave to the blend that leads; absent without one. */
  readonly blend?: BlendSummary;
  /** What a full long-run optimum earns per bar and lot, ticks; where nobody knows, absent. */
  readonly optimumTicks?: number;
}

/** Metrics that only a comparison of accounts has. */
const ACCOUNT_METRICS: Readonly<Record<string, MetricDefinition>> = {
  netUsd: {
    label: "Net profit",
    unit: "usd",
    definition: "Final equity minus starting cash, after fees and slippage.",
    better: "higher",
  },
  costsUsd: {
    label: "Costs",
    unit: "usd",
    definition: "Fees and slippage of all fills together.",
    better: "lower",
  },
  probabilisticSharpe: {
    label: "PSR",
    unit: "probability",
    definition: "Probabilistic Sharpe ratio: how probable it is that the true Sharpe ratio is " +
      "above zero, given length, skewness and kurtosis (Bailey and López de Prado 2012). The " +
      "interval beside the ratio decides; it is the stricter one.",
    better: "higher",
  },
  minimumTrackRecord: {
    label: "Days to be sure",
    unit: "days",
    definition: "Trading days after which a Sharpe ratio of this size would be told from zero at " +
      "95 % (minimum track record length, Bailey and López de Prado 2012).",
    better: "lower",
  },
};

/** Shown in the table at the top of the report, in this order. */
const HEADLINE = [
  "netUsd",
  "sharpe",
  "probabilisticSharpe",
  "maxDrawdown",
  "trades",
  "hitRate",
  "costsUsd",
] as const satisfies { readonly length: typeof HEADLINE_METRICS };

/** Above this many bars the curves hold one point a day. */
const BARS_DRAWN = 20_000;
const RELIABILITY_BINS = 10;

/** How one strategy did, for commands that print it. */
export type StrategyScore = Pick<
  StrategyResult,
  "name" | "role" | "metrics" | "sharpeInterval"
>;

/** How every strategy of a sheet did, the leading one first. */
export function strategyScores({ strategies }: Pick<TearSheet, "strategies">): StrategyScore[] {
  return strategies.map(({ metrics, name, role, sharpeInterval }) => ({
    ...{ name, role, metrics, sharpeInterval },
  }));
}

/** How a run did. */
export function scoreOf({ evaluation, role }: StrategyRun): StrategyScore {
  const { metrics, result: { strategy: name }, sharpeInterval } = evaluation;
  return { name, role, metrics, sharpeInterval };
}

/** Judges a finished run and lays it out as the data of a report. */
export function buildTearSheet(parts: TearSheetParts): TearSheet {
  const { conditions, runs, leading: strategy, opened, outOfSample } = parts;
  const { bars } = opened;
  const leader = runs[0]!;
  const held = heldBack(runs, strategy, conditions);
  const facts = {
    ...findingFacts(runs, opened, outOfSample),
    ...(held === null ? {} : { heldBack: held }),
    ...parts.facts,
  };
  const models = parts.runs.flatMap(({ model }) => model === undefined ? [] : [model]);
  const from = new Date(bars.time[conditions.from]!).toISOString();
  const to = new Date(bars.time[conditions.to - 1]! + bars.intervalMs).toISOString();
  const policies = parts.runs.flatMap((run) =>
    policySummary(run, parts.conditions, parts.optimumTicks ?? null) ?? []
  );
  const leading = leader.model?.manifest;
  const importances = leading === undefined || isPolicy(leading) ? undefined : leading.importances;
  return {
    format: 1,
    title: parts.title,
    subtitle: parts.outOfSample
      ? "Out of sample: none of these bars was used in training, calibration or selection"
      : "In sample: these bars were used in training",
    runId: parts.runId,
    createdAt: parts.createdAt,
    command: parts.command,
    verdict: createVerdict(facts),
    findings: [...parts.firstFindings ?? [], ...createFindings(facts)],
    instrument: {
      symbol: bars.instrument.symbol,
      name: bars.instrument.name,
      intervalMs: bars.intervalMs,
    },
    period: {
      from,
      to,
      bars: conditions.to - conditions.from,
      days: leader.evaluation.returns.length,
      outOfSample: parts.outOfSample,
    },
    metricDefinitions: metricDefinitions(),
    strategies: parts.runs.map((run) => strategyResult(run, parts)),
    trades: tradeRows(leader, bars.instrument.tickSize),
    price: pricePoints(parts),
    calibration: parts.runs.flatMap(({ model, signals }) =>
      model === undefined || signals === undefined ? [] : reliability(model, signals, parts)
    ),
    ...(importances === undefined ? {} : { importances }),
    costSensitivity: COST_FACTORS.map((factor) => ({
      factor,
      metrics: evaluate(conditions, strategy, { costFactor: factor }).metrics,
    })),
    models: models.map(modelRow),
    ...(policies.length === 0 ? {} : { policies }),
    ...(parts.blend === undefined ? {} : { blend: parts.blend }),
    assumptions: assumptions(parts),
    reproduce: [parts.command],
    sections: parts.sections ?? [],
  };
}

function modelRow({ manifest, name, onnxSha256, version }: TradedModel): ModelRow {
  const { kind, metrics, remarks } = manifest;
  const row = { name, version, kind, sha256: onnxSha256, metrics, remarks };
  if (isPolicy(manifest)) return row;
  const { comparisons, curves, folds, permutedLabels } = manifest;
  const newest = folds.at(-1);
  return {
    ...row,
    comparisons: [
      ...comparisons.map((other) => ({ name: other.name, metrics: other.metrics })),
      // Shuffled labels were learnt on the newest fold alone: beside them stands that fold's score.
      ...(permutedLabels === null || newest === undefined ? [] : [
        { name: "itself, newest fold", metrics: newest.metrics },
        { name: "newest fold, shuffled labels", metrics: permutedLabels },
      ]),
    ],
    curves: curves.map(({ training, validation }) => ({ training, validation })),
  };
}

function metricDefinitions(): Record<string, MetricDefinition> {
  const all: Record<string, MetricDefinition> = {
    ...METRIC_DEFINITIONS,
    ...TRADE_METRIC_DEFINITIONS,
    ...ACCOUNT_METRICS,
  };
  const headline = HEADLINE.map((name) => [name, all[name]!] as const);
  return { ...Object.fromEntries(headline), ...all };
}

function strategyResult({ role, evaluation }: StrategyRun, parts: TearSheetParts): StrategyResult {
  return {
    name: evaluation.result.strategy,
    role,
    metrics: evaluation.metrics,
    sharpeInterval: evaluation.sharpeInterval,
    equity: equityPoints(evaluation.result.equityMicros, parts),
    dailyReturns: {
      day: Array.from(evaluation.days, isoDay),
      value: Array.from(evaluation.returns),
    },
  };
}

/** Rows whose values are drawn: all of them, or the last of each trade day for long runs. */
function drawnRows({ conditions }: TearSheetParts): number[] {
  const { from, to, session } = conditions;
  const rows = Array.from({ length: to - from }, (_, index) => from + index);
  if (rows.length <= BARS_DRAWN) return rows;
  return rows.filter((row) =>
    row === to - 1 || session.tradeDay[row] !== session.tradeDay[row + 1]
  );
}

function equityPoints(
  equityMicros: Float64Array,
  parts: TearSheetParts,
): { time: number[]; usd: number[] } {
  const { bars, from } = parts.conditions;
  const rows = drawnRows(parts);
  return {
    time: rows.map((row) => bars.time[row]! + bars.intervalMs),
    usd: rows.map((row) => equityMicros[row - from]! / 1e6),
  };
}

function pricePoints(parts: TearSheetParts): { time: number[]; close: number[] } {
  const { bars, from, to } = parts.conditions;
  return {
    time: Array.from(bars.time.subarray(from, to), (time) => time + bars.intervalMs),
    close: Array.from(bars.close.subarray(from, to)),
  };
}

function tradeRows({ evaluation }: StrategyRun, tickSize: number): TradeRow[] {
  return evaluation.result.trades.map((trade) => ({
    entryTime: trade.entryTime,
    exitTime: trade.exitTime,
    lots: trade.lots,
    entryPrice: fromTicks(trade.entryPriceTicks, tickSize),
    exitPrice: fromTicks(trade.exitPriceTicks, tickSize),
    netUsd: trade.netMicros / 1e6,
    feesUsd: trade.feesMicros / 1e6,
    barsHeld: trade.barsHeld,
    exitReason: trade.exitReason,
  }));
}

/** How often each class came among test rows with near predictions. */
function reliability(
  model: TradedModel,
  signals: ModelPredictions,
  { conditions }: TearSheetParts,
): ReliabilityCurve[] {
  const { manifest } = model;
  // A policy gives probabilities of its own actions, which nothing comes true or false of.
  if (isPolicy(manifest)) return [];
  const { bars, from, to } = conditions;
  const spec = parseLabelSpec(manifest.labelSpec);
  // The dead zone of the labels that the probabilities were learnt from, not today's costs.
  const labels = createLabels(bars, spec, manifest.training.costTicks);
  const rows = Array.from({ length: to - from }, (_, index) => from + index)
    .filter((row) => labels.classes[row]! >= 0);
  if (rows.length < RELIABILITY_BINS) return [];
  const width = CLASSES.length;
  const probabilities = Float32Array.from(
    rows.flatMap((row) => [...signals.probabilities.subarray(row * width, (row + 1) * width)]),
  );
  const classes = Int8Array.from(rows, (row) => labels.classes[row]!);
  return CLASSES.map((name, index) => ({
    name: `${model.name} v${model.version}: ${name}`,
    bins: reliabilityBins(probabilities, classes, index, RELIABILITY_BINS),
  }));
}

function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
