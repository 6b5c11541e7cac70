import { DIFFERENTIABLE_SHARPE } from "./differentiable_sharpe.ts";
import { EXACT_GRADIENT } from "./exact_gradient.ts";
import type { LearnerKind } from "./learner.ts";
import { PROXIMAL_POLICY } from "./proximal_policy.ts";
import { REINFORCE } from "./reinforce.ts";

/** Every way to learn a policy from bars, in the order of help and pages. */
export const LEARNERS: readonly LearnerKind[] = [
  EXACT_GRADIENT,
  REINFORCE,
  DIFFERENTIABLE_SHARPE,
  PROXIMAL_POLICY,
];

/** Names of `LEARNERS`. */
export const ALGORITHMS: readonly string[] = LEARNERS.map(({ algorithm }) => algorithm);

/** The learner of a name, which parameters that were parsed have. */
export function learnerOf(algorithm: string): LearnerKind {
  const kind = LEARNERS.find((one) => one.algorithm === algorithm);
  if (kind !== undefined) return kind;
  throw new RangeError(
    `Cannot learn as the algorithm is one of ${
      ALGORITHMS.join(", ")
    }: current value is ${algorithm}`,
  );
}
