import { InputError } from "../../core/mod.ts";
import { lastStep, type Trial } from "../trial.ts";
import {
  KEEP,
  type PruneDecision,
  type Pruner,
  type PrunerContext,
  type PrunerKind,
} from "./pruner.ts";

/** How fast successive halving thins out. */
export interface SuccessiveHalvingOptions {
  /**
   * Steps before the first decision. "auto" takes a hundredth of the steps of the longest complete
   * trial, once there is one.
   *
   * @default {"auto"}
   */
  readonly minResource?: number | "auto";
  /** One in so many goes on at each rung. @default {4} */
  readonly reductionFactor?: number;
  /** Rungs that are left out at the start. @default {0} */
  readonly minEarlyStoppingRate?: number;
  /** Trials that a rung needs before any of them goes on. @default {0} */
  readonly bootstrapCount?: number;
}

/** Prefix of the attributes with the value at each rung, shared by all workers. */
const RUNG_PREFIX = "completed_rung_";

/**
 * Asynchronous successive halving (Li et al. 2020) with the rule of Optuna's
 * `SuccessiveHalvingPruner`: at steps r, r·η, r·η² … only the best of η trials goes on.
 *
 * @throws {InputError} for options that do not thin out or exclude each other
 * @example
 * ```ts
 * import { successiveHalvingPruner } from "./successive_halving_pruner.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(successiveHalvingPruner().name, "successive halving");
 * ```
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  const { minResource = "auto", ...rest } = options;
  if (minResource !== "auto" && !(minResource >= 1)) {
    throw new InputError(`Cannot decide from step ${minResource} on`, { remedy: "use 1 or more" });
  }
  checkReduction(rest);
  if (minResource === "auto" && (rest.bootstrapCount ?? 0) > 0) {
    throw new InputError("Cannot find the first step by itself while trials are held back for it", {
      remedy: "set minResource, or leave out bootstrapCount",
    });
  }
  // Once known, it stays: a rung means the same step for all trials.
  let resource = minResource === "auto" ? null : minResource;
  return {
    name: "successive halving",
    decide(context) {
      resource ??= automaticResource(context.trials);
      return resource === null ? KEEP : halve(context, resource, rest);
    },
  };
}

/** Gives up the worse half at each rung, for a study that asks for it by name. */
export const SUCCESSIVE_HALVING_PRUNER: PrunerKind = {
  name: "successive-halving",
  comparesSteps: false,
  create: () => successiveHalvingPruner({ minResource: 1, reductionFactor: 2 }),
};

/**
 * Refuses factors that would not thin out.
 *
 * @throws {InputError} for a factor below 2 or a negative count
 */
export function checkReduction(
  { reductionFactor = 2, minEarlyStoppingRate = 0, bootstrapCount = 0 }: SuccessiveHalvingOptions,
): void {
  if (reductionFactor >= 2 && minEarlyStoppingRate >= 0 && bootstrapCount >= 0) return;
  throw new InputError(
    `Cannot halve with factor ${reductionFactor}, rate ${minEarlyStoppingRate} and bootstrap ` +
      `${bootstrapCount}`,
    { remedy: "use a factor of 2 or more and no negative numbers" },
  );
}

/** One decision of successive halving with a known first rung. */
export function halve(
  { trial, trials, direction }: PrunerContext,
  resource: number,
  options: Omit<SuccessiveHalvingOptions, "minResource">,
): PruneDecision {
  const { reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  const step = lastStep(trial);
  if (step === null) return KEEP;
  const value = trial.intermediateValues.get(step)!;
  const sign = direction === "maximize" ? -1 : 1;
  const attributes: Record<string, number> = {};
  for (let rung = rungOf(trial);; rung++) {
    if (step < resource * reductionFactor ** (minEarlyStoppingRate + rung)) {
      return { prune: false, attributes };
    }
    if (Number.isNaN(value)) return { prune: true, attributes };
    const key = RUNG_PREFIX + rung;
    attributes[key] = value;
    const losses = trials
      .filter(({ id }) => id !== trial.id)
      .flatMap(({ systemAttributes }) => (systemAttributes[key] as number | undefined) ?? [])
      .concat(value)
      .map((competing) => sign * competing);
    if (losses.length <= bootstrapCount) return { prune: true, attributes };
    const promoted = Math.max(1, Math.floor(losses.length / reductionFactor));
    const limit = losses.sort((a, b) => a - b)[promoted - 1]!;
    if (sign * value > limit) return { prune: true, attributes };
  }
}

/** Rungs that the trial has passed. */
function rungOf({ systemAttributes }: Trial): number {
  let rung = 0;
  while (RUNG_PREFIX + rung in systemAttributes) rung++;
  return rung;
}

/** A hundredth of the steps of the longest complete trial; null while there is none. */
function automaticResource(trials: readonly Trial[]): number | null {
  const longest = longestComplete(trials);
  return longest === null ? null : Math.max(1, Math.floor(longest / 100));
}

/** Last step of the complete trial that went furthest; null for none. */
export function longestComplete(trials: readonly Trial[]): number | null {
  let longest: number | null = null;
  for (const trial of trials) {
    const step = trial.state === "COMPLETE" ? lastStep(trial) : null;
    if (step !== null && (longest === null || step > longest)) longest = step;
  }
  return longest;
}
