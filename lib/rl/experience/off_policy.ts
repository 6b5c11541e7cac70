import { percentile, standardDeviation } from "../../statistics/mod.ts";
import { createRandom } from "../../core/mod.ts";
import {
  effectiveWindows,
  estimateWindows,
  OFF_POLICY_METHODS,
  type OffPolicyMethod,
  type WindowEstimates,
} from "./estimators.ts";
import type { Experience } from "./experience.ts";
import { qFeatures } from "./q_features.ts";
import { expandedStudentQuantile } from "./student.ts";
import { type ActionSupport, actionSupport } from "./support.ts";
import { combineBlocks, sumWindows, type WindowSums } from "./window_sums.ts";

/** Settings of `evaluateOffPolicy`. */
export interface OffPolicyOptions {
  /**
   * Decisions for which the target is followed from each logged starting point. Weights multiply
   * along them: more decisions need far more data. @default {3}
   */
  readonly horizon?: number;
  /** Discount per decision. @default {1} */
  readonly discount?: number;
  /** Of the resampling. */
  readonly seed: number;
  /** Resampled logs. @default {400} */
  readonly samples?: number;
  /** Fewer effective windows than these are refused. @default {50} */
  readonly fewestEffective?: number;
}

/** How the target differs from what was done, on the same windows. */
export interface Improvement {
  /** Target less behaviour, per decision. */
  readonly value: number;
  /** Its standard error. */
  readonly standardError: number;
  /** One-sided 95 % lower bound by Student's t over the blocks. */
  readonly lowerBound: number;
}

/** What one estimator says of the target; null where it refuses. */
export interface OffPolicyEstimate {
  /** Which estimator. */
  readonly method: OffPolicyMethod;
  /** Mean reward per decision. */
  readonly value: number | null;
  /** Standard deviation over the resampled logs. */
  readonly standardError: number | null;
  /** 95 % interval: percentiles over the resampled logs. */
  readonly interval: readonly [low: number, high: number] | null;
  /** One-sided 95 % lower bound of the value by Student's t over the blocks. */
  readonly lowerBound: number | null;
  /** Against the behaviour. */
  readonly improvement: Improvement | null;
  /** Resampled logs that say nothing of the target; the figures rest on the others. */
  readonly undefinedSamples: number;
  /** Why there is no estimate, in words; null where there is one. */
  readonly refusal: string | null;
}

/** What a log tells of a policy that did not make it. Values are mean rewards per decision. */
export interface OffPolicyEvaluation {
  /** Logged decisions. */
  readonly decisions: number;
  /** Stretches that they are cut into. */
  readonly windows: number;
  /** Decisions of a stretch. */
  readonly horizon: number;
  /** Of what was done, with its standard error. */
  readonly behaviour: { readonly value: number; readonly standardError: number } | null;
  /** Stretches that would tell as much had the target made them. */
  readonly effectiveSampleSize: number;
  /** What the target would do, and what the log holds of it. */
  readonly support: readonly ActionSupport[];
  /** One per estimator. */
  readonly estimates: readonly OffPolicyEstimate[];
  /**
   * True when both consistent estimators, weighted importance sampling and doubly robust, have a
   * lower bound above what was done. Only then should the target take over.
   */
  readonly isBetter: boolean;
}

/** Fewer blocks say nothing about spread. */
const FEWEST_BLOCKS = 10;
/** More coefficients are more than memory and a log should bear. */
const MOST_COEFFICIENTS = 300;

/**
 * Estimates from logged decisions what another policy would have earned, without trying it: by
 * weighted importance sampling, fitted-Q evaluation and the doubly robust mean of both, with
 * bootstrap intervals over blocks of consecutive stretches of the log. An estimator that has too
 * little to go on refuses, in words.
 *
 * @param target row-major `[rows, actions]`: probability of each action given what was observed and
 * held, as `targetProbabilities` gives it
 * @throws {RangeError} when the target is not of these rows
 * @example
 * ```ts
 * import { createExperience } from "./experience.ts";
 * import { evaluateOffPolicy } from "./off_policy.ts";
 * import { createRandom } from "../../core/random.ts";
 * import { assert } from "../../../tests/assert.ts";
 *
 * // Coin flips, of which the second action pays 1 and the first nothing.
 * const random = createRandom(1);
 * const experience = createExperience({
 *   instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["x"],
 *   actions: [0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 * }, Array.from({ length: 2_000 }, (_, time) => {
 *   const action = random.integer(2);
 *   return {
 *     episode: 0, time, observation: [random.normal()], held: 0, action, propensity: 0.5,
 *     fill: null, reward: action + random.normal(), end: time === 1_999,
 *   };
 * }));
 * const always = Float64Array.from({ length: 4_000 }, (_, i) => i % 2);
 * const { estimates, isBetter } = evaluateOffPolicy(experience, always, { seed: 1, horizon: 2 });
 * for (const { interval } of estimates) assert(interval![0] < 1 && 1 < interval![1]);
 * assert(isBetter);
 * ```
 */
