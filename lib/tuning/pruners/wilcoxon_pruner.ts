import { InputError } from "../../core/mod.ts";
import { violationOf } from "../constraints.ts";
import type { Trial } from "../trial.ts";
import { KEEP, PRUNE, type Pruner, type PrunerKind } from "./pruner.ts";
import { signedRankGreater } from "./signed_rank.ts";

/** How sure the pruner has to be. */
export interface WilcoxonOptions {
  /** Chance of seeing such differences if the trial were as good as the best. @default {0.1} */
  readonly pThreshold?: number;
  /** Common steps before any decision. @default {2} */
  readonly startupSteps?: number;
}

/**
 * Ends a trial that is probably worse than the best one: a one-sided Wilcoxon signed-rank test on
 * the steps that both have reported, as in Optuna's `WilcoxonPruner`. Made for steps that are
 * instances, such as folds or seeds, whose results are averaged.
 *
 * @throws {InputError} when the threshold is not between 0 and 1
 * @example
 * ```ts
 * import { wilcoxonPruner } from "./wilcoxon_pruner.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(wilcoxonPruner().name, "Wilcoxon");
 * ```
 */
export function wilcoxonPruner(options: WilcoxonOptions = {}): Pruner {
  const { pThreshold = 0.1, startupSteps = 2 } = options;
  if (!(pThreshold > 0 && pThreshold < 1)) {
    throw new InputError(`Cannot prune at a p-value of ${pThreshold}`, {
      remedy: "use a number between 0 and 1",
    });
  }
  return {
    name: "Wilcoxon",
    decide({ trial, trials, direction }) {
      const sign = direction === "maximize" ? -1 : 1;
      const best = bestTrial(trials, sign);
      if (best === null || !isFinite(trial) || !isFinite(best)) return KEEP;
      const differences: number[] = [];
      for (const [step, value] of trial.intermediateValues) {
        const other = best.intermediateValues.get(step);
        if (other !== undefined) differences.push(sign * (value - other));
      }
      if (differences.length < Math.max(2, startupSteps)) return KEEP;
      // The best trial may have been better on other steps only; then the test proves nothing.
      if (sign * mean(best) >= sign * mean(trial)) return KEEP;
      return signedRankGreater(differences) < pThreshold ? PRUNE : KEEP;
    },
  };
}

/** Gives up what is worse than the best, step by step, for a study that asks for it by name. */
export const WILCOXON_PRUNER: PrunerKind = {
  name: "wilcoxon",
  comparesSteps: true,
  create: () => wilcoxonPruner(),
};

function bestTrial(trials: readonly Trial[], sign: number): Trial | null {
  let best: Trial | null = null;
  for (const trial of trials) {
    if (trial.state !== "COMPLETE" || violationOf(trial) > 0) continue;
    if (best === null || sign * trial.values![0]! < sign * best.values![0]!) best = trial;
  }
  return best;
}

/** Whether it has reports, all of them finite. */
function isFinite({ intermediateValues }: Trial): boolean {
  return intermediateValues.size > 0 && [...intermediateValues.values()].every(Number.isFinite);
}

function mean({ intermediateValues }: Trial): number {
  let sum = 0;
  for (const value of intermediateValues.values()) sum += value;
  return sum / intermediateValues.size;
}
