/** What the reward of one bar is made of. */
export const REWARD_TERMS = ["return", "variance", "drawdown", "leverage", "turnover"] as const;
/** One of `REWARD_TERMS`. */
export type RewardTerm = typeof REWARD_TERMS[number];

/** Weights of the additive reward (docs/methods.md#reward). A weight of 0 leaves a term out. */
export interface RewardSettings {
  /** Results beyond this many reference deviations count as this many. */
  readonly clip: number;
  /** Half of it times the squared result is taken off: aversion to variance. */
  readonly varianceWeight: number;
  /** Taken off for each `drawdownReference` by which the drawdown grows. */
  readonly drawdownWeight: number;
  /** Growth of the drawdown that costs one `drawdownWeight`, as a fraction of equity. */
  readonly drawdownReference: number;
  /** Times the squared exposure above `softLeverage`. */
  readonly leverageWeight: number;
  /** Exposure that is free of penalty, in full positions. */
  readonly softLeverage: number;
  /** Per full position turned, on top of the true cost. */
  readonly turnoverWeight: number;
  /** Loss of equity that one reference deviation makes, as a fraction: the scale of drawdowns. */
  readonly riskPerDeviation: number;
}

/** Pays the net result, less a little for variance and for deeper drawdowns. */
export const DEFAULT_REWARD: RewardSettings = {
  clip: 10,
  varianceWeight: 0.1,
  drawdownWeight: 0.1,
  drawdownReference: 0.05,
  leverageWeight: 1,
  softLeverage: 1,
  turnoverWeight: 0,
  riskPerDeviation: 0.001,
};

/** Pays the net result alone: what the known optimum of a simulated world maximises. */
export const RISK_NEUTRAL_REWARD: RewardSettings = {
  ...DEFAULT_REWARD,
  varianceWeight: 0,
  drawdownWeight: 0,
  leverageWeight: 0,
};

/** What happened over one bar. */
export interface RewardStep {
  /** Net result in reference deviations, costs inside. */
  readonly result: number;
  /** Signed exposure held, in full positions. */
  readonly exposure: number;
  /** Full positions bought or sold. */
  readonly turnover: number;
  /** Growth of the drawdown, a fraction of equity; negative where it shrinks. */
  readonly drawdownGrowth: number;
}

/** The signed terms of one bar's reward; their sum is the reward. */
export type RewardParts = Readonly<Record<RewardTerm, number>>;

/**
 * The additive, dimensionless, bounded reward of one bar (docs/methods.md#reward):
 * `clip(R) - (lv / 2) clip(R)² - ld max(0, ΔDD) / ddRef - lL max(0, |w| - L)² - lT |Δw|`.
 *
 * Nothing is paid for entering or for being active. The drawdown term charges growth only: the
 * difference form would be a potential, which cannot change the best policy (Ng, Harada & Russell
 * 1999).
 *
 * @example
 * ```ts
 * import { DEFAULT_REWARD, rewardParts } from "./additive_reward.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const step = { result: -2, exposure: 1.5, turnover: 1, drawdownGrowth: 0.01 };
 * const parts = rewardParts(step, DEFAULT_REWARD);
 * assertClose(parts.return, -2, 0);
 * assertClose(parts.variance, -0.2, 1e-12);
 * assertClose(parts.drawdown, -0.02, 1e-12);
 * assertClose(parts.leverage, -0.25, 1e-12);
 * ```
 */
export function rewardParts(step: RewardStep, settings: RewardSettings): RewardParts {
  const { drawdownReference, drawdownWeight, leverageWeight, softLeverage } = settings;
  const result = Math.max(-settings.clip, Math.min(settings.clip, step.result));
  const excess = Math.max(0, Math.abs(step.exposure) - softLeverage);
  return {
    return: result,
    variance: -settings.varianceWeight / 2 * result * result,
    drawdown: -drawdownWeight * Math.max(0, step.drawdownGrowth) / drawdownReference,
    leverage: -leverageWeight * excess * excess,
    turnover: -settings.turnoverWeight * step.turnover,
  };
}

/** The reward of one bar without its drawdown, which depends on more than one bar. */
export function marketReward(
  result: number,
  exposure: number,
  turnover: number,
  settings: RewardSettings,
): number {
  const clipped = Math.max(-settings.clip, Math.min(settings.clip, result));
  const excess = Math.max(0, Math.abs(exposure) - settings.softLeverage);
  return clipped - settings.varianceWeight / 2 * clipped * clipped -
    settings.leverageWeight * excess * excess - settings.turnoverWeight * turnover;
}
