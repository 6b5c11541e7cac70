import { choleskyFactor, solveCholesky } from "./cholesky.ts";
import type { SumLayout } from "./window_sums.ts";

/** Names of the off-policy estimators. */
export const OFF_POLICY_METHODS = [
  "weighted importance sampling",
  "fitted-q evaluation",
  "doubly robust",
] as const;
/** One of `OFF_POLICY_METHODS`. */
export type OffPolicyMethod = typeof OFF_POLICY_METHODS[number];

/** Values per decision, from the sums over windows. */
export interface WindowEstimates {
  /** Of what was done. */
  readonly behaviour: number;
  /** Of the target policy, by estimator. */
  readonly target: Readonly<Record<OffPolicyMethod, number>>;
}

/** Pseudo-decisions of value 0 that keep the regression solvable. */
const RIDGE = 1;

/**
 * Works out all estimates from one set of sums. With step weights `w[i, k] = Π π(a) / μ(a)` over
 * the decisions 0 … k of window i, normalised over the windows at each step:
 *
 * - per-decision weighted importance sampling: `Σ γ^k Σ w[i, k] r[i, k] / Σ w[i, k]` (Precup, Sutton
 *   & Singh 2000);
 * - fitted-Q evaluation: `Q_1` is the regression of the reward on state and action, `Q_h` that of
 *   `r + γ V_{h-1}(s')`, `V = Σ π Q`; the estimate is the mean of `V_H` where windows begin (Le,
 *   Voloshin & Yue 2019);
 * - doubly robust: the two together, `Σ γ^k (w[k] (r - Q_{H-k}) + w[k-1] V_{H-k})` (Jiang & Li 2016;
 *   weighted as by Thomas & Brunskill 2016).
 *
 * Each is divided by `Σ γ^k`.
 */
export function estimateWindows(
  sums: Float64Array,
  layout: SumLayout,
  discount: number,
): WindowEstimates {
  const { horizon } = layout;
  const values = fittedValues(sums, layout, discount);
  let scale = 0, behaviour = 0, weighted = 0, robust = 0;
  for (let step = 0, share = 1; step < horizon; step++, share *= discount) {
    const windows = sums[layout.windows]!;
    const weight = sums[layout.weight + step]!;
    const before = step === 0 ? windows : sums[layout.weight + step - 1]!;
    const reward = sums[layout.weighted + step]! / weight;
    const value = values[horizon - step]!;
    scale += share;
    behaviour += share * sums[layout.reward + step]! / windows;
    weighted += share * reward;
    robust += share * (
      reward - product(sums, layout.chosen + step * layout.features, value) / weight +
      product(sums, layout.expected + step * layout.features, value) / before
    );
  }
  const fitted = product(sums, layout.start, values[horizon]!) / sums[layout.windows]!;
  return {
    behaviour: behaviour / scale,
    target: {
      "weighted importance sampling": weighted / scale,
      "fitted-q evaluation": fitted / scale,
      "doubly robust": robust / scale,
    },
  };
}

/** Windows that would tell as much had they been drawn from the target: the fewest of all steps. */
export function effectiveWindows(
  sums: Float64Array,
  { horizon, square, weight }: SumLayout,
): number {
  let fewest = Infinity;
  for (let step = 0; step < horizon; step++) {
    const total = sums[weight + step]!;
    fewest = Math.min(fewest, total === 0 ? 0 : total * total / sums[square + step]!);
  }
  return fewest;
}

/** Coefficients of `Q_h` for h decisions to go, 0 … horizon. */
function fittedValues(
  sums: Float64Array,
  { features, gram, horizon, later, target }: SumLayout,
  discount: number,
): readonly Float64Array[] {
  const matrix = sums.slice(gram, gram + features ** 2);
  for (let i = 0; i < features; i++) matrix[i * features + i]! += RIDGE;
  const factor = choleskyFactor(matrix, features);
  const values: Float64Array[] = [new Float64Array(features)];
  for (let left = 1; left <= horizon; left++) {
    const right = sums.slice(target, target + features);
    for (let i = 0; i < features; i++) {
      right[i]! += discount * product(sums, later + i * features, values[left - 1]!);
    }
    values.push(solveCholesky(factor, right));
  }
  return values;
}

function product(sums: Float64Array, at: number, values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += sums[at + i]! * values[i]!;
  return total;
}