export function evaluateOffPolicy(
  experience: Experience,
  target: Float64Array,
  options: OffPolicyOptions,
): OffPolicyEvaluation {
  const { discount = 1, horizon = 3 } = options;
  requireTarget(experience, target);
  const support = actionSupport(experience, target);
  const features = experience.rows === 0 ? null : qFeatures(experience);
  const isFitted = features !== null && features.length <= MOST_COEFFICIENTS &&
    experience.rows >= 2 * features.length;
  const sums = sumWindows(experience, target, { horizon, q: isFitted ? features : null });
  const { blocks, layout } = sums;
  const total = combineBlocks(sums, new Int32Array(blocks.length).fill(1));
  const effectiveSampleSize = blocks.length === 0 ? 0 : effectiveWindows(total, layout);
  const point = estimateWindows(total, layout, discount);
  const resampled = resample(sums, options, discount);
  const refusals = refusalsOf({
    ...{ effectiveSampleSize, isFitted, blocks: blocks.length },
    features: features?.length ?? 0,
    fewest: options.fewestEffective ?? 50,
    support: support.refusal,
  });
  const estimates = OFF_POLICY_METHODS.map((method) =>
    describe(method, refusals[method], point, resampled, blocks.length)
  );
  return {
    decisions: experience.rows,
    windows: total[layout.windows]!,
    horizon,
    behaviour: blocks.length < FEWEST_BLOCKS ? null : {
      value: point.behaviour,
      standardError: standardDeviation(
        Float64Array.from(resampled, ({ behaviour }) => behaviour),
      ),
    },
    effectiveSampleSize,
    support: support.actions,
    estimates,
    isBetter: consistentEstimates(estimates)
      .every(({ improvement }) => improvement !== null && improvement.lowerBound > 0),
  };
}

/**
 * Those estimates that come to the truth with enough data, whatever the values look like: all but
 * fitted-Q evaluation, which is only as right as its regression.
 */
export function consistentEstimates(
  estimates: readonly OffPolicyEstimate[],
): readonly OffPolicyEstimate[] {
  return estimates.filter(({ method }) => method !== "fitted-q evaluation");
}

/** The estimates on logs made of blocks drawn with replacement. */
function resample(
  sums: WindowSums,
  { samples = 400, seed }: OffPolicyOptions,
  discount: number,
): readonly WindowEstimates[] {
  const { blocks, layout } = sums;
  if (blocks.length < FEWEST_BLOCKS) return [];
  const random = createRandom(seed);
  return Array.from({ length: samples }, () => {
    const counts = new Int32Array(blocks.length);
    for (let draw = 0; draw < blocks.length; draw++) counts[random.integer(blocks.length)]!++;
    return estimateWindows(combineBlocks(sums, counts), layout, discount);
  });
}

/** Why each estimator has nothing to say, if so. */
function refusalsOf(
  { blocks, effectiveSampleSize, features, fewest, isFitted, support }: {
    readonly blocks: number;
    readonly effectiveSampleSize: number;
    readonly features: number;
    readonly fewest: number;
    readonly isFitted: boolean;
    readonly support: string | null;
  },
): Readonly<Record<OffPolicyMethod, string | null>> {
  const short = blocks < FEWEST_BLOCKS
    ? `The log holds ${blocks} whole stretches; ${FEWEST_BLOCKS} are needed.`
    : null;
  const rare = effectiveSampleSize < fewest
    ? `The log tells as much about the policy as ${effectiveSampleSize.toFixed(1)} stretches of ` +
      `its own would; ${fewest} are needed. Log more, explore more, or ask for a shorter horizon.`
    : null;
  const thin = isFitted
    ? null
    : `The values have ${features} coefficients; at most ${MOST_COEFFICIENTS} are fitted, and twice ` +
      "as many decisions are needed.";
  return {
    "weighted importance sampling": short ?? support ?? rare,
    "fitted-q evaluation": short ?? support ?? thin,
    "doubly robust": short ?? support ?? rare ?? thin,
  };
}

function describe(
  method: OffPolicyMethod,
  refusal: string | null,
  point: WindowEstimates,
  resampled: readonly WindowEstimates[],
  blocks: number,
): OffPolicyEstimate {
  // A resampled log may hold no stretch that the target could have made.
  const known = resampled.filter(({ target }) => Number.isFinite(target[method]));
  const undefinedSamples = resampled.length - known.length;
  const isUnknown = undefinedSamples > TAIL * resampled.length;
  if (refusal !== null || isUnknown) {
    const nothing = { value: null, standardError: null, interval: null, lowerBound: null };
    const sparse =
      `${undefinedSamples} of ${resampled.length} resampled logs hold nothing that the ` +
      "policy could have done. Log more, or explore more.";
    return { method, ...nothing, improvement: null, undefinedSamples, refusal: refusal ?? sparse };
  }
  const values = Float64Array.from(known, ({ target }) => target[method]).sort();
  const gains = Float64Array.from(known, ({ behaviour, target }) => target[method] - behaviour);
  const value = point.target[method], gain = value - point.behaviour;
  const standardError = standardDeviation(values), gainError = standardDeviation(gains);
  const t = expandedStudentQuantile(0.95, blocks - 1);
  return {
    ...{ method, value, standardError },
    interval: [percentile(values, TAIL), percentile(values, 1 - TAIL)],
    lowerBound: value - t * standardError,
    improvement: { value: gain, standardError: gainError, lowerBound: gain - t * gainError },
    undefinedSamples,
    refusal: null,
  };
}

/** What an end of the interval leaves out; as many samples may be undefined. */
const TAIL = 0.025;

function requireTarget({ header, rows }: Experience, target: Float64Array): void {
  if (target.length === rows * header.actions.length) return;
  throw new RangeError(
    `Cannot evaluate a policy as its target must have ${rows * header.actions.length} numbers: ` +
      `current value is ${target.length}`,
  );
}
