import { netResult, turnover } from "../environment/transition_table.ts";
import { type PolicyBehaviour, policyBehaviour } from "../policy/behaviour.ts";
import { decideActions } from "../../strategies/mod.ts";
import { REWARD_TERMS, rewardParts } from "../reward/additive_reward.ts";
import { RewardLog } from "../reward/reward_log.ts";
import { flatAction, type LearningMarket } from "./learning_market.ts";

/** What following a policy over some rows would have brought. */
export interface PolicyEvaluation {
  /** Net result of each row in reference deviations. */
  readonly results: Float64Array;
  /** Reward of each row. */
  readonly paid: Float64Array;
  /** Action of each row, as an index of the policy's actions. */
  readonly decided: Int8Array;
  /** Mean of the results. */
  readonly mean: number;
  /** Mean over standard deviation of the results; null where they do not vary. */
  readonly sharpe: number | null;
  /** Entropy, turnover, histogram and what is wrong with them. */
  readonly behaviour: PolicyBehaviour;
  /** What the reward would have been made of. */
  readonly rewards: RewardLog;
}

/**
 * Follows decisions through the market from a flat start.
 *
 * @param probabilities row-major `[rows, actions, actions]`, the first for row `from`
 * @param from row of the market's table
 */
export function evaluatePolicy(
  market: LearningMarket,
  probabilities: Float32Array | Float64Array,
  from: number,
): PolicyEvaluation {
  const { actions, table } = market;
  const rows = probabilities.length / actions.length ** 2;
  const rules = {
    forced: table.forced.subarray(from, from + rows),
    resets: table.resets.subarray(from, from + rows),
  };
  const decided = decideActions(probabilities, actions, rules);
  const { paid, results, rewards } = follow(market, decided, from);
  const mean = results.reduce((sum, result) => sum + result, 0) / rows;
  const squares = results.reduce((sum, result) => sum + (result - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (rows - 1));
  return {
    results,
    paid,
    decided,
    mean,
    sharpe: deviation > 0 ? mean / deviation : null,
    behaviour: policyBehaviour({ actions, probabilities, decided }),
    rewards,
  };
}

/** What given decisions bring, row by row, from a flat start. */
function follow(
  { actions, reference, reward, table }: LearningMarket,
  decided: Int8Array,
  from: number,
): Pick<PolicyEvaluation, "paid" | "results" | "rewards"> {
  const results = new Float64Array(decided.length), paid = new Float64Array(decided.length);
  const rewards = new RewardLog();
  let held = 0, equity = 0, peak = 0, deepest = 0;
  decided.forEach((action, index) => {
    const row = from + index, next = actions[action]!;
    const result = results[index] = netResult(table, row, held, next) / reference;
    equity += result * reward.riskPerDeviation;
    peak = Math.max(peak, equity);
    const drawdown = peak - equity;
    const parts = rewardParts({
      result,
      exposure: next,
      turnover: turnover(table, row, held, next),
      drawdownGrowth: drawdown - deepest,
    }, reward);
    rewards.add(parts);
    paid[index] = REWARD_TERMS.reduce((sum, term) => sum + parts[term], 0);
    deepest = drawdown;
    held = table.resets[row] === 1 ? actions[flatAction(actions)]! : next;
  });
  return { paid, results, rewards };
}

/** Parts of a series whose means are taken as independent. */
const PARTS = 20;
/** Student's t with 19 degrees of freedom: one-sided 5 %. */
export const T_LIMIT = 1.7291;

/** Whether results lie above 0 by more than chance. */
export interface ResultEvidence {
  /** Rows. */
  readonly rows: number;
  /** Mean net result per row, reference deviations. */
  readonly mean: number;
  /** Its standard error, from the means of 20 equal parts; null where they do not vary. */
  readonly standardError: number | null;
  /** Mean over standard error; null without one. */
  readonly t: number | null;
  /** True when `t` exceeds the one-sided 5 % limit. */
  readonly isAboveFlat: boolean;
}

/** Tests results against staying flat by the means of 20 consecutive parts. */
export function resultEvidence(results: Float64Array): ResultEvidence {
  const length = Math.floor(results.length / PARTS);
  const means = Array.from({ length: PARTS }, (_, part) => {
    const own = results.subarray(part * length, (part + 1) * length);
    return own.reduce((sum, result) => sum + result, 0) / length;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / PARTS;
  const squares = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (PARTS - 1) / PARTS);
  const standardError = error > 0 ? error : null;
  const t = standardError === null ? null : mean / standardError;
  return {
    rows: results.length,
    mean,
    standardError,
    t,
    isAboveFlat: t !== null && t > T_LIMIT,
  };
}
