/** The reward engine: what a learner is paid for, term by term. */
export {
  DEFAULT_REWARD,
  REWARD_TERMS,
  type RewardParts,
  rewardParts,
  type RewardSettings,
  type RewardStep,
  type RewardTerm,
  RISK_NEUTRAL_REWARD,
} from "./reward/additive_reward.ts";
export {
  DifferentialSharpe,
  type DifferentialSharpeOptions,
} from "./reward/differential_sharpe.ts";
export {
  DifferentialSortino,
  type DifferentialSortinoOptions,
} from "./reward/differential_sortino.ts";
export { RewardLog, type RewardShare } from "./reward/reward_log.ts";
export { terminalMetrics } from "./reward/terminal_metrics.ts";
