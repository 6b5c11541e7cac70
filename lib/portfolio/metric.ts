/** A statistic that may be undefined: then `value` is null and `reason` says why. */
export interface Metric {
  /** Finite, or null where it is undefined. */
  readonly value: number | null;
  /** Why there is no value. */
  readonly reason?: string;
}

/** What a reader needs to know about a metric. */
export interface MetricDefinition {
  /** Name for tables. */
  readonly label: string;
  /** `fraction`: 0.1 is 10 %. `ratio`: dimensionless. */
  readonly unit: "fraction" | "ratio" | "usd" | "count" | "bars";
  /** How it is computed, in one or two sentences. */
  readonly definition: string;
  /** Which way is good, all else equal. */
  readonly better: "higher" | "lower";
}

/** The value as a metric, or the reason why there is none when it is not finite. */
export function metricOr(value: number, reason: string): Metric {
  return Number.isFinite(value) ? { value } : { value: null, reason };
}
