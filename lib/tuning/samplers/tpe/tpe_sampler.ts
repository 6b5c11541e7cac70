import { type Distribution, InputError, type Random, singleInternal } from "../../../core/mod.ts";
import type { Trial } from "../../trial.ts";
import { randomProposal } from "../random_sampler.ts";
import { NO_PARAMS, type Sampler, type SamplerKind } from "../sampler.ts";
import { type Observations, type ParzenEstimator, parzenEstimator } from "./parzen_estimator.ts";
import { splitTrials } from "./split_trials.ts";
import { TrialHistory } from "./trial_history.ts";

/** Details of TPE: those of Optuna 5, or those that measured better. */
export type TpeRules = "own" | "optuna";

/** How TPE models parameters. */
export interface TpeOptions {
  /**
   * "optuna" draws 24 candidates, gives every choice a prior weight of 1 and forgets trials that
   * failed, as Optuna 5 does. "own" draws 48 and shares a weight of 8 among the choices, which is
   * better on the problems of `bench/tuning.ts`, and takes failed trials for bad ones, so that it
   * keeps away from where there is no value.
   *
   * @default {"own"}
   */
  readonly rules?: TpeRules;
  /** Trials drawn at random before the model is used. @default {10} */
  readonly startupTrials?: number;
  /** Draws from the good density of which the best is taken. @default 48, or 24 by Optuna's rules */
  readonly candidates?: number;
  /**
   * Whether parameters are modelled together, or each by itself. Those that not all trials share
   * are modelled by themselves in either case.
   *
   * @default true for one objective, false for several
   */
  readonly multivariate?: boolean;
  /** Takes running trials for bad ones, so that workers keep apart. @default {true} */
  readonly constantLiar?: boolean;
}

/** What differs between the rules. */
const RULES = {
  own: {
    candidates: 48,
    choiceWeight: (choices: number): number => 8 / choices,
    learnsFromFailures: true,
  },
  optuna: { candidates: 24, choiceWeight: (): number => 1, learnsFromFailures: false },
} as const;

const NONE_RUNNING: ReadonlyMap<number, Trial> = new Map();

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011) with the rules of Optuna 5: the density of
 * good trials over that of the others, largest of some draws from the former.
 *
 * @throws {InputError} for fewer than one candidate
 * @example
 * ```ts
 * import { createStudy } from "../../study.ts";
 * import { MemoryStorage } from "../../storage/memory_storage.ts";
 * import { tpeSampler } from "./tpe_sampler.ts";
 * import { assert } from "../../../../tests/assert.ts";
 *
 * const clock = { now: () => 0 };
 * const study = await createStudy({
 *   name: "parabola",
 *   storage: new MemoryStorage(clock),
 *   clock,
 *   sampler: tpeSampler(),
 *   seed: 1,
 * });
 * await study.optimize(async (trial) => (await trial.suggestFloat("x", -10, 10) - 2) ** 2, {
 *   trials: 60,
 * });
 * assert((await study.bestTrial())!.values![0]! < 0.5);
 * ```
 */
export function tpeSampler(options: TpeOptions = {}): Sampler {
  const { rules = "own", startupTrials = 10, multivariate, constantLiar = true } = options;
  const { candidates = RULES[rules].candidates } = options;
  const { choiceWeight, learnsFromFailures } = RULES[rules];
  if (!(candidates >= 1)) {
    throw new InputError(`Cannot choose among ${candidates} candidates`, {
      remedy: "use 1 or more",
    });
  }
  const history = new TrialHistory();
  return {
    name: "tpe",
    propose({ directions, random, trials }) {
      const past = history.read(trials, directions);
      const failed = learnsFromFailures ? past.failed : [];
      if (past.finished.length + failed.length < startupTrials) return randomProposal(random);
      const running = constantLiar ? past.running : NONE_RUNNING;
      const split = splitTrials(history, { ...past, failed, running }, directions);
      const draw = (space: ReadonlyMap<string, Distribution>): ReadonlyMap<string, number> => {
        const below = history.observe(space, split.below, running);
        const above = history.observe(space, split.above, running);
        // With several objectives all good trials count alike.
        const weighted = directions.length === 1 ? {} : { weights: equalWeights(below) };
        const good = parzenEstimator(below, { choiceWeight, ...weighted });
        const others = parzenEstimator(above, { choiceWeight });
        const values = drawBest(good, others, random, candidates);
        return new Map([...space.keys()].map((name, i) => [name, values[i]!]));
      };
      const { space } = history;
      const isJoint = space.size > 0 && (multivariate ?? directions.length === 1);
      return {
        params: isJoint ? draw(space) : NO_PARAMS,
        attributes: {},
        draw: (name, distribution) =>
          singleInternal(distribution) ?? draw(new Map([[name, distribution]])).get(name)!,
      };
    },
  };
}

/** Tree-structured Parzen estimators, for a study that asks for it by name. */
export const TPE_SAMPLER: SamplerKind = {
  name: "tpe",
  beginsWithDefaults: true,
  create: () => tpeSampler(),
};

function equalWeights({ columns }: Observations): Float64Array {
  return new Float64Array(columns[0]!.length).fill(1);
}

/** The draw from the good density at which it exceeds the other one most. */
function drawBest(
  good: ParzenEstimator,
  others: ParzenEstimator,
  random: Random,
  candidates: number,
): readonly number[] {
  let best: readonly number[] = [], highest = -Infinity;
  for (let i = 0; i < candidates; i++) {
    const values = good.draw(random);
    const score = good.logDensity(values) - others.logDensity(values);
    if (i === 0 || score > highest) [best, highest] = [values, score];
  }
  return best;
}
