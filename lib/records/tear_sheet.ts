import type { MetricDefinition } from "../statistics/mod.ts";
import type { BlendSummary } from "./blend_summary.ts";
import type { PolicySummary } from "./policy_summary.ts";
import type { RunRecord } from "./run_record.ts";

export { METRIC_UNITS, type MetricDefinition, type MetricUnit } from "../statistics/mod.ts";

/** How bad a finding is, best first. */
export const FINDING_SEVERITIES = ["good", "note", "warn", "bad"] as const;

/** A severity out of {@linkcode FINDING_SEVERITIES}. */
export type FindingSeverity = typeof FINDING_SEVERITIES[number];

/** A number, or `null` with the reason why it is not defined. */
export interface MetricValue {
  /** The number; null where it is not defined. */
  readonly value: number | null;
  /** Why there is no number. */
  readonly reason?: string;
  /** What must stand beside the number for it not to mislead. */
  readonly note?: string;
}

/** Metric values by key; the keys are those of {@linkcode TearSheet.metricDefinitions}. */
export type MetricValues = Readonly<Record<string, MetricValue>>;

/** One thing the reader must know, in words, with its number. */
export interface Finding {
  /** How bad it is. */
  readonly severity: FindingSeverity;
  /** The sentence. */
  readonly text: string;
  /** The number; null where it is not defined. */
  readonly value: number | null;
}

/** Follows a model, is a rule to beat, or is the best that was possible in a simulated world. */
export const STRATEGY_ROLES = ["model", "baseline", "optimum"] as const;

/** What a strategy is in a comparison. */
export type StrategyRole = typeof STRATEGY_ROLES[number];

/** One strategy over the tested period: the model or what it is measured against. */
export interface StrategyResult {
  /** Shown name. */
  readonly name: string;
  /** What it is in the comparison. */
  readonly role: StrategyRole;
  /** Values by metric key. */
  readonly metrics: MetricValues;
  /** 95 % interval of the metric `sharpe`, or `null` when it is not defined. */
  readonly sharpeInterval: readonly [number, number] | null;
  /** Epoch milliseconds and dollars, equally long, oldest first; per bar or per trade day. */
  readonly equity: { readonly time: readonly number[]; readonly usd: readonly number[] };
  /** ISO days and simple returns as fractions, equally long, oldest first. */
  readonly dailyReturns: { readonly day: readonly string[]; readonly value: readonly number[] };
}

/** One round trip. Times are epoch milliseconds UTC; `lots` is negative for a short trade. */
export interface TradeRow {
  /** Fill of the entry. */
  readonly entryTime: number;
  /** Fill of the exit. */
  readonly exitTime: number;
  /** Signed size. */
  readonly lots: number;
  /** Price paid or received, slippage included. */
  readonly entryPrice: number;
  /** Price at the exit, slippage included. */
  readonly exitPrice: number;
  /** Result after fees. */
  readonly netUsd: number;
  /** Fees of both sides. */
  readonly feesUsd: number;
  /** Bars in which it was held. */
  readonly barsHeld: number;
  /** Why it was left. */
  readonly exitReason: string;
}

/** A group of rows with near predicted probabilities, and how often the class came. */
export interface ReliabilityBin {
  /** Mean probability of the class. */
  readonly meanPredicted: number;
  /** Share of rows that are of the class. */
  readonly observed: number;
  /** Wilson 95 % interval of `observed`. */
  readonly low: number;
  /** Upper end of that interval. */
  readonly high: number;
  /** Number of rows. */
  readonly rows: number;
}

/** The reliability of one model's probability for one class. */
export interface ReliabilityCurve {
  /** Model and class. */
  readonly name: string;
  /** Groups of rows, by rising probability. */
  readonly bins: readonly ReliabilityBin[];
}

/** How much a feature column mattered; `null` where it was not measured. */
export interface Importance {
  /** Feature column. */
  readonly column: string;
  /** Loss of accuracy when the column is shuffled. */
  readonly permutation: number | null;
  /** Share of the decrease of impurity. */
  readonly impurity: number | null;
}

/** The model's result with all costs multiplied by `factor`. */
export interface CostCase {
  /** Multiple of the assumed costs. */
  readonly factor: number;
  /** Values by metric key. */
  readonly metrics: MetricValues;
}

