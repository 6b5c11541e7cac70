import { z } from "zod";
import { InputError, nearestName } from "../core/mod.ts";
import { DAY_MS } from "../market/mod.ts";
import { FEATURES } from "./feature_registry.ts";
import type { FeatureDefinition } from "./indicators/feature_bar.ts";

/** One feature with the lengths and lags to compute it for: a column for each pair. */
export interface FeatureEntry {
  /** Name of a registered feature. */
  readonly feature: string;
  /**
   * Lengths in bars; a list of lists where the feature takes several, such as `[[12, 26, 9]]`.
   * The feature's own default when absent.
   */
  readonly periods?: readonly (number | readonly number[])[];
  /** How many bars ago the value was taken; `[0]` when absent. */
  readonly lags?: readonly number[];
}

/** Which features a model reads, in column order. Plain JSON. */
export interface FeatureSpec {
  /** Entries in column order; at least one. */
  readonly features: readonly FeatureEntry[];
}

/** One column of a feature matrix. */
export interface FeatureColumn {
  /** Unique, for example `return_5_lag_1`. */
  readonly name: string;
  /** The feature it holds. */
  readonly definition: FeatureDefinition;
  /** Its lengths in bars. */
  readonly periods: readonly number[];
  /** How many bars ago its values were taken. */
  readonly lag: number;
}

/** 37 columns that make sense at any bar length; the longest look back is 99 bars. */
export const DEFAULT_FEATURES: FeatureSpec = {
  features: [
    { feature: "return", periods: [1], lags: [0, 1, 2, 3, 4] },
    { feature: "return", periods: [5, 20, 60] },
    { feature: "gap" },
    { feature: "momentum", periods: [20, 60] },
    { feature: "efficiency", periods: [10, 30] },
    { feature: "volatility", periods: [20] },
    { feature: "exponential-volatility", periods: [60] },
    { feature: "volatility-ratio", periods: [[5, 60]] },
    { feature: "average-true-range", periods: [14] },
    { feature: "range-volatility", periods: [20] },
    { feature: "exponential-distance", periods: [20, 100] },
    { feature: "macd", periods: [[12, 26]] },
    { feature: "macd-histogram", periods: [[12, 26, 9]] },
    { feature: "trend-correlation", periods: [20, 60] },
    { feature: "directional-movement", periods: [14] },
    { feature: "average-directional-index", periods: [14] },
    { feature: "rsi", periods: [14] },
    { feature: "stochastic", periods: [[14, 3]] },
    { feature: "bollinger", periods: [20] },
    { feature: "close-location" },
    { feature: "relative-volume", periods: [20] },
    { feature: "signed-volume", periods: [20] },
    { feature: "session-progress" },
    { feature: "hours-to-close" },
    { feature: "weekday-sine" },
    { feature: "weekday-cosine" },
    { feature: "session-return" },
  ],
};

const LONGEST_BARS = 10_000;
const MOST_COLUMNS = 1_000;
/** A session halted on a holiday before a weekend lasts four days; bars after it share its date. */
const LONGEST_TRADE_DATE_MS = 5 * DAY_MS;

const period = z.int().min(1).max(LONGEST_BARS);
const entrySchema = z.strictObject({
  feature: z.string(),
  periods: z.array(z.union([period, z.array(period)])).min(1).optional(),
  lags: z.array(z.int().min(0).max(LONGEST_BARS)).min(1).optional(),
});
const specSchema = z.strictObject({ features: z.array(z.unknown()).min(1) });

/**
 * Checks a feature spec read from JSON.
 *
 * @throws {InputError} naming the entry: an unknown feature or key, a length out of range or of
 * the wrong number, the same column twice
 * @example
 * ```ts
 * import { featureColumns, parseFeatureSpec } from "./feature_spec.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spec = parseFeatureSpec({
 *   features: [{ feature: "return", periods: [1, 5], lags: [0, 1] }, { feature: "rsi" }],
 * });
 * assertEquals(featureColumns(spec), [
 *   "return_1",
 *   "return_1_lag_1",
 *   "return_5",
 *   "return_5_lag_1",
 *   "rsi_14",
 * ]);
 * ```
 */
export function parseFeatureSpec(json: unknown): FeatureSpec {
  const outer = specSchema.safeParse(json);
  if (!outer.success) throw invalid("feature spec", outer.error);
  const spec = { features: outer.data.features.map(parseEntry) };
  const seen = new Set<string>();
  for (const name of featureColumns(spec)) {
    if (seen.has(name)) {
      throw new InputError(`Cannot compute the column ${name} twice`, {
        where: "feature spec",
        remedy: "delete one of the entries, or the period or lag listed twice",
      });
    }
    seen.add(name);
  }
  if (seen.size > MOST_COLUMNS) {
    throw new InputError(`Cannot use more than ${MOST_COLUMNS} columns: there are ${seen.size}`, {
      where: "feature spec",
      remedy: "list fewer periods and lags",
    });
  }
  return spec;
}

