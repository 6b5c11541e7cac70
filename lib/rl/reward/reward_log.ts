import { REWARD_TERMS, type RewardParts, type RewardTerm } from "./additive_reward.ts";

/** Share of a penalty from which on it decides more than the result does. */
const ALERT_SHARE = 0.5;

/** What one term contributed. */
export interface RewardShare {
  /** Which. */
  readonly term: RewardTerm;
  /** Signed sum over the bars. */
  readonly sum: number;
  /** Its size as a share of the sizes of all terms; 0 where all are 0. */
  readonly share: number;
}

/**
 * Adds up the terms of rewards, to see what a learner was really paid for.
 *
 * @example
 * ```ts
 * import { RewardLog } from "./reward_log.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const log = new RewardLog();
 * log.add({ return: 1, variance: -3, drawdown: 0, leverage: 0, turnover: 0 });
 * assertEquals(log.shares()[1], { term: "variance", sum: -3, share: 0.75 });
 * assertEquals(log.alerts(), ["variance makes up 75 % of the reward"]);
 * ```
 */
export class RewardLog {
  readonly #sums = new Float64Array(REWARD_TERMS.length);
  readonly #sizes = new Float64Array(REWARD_TERMS.length);

  /** Adds one bar's terms, `weight` times. */
  add(parts: RewardParts, weight = 1): void {
    REWARD_TERMS.forEach((term, index) => {
      this.#sums[index]! += weight * parts[term];
      this.#sizes[index]! += weight * Math.abs(parts[term]);
    });
  }

  /** Each term's sum and share. */
  shares(): readonly RewardShare[] {
    const total = this.#sizes.reduce((sum, size) => sum + size, 0);
    return REWARD_TERMS.map((term, index) => ({
      term,
      sum: this.#sums[index]!,
      share: total === 0 ? 0 : this.#sizes[index]! / total,
    }));
  }

  /** Penalties that outweigh everything else, in words. */
  alerts(): readonly string[] {
    return this.shares().filter(({ term, share }) => term !== "return" && share > ALERT_SHARE)
      .map(({ term, share }) => `${term} makes up ${Math.round(100 * share)} % of the reward`);
  }
}
