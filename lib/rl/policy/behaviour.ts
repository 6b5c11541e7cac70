/** How a policy behaves over some rows. */
export interface PolicyBehaviour {
  /** Share of the rows on which each action was taken, in the order of the actions. */
  readonly histogram: readonly number[];
  /** Mean change of position per row, in full positions. */
  readonly turnover: number;
  /** Mean entropy of the decisions as a share of the largest possible. */
  readonly entropy: number;
  /** What is wrong with it, in words; empty for nothing. */
  readonly warnings: readonly string[];
}

/** What behaviour is measured on. */
export interface BehaviourInput {
  /** Positions to choose from. */
  readonly actions: readonly number[];
  /** Row-major `[rows, actions, actions]`. */
  readonly probabilities: Float32Array | Float64Array;
  /** Action of each row, as `decideActions` gives them. */
  readonly decided: Int8Array;
}

const ALWAYS = 0.995, NERVOUS = 0.9, UNDECIDED = 0.99;

/**
 * Measures entropy, turnover and the histogram of actions, and names a policy that has collapsed to
 * one action, turns at nearly every bar, or has learnt nothing.
 *
 * @example
 * ```ts
 * import { policyBehaviour } from "./behaviour.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const probabilities = new Float64Array(40).map((_, i) => i % 2);
 * const decided = new Int8Array(10).fill(1);
 * const { warnings } = policyBehaviour({ actions: [0, 1], probabilities, decided });
 * assertEquals(warnings, ["it holds the position 1 on 100.0 % of the bars"]);
 * ```
 */
export function policyBehaviour(input: BehaviourInput): PolicyBehaviour {
  const { actions, decided } = input;
  const rows = decided.length;
  const histogram = actions.map(() => 0);
  let turned = 0, changes = 0, held = actions.indexOf(0);
  for (const action of decided) {
    histogram[action]!++;
    turned += Math.abs(actions[action]! - actions[held]!);
    if (action !== held) changes++;
    held = action;
  }
  const entropy = meanEntropy(input);
  const shares = histogram.map((count) => rows === 0 ? 0 : count / rows);
  return {
    histogram: shares,
    turnover: rows === 0 ? 0 : turned / rows,
    entropy,
    warnings: warningsOf(shares, actions, entropy, changes / rows),
  };
}

function warningsOf(
  histogram: readonly number[],
  actions: readonly number[],
  entropy: number,
  changes: number,
): string[] {
  const warnings: string[] = [];
  const most = histogram.findIndex((share) => share > ALWAYS);
  if (most >= 0) {
    const share = (100 * histogram[most]!).toFixed(1);
    warnings.push(
      actions[most] === 0
        ? `it stays flat on ${share} % of the bars`
        : `it holds the position ${actions[most]} on ${share} % of the bars`,
    );
  }
  if (changes > NERVOUS) {
    warnings.push(`it changes its position on ${(100 * changes).toFixed(0)} % of the bars`);
  }
  if (entropy > UNDECIDED) warnings.push("it is as undecided as an untrained policy");
  return warnings;
}

/** Over the states that were come through. */
function meanEntropy({ actions, decided, probabilities }: BehaviourInput): number {
  const count = actions.length;
  let held = actions.indexOf(0), sum = 0, seen = 0;
  decided.forEach((action, row) => {
    const at = (row * count + held) * count;
    held = action;
    if (Number.isNaN(probabilities[at]!)) return;
    seen++;
    for (let a = 0; a < count; a++) {
      const p = probabilities[at + a]!;
      if (p > 0) sum -= p * Math.log(p);
    }
  });
  return seen === 0 ? 0 : sum / (seen * Math.log(count));
}
