/** Units a metric may have; they decide how its number is written. */
export const METRIC_UNITS = [
  "fraction",
  "probability",
  "ratio",
  "usd",
  "count",
  "days",
  "bars",
] as const;

/** A unit out of {@linkcode METRIC_UNITS}. Fractions and probabilities are shown as percentages. */
export type MetricUnit = typeof METRIC_UNITS[number];

/** How bad a finding is, best first. */
export const SEVERITIES = ["good", "note", "warn", "bad"] as const;

/** A severity out of {@linkcode SEVERITIES}. */
export type Severity = typeof SEVERITIES[number];

/** A number, or `null` with the reason why it is not defined. */
export interface MetricValue {
  readonly value: number | null;
  readonly reason?: string;
}

/** Metric values by key; the keys are those of {@linkcode TearSheet.metricDefinitions}. */
export type MetricValues = Readonly<Record<string, MetricValue>>;

/** What a metric is called and means. */
export interface MetricDefinition {
  readonly label: string;
  readonly unit: MetricUnit;
  /** One or two sentences a reader without the source can follow. */
  readonly definition: string;
  readonly better: "higher" | "lower" | "neither";
}

/** One thing the reader must know, in words, with its number. */
export interface Finding {
  readonly severity: Severity;
  readonly text: string;
  readonly value: number | null;
}

/** One strategy over the tested period: the model or something it must beat. */
export interface StrategyResult {
  readonly name: string;
  readonly role: "model" | "baseline";
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
  readonly entryTime: number;
  readonly exitTime: number;
  readonly lots: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly netUsd: number;
  readonly feesUsd: number;
  readonly barsHeld: number;
  readonly exitReason: string;
}

/** A group of rows with near predicted probabilities, and how often the class came. */
export interface ReliabilityBin {
  readonly meanPredicted: number;
  readonly observed: number;
  /** Wilson 95 % interval of `observed`. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

/** The reliability of one model's probability for one class. */
export interface ReliabilityCurve {
  /** Model and class. */
  readonly name: string;
  readonly bins: readonly ReliabilityBin[];
}

/** How much a feature column mattered; `null` where it was not measured. */
export interface Importance {
  readonly column: string;
  readonly permutation: number | null;
  readonly impurity: number | null;
}

/** The model's result with all costs multiplied by `factor`. */
export interface CostCase {
  readonly factor: number;
  readonly metrics: MetricValues;
}

/** A registered model that took part. */
export interface ModelRow {
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly sha256: string;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** A titled block of text with an optional table, shown after the standard sections. */
export interface TextSection {
  readonly title: string;
  readonly text: string;
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
  readonly format: 1;
  readonly title: string;
  readonly subtitle: string;
  readonly runId: string;
  /** ISO instant. */
  readonly createdAt: string;
  readonly command: string;
  /** One honest sentence. */
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly instrument: {
    readonly symbol: string;
    readonly name: string;
    readonly intervalMs: number;
  };
  readonly period: {
    readonly from: string;
    readonly to: string;
    readonly bars: number;
    readonly days: number;
    /** False marks the whole page as no evidence of performance. */
    readonly outOfSample: boolean;
  };
  readonly metricDefinitions: Readonly<Record<string, MetricDefinition>>;
  readonly strategies: readonly StrategyResult[];
  /** Round trips of the first strategy whose role is `model`, oldest first. */
  readonly trades: readonly TradeRow[];
  /** Epoch milliseconds and closing prices of the tested bars, equally long. */
  readonly price: { readonly time: readonly number[]; readonly close: readonly number[] };
  readonly calibration?: readonly ReliabilityCurve[];
  readonly importances?: readonly Importance[];
  readonly costSensitivity: readonly CostCase[];
  readonly models: readonly ModelRow[];
  readonly assumptions: readonly { readonly name: string; readonly value: string }[];
  /** Commands, one a line. */
  readonly reproduce: readonly string[];
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
