import { softmax } from "../policy/softmax.ts";
import type { OutputGradient } from "../policy/run_policy.ts";

/** Settings of implicit Q-learning (docs/methods.md#other-learners). */
export interface ImplicitQOptions {
  /** Discount per decision. */
  readonly discount: number;
  /** Expectile of the logged actions' values that a state is worth: above .5 leans to the better. */
  readonly expectile: number;
  /** How sharply the policy prefers what is better, per deviation of the advantages. */
  readonly inverseTemperature: number;
  /** Largest weight of a logged action. */
  readonly weightCap: number;
}

/** Those of the paper; its reward scale is replaced by the deviation of the advantages. */
export const DEFAULT_IMPLICIT_Q: ImplicitQOptions = {
  discount: 0.9,
  expectile: 0.7,
  inverseTemperature: 3,
  weightCap: 100,
};

/** Logged decisions of one batch, one element each. */
export interface ImplicitQBatch {
  /** Number of actions. */
  readonly actions: number;
  /** Index of the position held. */
  readonly held: Uint8Array;
  /** Index of the action chosen. */
  readonly action: Uint8Array;
  /** What it was paid. */
  readonly reward: Float64Array;
  /** Index of the position held at the next decision. */
  readonly nextHeld: Uint8Array;
  /** 1 where nothing follows. */
  readonly end: Uint8Array;
}

/** Numbers that the value network gives for a row: Q of each position and action, then V of each. */
export function valueOutputs(actions: number): number {
  return actions * actions + actions;
}

/** What the slowly moving copy of the value network says of a batch. */
export interface SlowValues {
  /** `Q(s, a)` of the logged action. */
  readonly q: Float64Array;
  /** `V(s)`. */
  readonly v: Float64Array;
  /** `r + discount · V(s')`. */
  readonly target: Float64Array;
}

/** Reads the slow copy's outputs, row-major `[rows, valueOutputs]`, for the rows and the next ones. */
export function slowValues(
  batch: ImplicitQBatch,
  here: Float32Array,
  next: Float32Array,
  { discount }: ImplicitQOptions,
): SlowValues {
  const { actions, held, reward } = batch;
  const width = valueOutputs(actions);
  const at = (row: number): number => row * width;
  return {
    q: reward.map((_, row) => here[at(row) + held[row]! * actions + batch.action[row]!]!),
    v: reward.map((_, row) => here[at(row) + actions * actions + held[row]!]!),
    target: reward.map((paid, row) => {
      if (batch.end[row] === 1) return paid;
      return paid + discount * next[at(row) + actions * actions + batch.nextHeld[row]!]!;
    }),
  };
}

/**
 * How the value network's outputs should change: Q towards its target by squares, V towards the
 * expectile of Q, `|τ - 1(u < 0)| u²` with `u = Q - V` (Kostrikov, Nair & Levine 2021). No action
 * is asked about that the log does not hold.
 *
 * @returns minus the mean loss, and its gradient
 */
export function implicitValueGradient(
  { action, actions, held }: ImplicitQBatch,
  slow: SlowValues,
  outputs: Float32Array,
  { expectile }: ImplicitQOptions,
): OutputGradient {
  const width = valueOutputs(actions), rows = action.length;
  const gradient = new Float32Array(outputs.length);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const q = row * width + held[row]! * actions + action[row]!;
    const v = row * width + actions * actions + held[row]!;
    const error = slow.target[row]! - outputs[q]!;
    const above = slow.q[row]! - outputs[v]!;
    const share = above < 0 ? 1 - expectile : expectile;
    loss += (error * error + share * above * above) / rows;
    gradient[q] = 2 * error / rows;
    gradient[v] = 2 * share * above / rows;
  }
  return { objective: -loss, gradient };
}

/**
 * How the policy's logits should change: the log-likelihood of the logged actions, each weighed by
 * `exp(inverse temperature · (Q - V) / deviation)`, capped.
 *
 * @param outputs row-major `[rows, actions²]`
 */
export function implicitPolicyGradient(
  { action, actions, held }: ImplicitQBatch,
  { q, v }: SlowValues,
  outputs: Float32Array,
  { inverseTemperature, weightCap }: ImplicitQOptions,
): OutputGradient {
  const rows = action.length;
  const gradient = new Float32Array(outputs.length);
  const probabilities = new Float64Array(actions);
  const squares = q.reduce((sum, value, row) => sum + (value - v[row]!) ** 2, 0);
  const deviation = Math.sqrt(squares / rows) + 1e-8;
  let objective = 0;
  for (let row = 0; row < rows; row++) {
    const at = (row * actions + held[row]!) * actions;
    const sharp = inverseTemperature * (q[row]! - v[row]!) / deviation;
    const weight = Math.min(weightCap, Math.exp(sharp)) / rows;
    softmax(outputs, at, probabilities, 0, actions);
    objective += weight * Math.log(probabilities[action[row]!]!);
    for (let a = 0; a < actions; a++) gradient[at + a] = -weight * probabilities[a]!;
    gradient[at + action[row]!]! += weight;
  }
  return { objective, gradient };
}
