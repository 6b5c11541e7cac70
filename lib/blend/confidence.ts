import { mean, standardDeviation } from "../statistics/mod.ts";

/** What is known of a policy's signal at one row, before its outcome. */
export interface PolicyEvidence {
  /** Difference between the largest and the second largest log-probability. */
  readonly logitMargin: number;
  /** `1 - H / ln n` of the action probabilities: 0 for all alike, 1 for certainty. */
  readonly decisiveness: number;
  /** How far the seeds agree: `|mean| / (|mean| + sd)` of their mean positions, 0 … 1. */
  readonly agreement: number;
  /** Size of the ensemble's mean position, 0 … 1. */
  readonly exposure: number;
  /** Estimated volatility of a bar's return, as a fraction. */
  readonly volatility: number;
}

/** Names of the columns of `evidenceRow`, in order. */
export const EVIDENCE_COLUMNS = [
  "logitMargin",
  "decisiveness",
  "agreement",
  "exposure",
  "volatility",
] as const satisfies readonly (keyof PolicyEvidence)[];

/** The least probability that counts, so that logarithms stay finite. */
const LEAST = 1e-9;

/**
 * How decided probabilities are: `1 - H(p) / ln n`. Not a probability of being right.
 *
 * @param probabilities at least two, summing to 1
 * @example
 * ```ts
 * import { decisiveness } from "./confidence.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(decisiveness([0.6, 0.3, 0.1]), 0.1826546, 5e-8);
 * ```
 */
export function decisiveness(probabilities: ArrayLike<number>): number {
  let entropy = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return 1 - entropy / Math.log(probabilities.length);
}

/**
 * How far the members of an ensemble agree on a position: `|mean| / (|mean| + sd)`; 0 where they
 * cancel out or all stay flat.
 *
 * @param positions mean position of each member, at least two
 */
export function ensembleAgreement(positions: Float64Array): number {
  const middle = Math.abs(mean(positions));
  return middle === 0 ? 0 : middle / (middle + standardDeviation(positions));
}

/**
 * Evidence from an ensemble of policies at one row.
 *
 * @param members action probabilities of each member, `[members][actions]`
 * @param actions position of each action, in full positions, for example -1, 0, 1
 * @throws RangeError when there are fewer than two members or actions, or sizes differ.
 */
export function policyEvidence(
  members: readonly ArrayLike<number>[],
  actions: readonly number[],
  volatility: number,
): PolicyEvidence {
  const sizes = members.map((member) => member.length);
  if (members.length < 2 || actions.length < 2 || sizes.some((size) => size !== actions.length)) {
    throw new RangeError(
      `Cannot judge a policy as two members and more need ${actions.length} probabilities each: current value is ${sizes}`,
    );
  }
  const pooled = actions.map((_, action) =>
    members.reduce((sum, member) => sum + member[action]!, 0) / members.length
  );
  const positions = Float64Array.from(
    members,
    (member) => actions.reduce((sum, action, i) => sum + action * member[i]!, 0),
  );
  const [first, second] = pooled.toSorted((a, b) => b - a);
  return {
    logitMargin: Math.log(Math.max(first!, LEAST)) - Math.log(Math.max(second!, LEAST)),
    decisiveness: decisiveness(pooled),
    agreement: ensembleAgreement(positions),
    exposure: Math.abs(mean(positions)),
    volatility,
  };
}

/** Evidence as a row of inputs, in the order of `EVIDENCE_COLUMNS`. */
export function evidenceRow(evidence: PolicyEvidence): number[] {
  return EVIDENCE_COLUMNS.map((column) => evidence[column]);
}
