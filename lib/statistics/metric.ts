/** A statistic that may be undefined: then `value` is null and `reason` says why. */
export interface Metric {
  /** Finite, or null where it is undefined. */
  readonly value: number | null;
  /** Why there is no value. */
  readonly reason?: string;
  /** What must stand beside the value for it not to mislead. */
  readonly note?: string;
}

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

/** Unit of a metric; fractions and probabilities are shown as percentages. */
export type MetricUnit = typeof METRIC_UNITS[number];

/** What a reader needs to know about a metric. */
export interface MetricDefinition {
  /** Short name. */
  readonly label: string;
  /** How the number is written. */
  readonly unit: MetricUnit;
  /** How it is computed, in one or two sentences that a reader without the source can follow. */
  readonly definition: string;
  /** Which direction is good. */
  readonly better: "higher" | "lower" | "neither";
}

/** The value as a metric, or the reason why there is none when it is not finite. */
export function metricOr(value: number, reason: string): Metric {
  return Number.isFinite(value) ? { value } : { value: null, reason };
}
