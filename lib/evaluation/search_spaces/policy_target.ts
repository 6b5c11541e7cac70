import { learnerOf, POLICY_SIZES, type PolicyParameters, type PolicySize } from "../../rl/mod.ts";
import { categorical, float, int, type Params, type Suggester } from "../../core/mod.ts";
import type { TunablePolicy } from "./policy_settings.ts";
import type { Target } from "./target.ts";

/** Sizes that are quick to learn; a search that starts from another tries that one too. */
const QUICK_SIZES: readonly PolicySize[] = ["small", "medium"];

/** How a policy learns, and what it is paid for. */
export const POLICY_TARGET: Target<TunablePolicy> = {
  summary: "the policy's network, learning rate, decay, entropy, horizon, steps and reward",
  grid: {
    learningRate: [1e-3, 5e-3],
    weightDecay: [0.1, 1],
    turnoverWeight: [0, 0.05],
    size: ["small", "medium"],
  },
  defaults: ({ parameters, reward }) => ({
    size: parameters.size,
    learningRate: parameters.learningRate,
    weightDecay: parameters.weightDecay,
    entropy: parameters.entropy[0],
    horizon: parameters.horizon,
    steps: parameters.steps,
    ...discountOf(parameters),
    varianceWeight: reward.varianceWeight,
    drawdownWeight: reward.drawdownWeight,
    turnoverWeight: reward.turnoverWeight,
  }),
  async choose(suggester, base) {
    return {
      ...base,
      parameters: await chooseParameters(suggester, base.parameters),
      reward: await chooseReward(suggester, base.reward),
    };
  },
};

/** The discount, where the learner has one: those that weigh every action need none. */
function discountOf({ algorithm, discount }: PolicyParameters): Params {
  return learnerOf(algorithm).discounts ? { discount } : {};
}

async function chooseParameters(
  suggester: Suggester,
  base: PolicyParameters,
): Promise<PolicyParameters> {
  const { entropy, horizon, ...chosen } = await suggester.suggest({
    size: categorical(sizesOf(base)),
    learningRate: float(3e-4, 3e-2, { log: true }),
    weightDecay: float(1e-3, 10, { log: true }),
    entropy: float(1e-3, 0.3, { log: true }),
    horizon: int(16, 1_024, { log: true }),
    steps: int(20, 480, { log: true }),
  });
  const last = Math.min(entropy, base.entropy[1]);
  const parameters: PolicyParameters = {
    ...base,
    ...chosen,
    horizon,
    // As many rows in a batch as before: longer episodes are fewer.
    episodes: Math.max(1, Math.round(base.horizon * base.episodes / horizon)),
    entropy: [entropy, last],
  };
  if (!("discount" in discountOf(base))) return parameters;
  return { ...parameters, ...await suggester.suggest({ discount: float(0, 0.99) }) };
}

/** A recurrent policy has windows and rates of its own, so it stays one. */
function sizesOf({ size }: PolicyParameters): readonly PolicySize[] {
  if (size === "recurrent") return [size];
  return POLICY_SIZES.filter((other) => other === size || QUICK_SIZES.includes(other));
}

async function chooseReward(
  suggester: Suggester,
  base: TunablePolicy["reward"],
): Promise<TunablePolicy["reward"]> {
  return {
    ...base,
    ...await suggester.suggest({
      varianceWeight: float(0, 1),
      drawdownWeight: float(0, 1),
      turnoverWeight: float(0, 0.3),
    }),
  };
}
