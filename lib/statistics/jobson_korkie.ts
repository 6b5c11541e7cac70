import { normalCdf } from "./normal_distribution.ts";

/** A difference of two Sharpe ratios and whether it can be told from zero. */
export interface SharpeDifference {
  /** Sharpe ratio of the first less that of the second, per period. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly standardError: number;
  /** Two-sided probability of such a distance if both were equal. */
  readonly pValue: number;
}

/** What the closed form needs to know about two series. */
export interface SharpePair {
  /** Sharpe ratio of the first, per period. */
  readonly first: number;
  /** Sharpe ratio of the second, per period. */
  readonly second: number;
  /** Correlation of the returns. */
  readonly correlation: number;
  /** Number of periods. */
  readonly periods: number;
}

/**
 * Test of Jobson & Korkie (1981) as corrected by Memmel (2003). Right for returns that are normal
 * and independent in time, too sure of itself for others: decide by `ledoitWolfTest`.
 *
 * @example
 * ```ts
 * import { jobsonKorkieTest } from "./jobson_korkie.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * const pair = { first: 0.08, second: 0.05, correlation: 0.6, periods: 1000 };
 * assertClose(jobsonKorkieTest(pair).standardError, 0.0283374, 5e-8);
 * ```
 */
export function jobsonKorkieTest(
  { first, second, correlation, periods }: SharpePair,
): SharpeDifference {
  const variance = 2 * (1 - correlation) +
    (first ** 2 + second ** 2 - 2 * first * second * correlation ** 2) / 2;
  return sharpeDifference(first - second, Math.sqrt(Math.max(0, variance) / periods));
}

/** A difference with the probability that the normal distribution gives it. */
export function sharpeDifference(difference: number, standardError: number): SharpeDifference {
  const z = Math.abs(difference) / standardError;
  return {
    difference,
    standardError,
    pValue: difference === 0 ? 1 : 2 * normalCdf(-z),
  };
}
