import { differentiableSharpe } from "./differentiable_sharpe.ts";
import { exactGradient } from "./exact_gradient.ts";
import type { Learner } from "./learner.ts";
import type { PolicyParameters } from "./parameters.ts";
import { DEFAULT_PROXIMAL, proximalPolicy } from "./proximal_policy.ts";
import { DEFAULT_REINFORCE, reinforce } from "./reinforce.ts";

/** The learner that the parameters name; only those that sample actions discount. */
export function createLearner(
  { algorithm, discount }: Pick<PolicyParameters, "algorithm" | "discount">,
): Learner {
  switch (algorithm) {
    case "exact":
      return exactGradient();
    case "sharpe":
      return differentiableSharpe();
    case "reinforce":
      return reinforce({ ...DEFAULT_REINFORCE, discount });
    case "ppo":
      return proximalPolicy({ ...DEFAULT_PROXIMAL, discount });
  }
}
