import { normalCdf, normalQuantile } from "./normal_distribution.ts";
import { requireShare } from "./resampling_options.ts";

/** Settings of `yearsToDetect`. */
export interface DetectionOptions {
  /** One-sided level of the test. @default {0.05} */
  readonly level?: number;
  /** Probability of finding what is there. @default {0.8} */
  readonly power?: number;
  /** Of the returns of two strategies whose ratios are compared; absent against zero. */
  readonly correlation?: number;
}

/**
 * Years of data after which a true annual Sharpe ratio, or a difference of two, is usually found:
 * the standard error of an annual ratio is about one over the root of years
 * (docs/methods.md#walk-forward and #comparing-two-sharpe-ratios).
 *
 * @param annual the true ratio, or the true difference of two
 * @throws RangeError when level or power are not above 0 and below 1.
 * @example
 * ```ts
 * import { yearsToDetect } from "./detection_power.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(yearsToDetect(1), 6.2, 0.05);
 * assertClose(yearsToDetect(0.5, { correlation: 0.8 }), 9.9, 0.05);
 * ```
 */
export function yearsToDetect(annual: number, options: DetectionOptions = {}): number {
  const { level = 0.05, power = 0.8, correlation } = options;
  requireShare("level", level);
  requireShare("power", power);
  const variance = correlation === undefined ? 1 : 2 * (1 - correlation);
  return variance * ((normalQuantile(1 - level) + normalQuantile(power)) / annual) ** 2;
}

/**
 * Score that the largest of independent standard normal ones passes with probability `level`: the
 * threshold of a maximum that is sized right (Šidák 1967).
 *
 * @throws RangeError when the level is not above 0 and below 1.
 */
export function criticalMaximum(trials: number, level: number): number {
  requireShare("level", level);
  return normalQuantile((1 - level) ** (1 / trials));
}

/** Probability that the largest of independent standard normal scores passes a threshold. */
export function maximumExceeds(trials: number, threshold: number): number {
  // Not 1 - cdf ** trials, which loses small probabilities.
  return -Math.expm1(trials * Math.log1p(-normalCdf(-threshold)));
}

/**
 * Share of the discoveries that are false when a share `prior` of what is tried has skill: why a
 * level of 5 % does not mean one in twenty is wrong (López de Prado, Lipton & Zoonekynd 2025).
 *
 * @param prior probability that a strategy has skill before it is tested
 * @param level of the test
 * @param power probability that the test finds skill that is there
 * @throws RangeError when one of them is not above 0 and below 1.
 */
export function falseDiscoveryRate(prior: number, level: number, power: number): number {
  for (const [name, value] of Object.entries({ prior, level, power })) requireShare(name, value);
  return 1 / (1 + power * prior / (level * (1 - prior)));
}
