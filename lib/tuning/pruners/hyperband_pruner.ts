import { crc32 } from "node:zlib";
import { InputError } from "../../core/mod.ts";
import type { Trial } from "../trial.ts";
import { KEEP, type Pruner, type PrunerKind } from "./pruner.ts";
import { checkReduction, halve, longestComplete } from "./successive_halving_pruner.ts";

/** The brackets of Hyperband. */
export interface HyperbandOptions {
  /** Steps before the first decision in the first bracket. @default {1} */
  readonly minResource?: number;
  /**
   * Steps of a whole trial. "auto" takes those of the longest complete trial, once there is one;
   * workers may then disagree, so a number is better.
   *
   * @default {"auto"}
   */
  readonly maxResource?: number | "auto";
  /** One in so many goes on at each rung. @default {3} */
  readonly reductionFactor?: number;
  /** Trials that a rung needs before any of them goes on. @default {0} */
  readonly bootstrapCount?: number;
}

/**
 * Hyperband (Li et al. 2018) with the rule of Optuna's `HyperbandPruner`: successive halving in
 * several brackets that begin to prune at different steps. A trial's bracket follows from the
 * study's name and its number; trials of other brackets are no past to it, for samplers as well.
 *
 * @throws {InputError} when the resources leave no bracket
 * @example
 * ```ts
 * import { hyperbandPruner } from "./hyperband_pruner.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(hyperbandPruner({ maxResource: 27 }).name, "Hyperband");
 * ```
 */
export function hyperbandPruner(options: HyperbandOptions = {}): Pruner {
  const { minResource = 1, maxResource = "auto", reductionFactor = 3, bootstrapCount = 0 } =
    options;
  checkReduction({ reductionFactor, bootstrapCount });
  if (maxResource !== "auto" && !(maxResource >= minResource)) {
    throw new InputError(`Cannot run up to ${maxResource} steps from ${minResource}`, {
      remedy: "use a maximum that is not below the minimum",
    });
  }
  let budgets = maxResource === "auto"
    ? null
    : bracketBudgets(minResource, maxResource, reductionFactor);
  const peersOf = (studyName: string, number: number, trials: readonly Trial[]) => {
    if (budgets === null) return trials;
    const bracket = bracketOf(studyName, number, budgets);
    return trials.filter((trial) => bracketOf(studyName, trial.number, budgets!) === bracket);
  };
  return {
    name: "Hyperband",
    decide(context) {
      const { studyName, trial, trials } = context;
      if (budgets === null) {
        const longest = longestComplete(trials);
        if (longest === null) return KEEP;
        budgets = bracketBudgets(minResource, longest + 1, reductionFactor);
      }
      return halve(
        { ...context, trials: peersOf(studyName, trial.number, trials) },
        minResource,
        {
          reductionFactor,
          bootstrapCount,
          minEarlyStoppingRate: bracketOf(studyName, trial.number, budgets),
        },
      );
    },
    peersOf,
  };
}

/** Successive halving in brackets, for a study that asks for it by name. */
export const HYPERBAND_PRUNER: PrunerKind = {
  name: "hyperband",
  comparesSteps: false,
  create: ({ steps }) => hyperbandPruner({ maxResource: steps, reductionFactor: 2 }),
};

/** How many trials in proportion each bracket gets. */
function bracketBudgets(minimum: number, maximum: number, factor: number): readonly number[] {
  const brackets = Math.floor(logarithm(maximum / minimum, factor)) + 1;
  return Array.from({ length: brackets }, (_, bracket) => {
    const halvings = brackets - 1 - bracket;
    return Math.ceil(brackets * factor ** halvings / (halvings + 1));
  });
}

/** Whole powers come out whole. */
function logarithm(value: number, base: number): number {
  const exact = Math.log(value) / Math.log(base);
  const whole = Math.round(exact);
  return base ** whole === value ? whole : exact;
}

function bracketOf(studyName: string, number: number, budgets: readonly number[]): number {
  const sum = budgets.reduce((a, b) => a + b);
  let rest = crc32(`${studyName}_${number}`) % sum;
  let bracket = 0;
  while ((rest -= budgets[bracket]!) >= 0) bracket++;
  return bracket;
}