/** The column names of a spec, in the order of the matrix. */
export function featureColumns(spec: FeatureSpec): readonly string[] {
  return expandFeatures(spec).map((column) => column.name);
}

/**
 * The columns of a spec, in the order of the matrix: entry by entry, period by period, lag by lag.
 *
 * @throws {InputError} when a feature is unknown or takes another number of lengths
 */
export function expandFeatures(spec: FeatureSpec): readonly FeatureColumn[] {
  return spec.features.flatMap((entry, index) => {
    const definition = findFeature(entry, index);
    return periodsOf(entry, definition).flatMap((periods) => {
      requirePeriods(periods, definition, place(index, entry.feature));
      return (entry.lags ?? [0]).map((lag) => ({
        name: [entry.feature, ...periods, ...(lag === 0 ? [] : ["lag", lag])].join("_"),
        definition,
        periods,
        lag,
      }));
    });
  });
}

/** Number of bars before the first row in which every column has a value. */
export function warmupBars(spec: FeatureSpec): number {
  return expandFeatures(spec).reduce(
    (most, { definition, periods, lag }) => Math.max(most, definition.warmup(...periods) + lag),
    0,
  );
}

/**
 * Number of bars before a row that can change its values: a stream started so many bars earlier
 * writes the row of one that has seen all of history. Averages of the exponential kind have
 * forgotten their start to the last bit of a float64 by then, where the market moved meanwhile.
 * What stays is the rounding of windows, which shows where a value is zero but for it.
 *
 * @param intervalMs bar length in milliseconds
 */
export function lookbackBars(spec: FeatureSpec, intervalMs: number): number {
  return expandFeatures(spec).reduce((most, { definition, periods, lag }) => {
    const { lookback, sinceSessionOpen = false, warmup } = definition;
    const bars = Math.max(
      (lookback ?? warmup)(...periods),
      sinceSessionOpen ? Math.ceil(LONGEST_TRADE_DATE_MS / intervalMs) : 0,
    );
    return Math.max(most, bars + lag);
  }, 0);
}

function parseEntry(json: unknown, index: number): FeatureEntry {
  const parsed = entrySchema.safeParse(json);
  if (!parsed.success) throw invalid(place(index), parsed.error);
  const { feature, periods, lags } = parsed.data;
  return {
    feature,
    ...(periods === undefined ? {} : { periods }),
    ...(lags === undefined ? {} : { lags }),
  };
}

function findFeature(entry: FeatureEntry, index: number): FeatureDefinition {
  const definition = FEATURES.find((candidate) => candidate.name === entry.feature);
  if (definition !== undefined) return definition;
  const names = FEATURES.map((candidate) => candidate.name);
  const near = nearestName(entry.feature, names);
  throw new InputError(`Cannot find a feature named '${entry.feature}'`, {
    where: place(index),
    remedy: near === null ? `use one of ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

function periodsOf(
  entry: FeatureEntry,
  definition: FeatureDefinition,
): readonly (readonly number[])[] {
  const given = entry.periods?.map((one) => typeof one === "number" ? [one] : one);
  return given ?? [definition.defaultPeriods];
}

function requirePeriods(
  periods: readonly number[],
  { minimumPeriod, periods: names, isAscending = false }: FeatureDefinition,
  where: string,
): void {
  const current = `current value is ${JSON.stringify(periods)}`;
  if (periods.length !== names.length) {
    const wanted = names.length === 0 ? "no periods" : `[${names.join(", ")}] for each column`;
    throw new InputError(`Cannot use these periods as it takes ${wanted}: ${current}`, {
      where,
      remedy: names.length === 0 ? "delete periods" : "list as many lengths as that",
    });
  }
  const tooShort = periods.find((length) => length < minimumPeriod);
  if (tooShort !== undefined) {
    throw new InputError(`Cannot use a period below ${minimumPeriod}: ${current}`, {
      where,
      remedy: `give ${minimumPeriod} or more`,
    });
  }
  if (isAscending && periods[0]! >= periods[1]!) {
    throw new InputError(`Cannot use ${names[0]} not below ${names[1]}: ${current}`, {
      where,
      remedy: "swap the two",
    });
  }
}

function place(index: number, feature?: string): string {
  return `feature spec, entry ${index + 1}${feature === undefined ? "" : ` (${feature})`}`;
}

function invalid(where: string, error: z.ZodError): InputError {
  const issue = error.issues[0]!;
  const path = issue.path.length === 0 ? "" : `, ${issue.path.join(".")}`;
  return new InputError(`Cannot read it: ${issue.message}`, {
    where: `${where}${path}`,
    remedy: `write it like {"features": [{"feature": "return", "periods": [1, 5], "lags": [0]}]}`,
  });
}
