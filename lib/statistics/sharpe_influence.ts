import { mean } from "./moments.ts";

/** The difference of two Sharpe ratios per period, and what each period does to it. */
export interface SharpeInfluence {
  /** Ratio of the first less that of the second, per period. */
  readonly difference: number;
  /** Derivative of the difference with respect to the weight of each period; mean 0. */
  readonly influence: Float64Array;
  /** Deviations of both returns and of their squares from their means. */
  readonly components: readonly Float64Array[];
}

/** A Sharpe ratio as a function of the first two raw moments, with its derivatives. */
export interface RatioMoments {
  /** Ratio per period. */
  readonly sharpe: number;
  /** Derivative with respect to the mean. */
  readonly slope: number;
  /** Derivative with respect to the mean square. */
  readonly curve: number;
  /** Deviations of the returns from their mean. */
  readonly returns: Float64Array;
  /** Deviations of the squares from theirs. */
  readonly squares: Float64Array;
}

/** Influence of each period on the difference of two ratios (Ledoit & Wolf 2008, §3.1). */
export function sharpeInfluence(a: RatioMoments, b: RatioMoments): SharpeInfluence {
  return {
    difference: a.sharpe - b.sharpe,
    influence: a.returns.map((_, i) =>
      a.slope * a.returns[i]! + a.curve * a.squares[i]! -
      b.slope * b.returns[i]! - b.curve * b.squares[i]!
    ),
    components: [a.returns, b.returns, a.squares, b.squares],
  };
}

/** Moments of a series that varies; NaN for one that does not. */
export function ratioMoments(series: Float64Array): RatioMoments {
  const middle = mean(series);
  const squares = series.map((value) => value * value);
  const second = mean(squares);
  const variance = second - middle ** 2;
  return {
    sharpe: middle / Math.sqrt(variance),
    slope: second / variance ** 1.5,
    curve: -middle / (2 * variance ** 1.5),
    returns: series.map((value) => value - middle),
    squares: squares.map((value) => value - second),
  };
}