/** A registered model that took part. */
export interface ModelRow {
  /** Shown name. */
  readonly name: string;
  /** Number in the registry. */
  readonly version: number;
  /** Kind of model. */
  readonly kind: string;
  /** Hash of the ONNX file. */
  readonly sha256: string;
  /** Validation scores. */
  readonly metrics: ModelScores;
  /** Other models on the same folds, and the same one taught shuffled labels. */
  readonly comparisons?: readonly { readonly name: string; readonly metrics: ModelScores }[];
  /** Losses epoch by epoch of a model that learns in epochs, member by member. */
  readonly curves?: readonly LossCurve[];
  /** What a reader should know of its training. */
  readonly remarks?: readonly string[];
}

/** Scores by name; null where one is not defined. */
export type ModelScores = Readonly<Record<string, number | null>>;

/** Mean losses of one network, epoch by epoch. */
export interface LossCurve {
  /** Of the rows that it learns from. */
  readonly training: readonly number[];
  /** Of the rows that early stopping watches. */
  readonly validation: readonly number[];
}

/** A titled block of text with an optional table, shown after the standard sections. */
export interface TextSection {
  /** Heading. */
  readonly title: string;
  /** The sentence. */
  readonly text: string;
  /** Rows under the text. */
  readonly table?: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  };
}

/**
 * Everything a report shows, and what the JSON file beside the page holds.
 *
 * The first {@linkcode HEADLINE_METRICS} keys of `metricDefinitions` make the headline table, in
 * their order; the metric with key `sharpe` is shown with its interval and sample size, and the
 * metric with key `trades`, where there is one, is part of that sample size.
 */
export interface TearSheet {
  /** Version of this shape. */
  readonly format: 1;
  /** Heading. */
  readonly title: string;
  /** Line under the title. */
  readonly subtitle: string;
  /** Stands for everything that decided the run. */
  readonly runId: string;
  /** ISO instant. */
  readonly createdAt: string;
  /** The command line. */
  readonly command: string;
  /** One honest sentence. */
  readonly verdict: string;
  /** What the reader must know, worst first. */
  readonly findings: readonly Finding[];
  /** What was traded. */
  readonly instrument: {
    /** Root symbol. */
    readonly symbol: string;
    /** Shown name. */
    readonly name: string;
    /** Length of a bar. */
    readonly intervalMs: number;
  };
  /** What was tested. */
  readonly period: {
    /** First instant. */
    readonly from: string;
    /** Last instant. */
    readonly to: string;
    /** Bars tested. */
    readonly bars: number;
    /** Trading days tested. */
    readonly days: number;
    /** False marks the whole page as no evidence of performance. */
    readonly outOfSample: boolean;
  };
  /** Meaning of each metric key, in the order shown. */
  readonly metricDefinitions: Readonly<Record<string, MetricDefinition>>;
  /** The first one leads the page. */
  readonly strategies: readonly StrategyResult[];
  /** Round trips of the first strategy whose role is `model`, oldest first. */
  readonly trades: readonly TradeRow[];
  /** Epoch milliseconds and closing prices of the tested bars, equally long. */
  readonly price: { readonly time: readonly number[]; readonly close: readonly number[] };
  /** How far probabilities came true. */
  readonly calibration?: readonly ReliabilityCurve[];
  /** Which features mattered. */
  readonly importances?: readonly Importance[];
  /** The first strategy at other costs. */
  readonly costSensitivity: readonly CostCase[];
  /** Registered models that took part. */
  readonly models: readonly ModelRow[];
  /** Learnt policies that took part: how they learnt and what they do. */
  readonly policies?: readonly PolicySummary[];
  /** The blend that leads the page: what each part gave to it. */
  readonly blend?: BlendSummary;
  /** What was assumed, for the reader to judge. */
  readonly assumptions: readonly { readonly name: string; readonly value: string }[];
  /** Commands, one a line. */
  readonly reproduce: readonly string[];
  /** What another run needs to give the same numbers; of a backtest alone. */
  readonly run?: RunRecord;
  /** Further blocks, shown last. */
  readonly sections?: readonly TextSection[];
}

/** How many metrics the headline table shows. */
export const HEADLINE_METRICS = 7;

/**
 * The sheet as one line of JSON.
 *
 * @throws {RangeError} when a number is NaN or infinite: JSON would turn it into `null` in silence
 */
export function tearSheetToJson(sheet: TearSheet): string {
  return JSON.stringify(sheet, (key, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError(
        `Cannot write a tear sheet as its numbers must be finite: current value is ${value} in '${key}'`,
      );
    }
    return value;
  });
}
