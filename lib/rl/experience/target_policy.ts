import { entropyOf } from "../learners/entropy.ts";
import { likeliestAction } from "../../strategies/mod.ts";
import { type Experience, flatOf } from "./experience.ts";

/**
 * What a policy would do in each logged situation, as a target of off-policy evaluation: the
 * likeliest action, as it is followed, or with a share of exploration.
 *
 * @param probabilities row-major `[rows, actions, actions]`: for each position held, those of the
 * next
 * @param exploration share that is drawn from all actions alike
 * @returns row-major `[rows, actions]`: probability of each action given the position held
 * @throws {RangeError} when the probabilities are not of these rows
 * @example
 * ```ts
 * import { createExperience } from "./experience.ts";
 * import { targetProbabilities } from "./target_policy.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const experience = createExperience({
 *   instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["signal"],
 *   actions: [0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 * }, [{
 *   episode: 0, time: 0, observation: [0.5], held: 1, action: 0, propensity: 0.5,
 *   fill: null, reward: 0, end: true,
 * }]);
 * assertEquals(
 *   targetProbabilities(experience, Float32Array.of(0.9, 0.1, 0.3, 0.7)),
 *   Float64Array.of(0, 1),
 * );
 * ```
 */
export function targetProbabilities(
  experience: Experience,
  probabilities: Float32Array,
  exploration = 0,
): Float64Array {
  const count = experience.header.actions.length, flat = flatOf(experience);
  if (probabilities.length !== experience.rows * count * count) {
    throw new RangeError(
      `Cannot evaluate a policy as ${experience.rows} decisions between ${count} actions need ` +
        `${
          experience.rows * count * count
        } probabilities: current value is ${probabilities.length}`,
    );
  }
  const target = new Float64Array(experience.rows * count).fill(exploration / count);
  for (let row = 0; row < experience.rows; row++) {
    const held = experience.held[row]!;
    const action = likeliestAction(probabilities, (row * count + held) * count, {
      ...{ count, flat, held },
    });
    target[row * count + action]! += 1 - exploration;
  }
  return target;
}

/** How a target behaves in the logged situations. */
export interface TargetBehaviour {
  /** Share of the situations in which each action is taken, in the order of the actions. */
  readonly histogram: readonly number[];
  /** Mean change of position, in full positions. */
  readonly turnover: number;
  /** Mean entropy of the probabilities behind it, as a share of the largest possible. */
  readonly entropy: number;
}

/**
 * Measures what a target would do from the positions that were held.
 *
 * @param probabilities row-major `[rows, actions, actions]`, from which the target was made
 */
export function targetBehaviour(
  { header: { actions }, held, rows }: Experience,
  probabilities: Float32Array,
  target: Float64Array,
): TargetBehaviour {
  const count = actions.length;
  const histogram = actions.map(() => 0);
  const own = Float64Array.from({ length: count }, () => 0);
  let turnover = 0, entropy = 0;
  for (let row = 0; row < rows; row++) {
    for (let action = 0; action < count; action++) {
      const p = target[row * count + action]!;
      histogram[action]! += p / rows;
      turnover += p * Math.abs(actions[action]! - actions[held[row]!]!) / rows;
      own[action] = probabilities[(row * count + held[row]!) * count + action]!;
    }
    entropy += entropyOf(own, 0, count) / (rows * Math.log(count));
  }
  return { histogram, turnover, entropy };
}
