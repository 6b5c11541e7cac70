import { InputError } from "../../core/mod.ts";
import { lastStep, type Trial } from "../trial.ts";
import { KEEP, PRUNE, type Pruner, type PrunerKind } from "./pruner.ts";

/** When a percentile pruner looks, and what it compares with. */
export interface PercentileOptions {
  /** Complete trials before any is pruned. @default {5} */
  readonly startupTrials?: number;
  /** Steps before a trial is looked at. @default {0} */
  readonly warmupSteps?: number;
  /** Steps between two looks. @default {1} */
  readonly intervalSteps?: number;
  /** Trials that have to have reported at the step. @default {1} */
  readonly minTrials?: number;
}

/**
 * Ends a trial whose best report so far is worse than a percentile of the complete trials' reports
 * at the same step; the rule of Optuna's `PercentilePruner`.
 *
 * @param percentile 0 to 100: so many percent of the trials go on
 * @throws {InputError} when the percentile is outside
 * @example
 * ```ts
 * import { percentilePruner } from "./percentile_pruner.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(percentilePruner(25).name, "percentile 25");
 * ```
 */
export function percentilePruner(percentile: number, options: PercentileOptions = {}): Pruner {
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new InputError(`Cannot prune at percentile ${percentile}`, { remedy: "use 0 to 100" });
  }
  const { startupTrials = 5, warmupSteps = 0, intervalSteps = 1, minTrials = 1 } = options;
  return {
    name: percentile === 50 ? "median" : `percentile ${percentile}`,
    decide({ trial, trials, direction }) {
      const step = lastStep(trial);
      const complete = trials.filter(({ state }) => state === "COMPLETE");
      if (complete.length === 0 || complete.length < startupTrials) return KEEP;
      if (step === null || step < warmupSteps) return KEEP;
      if (!isDue(trial, step, warmupSteps, intervalSteps)) return KEEP;
      // Losses, so that less is better in both directions.
      const sign = direction === "maximize" ? -1 : 1;
      const reported = [...trial.intermediateValues.values()].filter((value) =>
        !Number.isNaN(value)
      );
      if (reported.length === 0) return PRUNE;
      const others = complete.flatMap((other) => other.intermediateValues.get(step) ?? []);
      if (others.length < minTrials) return KEEP;
      const limit = quantile(others.map((value) => sign * value), percentile / 100);
      const best = Math.min(...reported.map((value) => sign * value));
      return limit !== null && best > limit ? PRUNE : KEEP;
    },
  };
}

/**
 * Ends a trial whose best report so far is worse than the median of the complete trials' reports at
 * the same step.
 */
export function medianPruner(options: PercentileOptions = {}): Pruner {
  return percentilePruner(50, options);
}

/** Gives up what is below the median, for a study that asks for it by name. */
export const MEDIAN_PRUNER: PrunerKind = {
  name: "median",
  comparesSteps: false,
  create: () => medianPruner({ warmupSteps: 1 }),
};

/** Gives up all but the best quarter, for a study that asks for it by name. */
export const PERCENTILE_PRUNER: PrunerKind = {
  name: "percentile",
  comparesSteps: false,
  create: () => percentilePruner(25, { warmupSteps: 1 }),
};

/** Whether no earlier report was made since the last step that is looked at. */
function isDue(
  { intermediateValues }: Trial,
  step: number,
  warmupSteps: number,
  intervalSteps: number,
): boolean {
  const from = Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
  return [...intermediateValues.keys()].every((earlier) => earlier === step || earlier < from);
}

/** Linear between the two nearest, NaN ignored; null for no values. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!, high = sorted[Math.ceil(place)]!;
  return low === high ? low : low + (place - Math.floor(place)) * (high - low);
}
