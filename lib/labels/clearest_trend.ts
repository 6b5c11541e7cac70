/** The window in which a trend is clearest. */
export interface Trend {
  /** Bars ahead at which the window ends. */
  readonly bars: number;
  /** t-value of the slope; infinite for a perfectly straight line, 0 for a constant price. */
  readonly tValue: number;
}

/**
 * Regresses the prices from row `first` on time, over windows that end `minBars` to `maxBars`
 * later, and gives the window whose slope has the largest t-value, sign aside; the shorter one of
 * equals (Lopez de Prado 2020, "Machine Learning for Asset Managers", section 5.4).
 *
 * @param prices rows `first` to `first + maxBars` are read
 * @param minBars at least 2: a t-value needs three points
 */
export function clearestTrend(
  prices: Float64Array,
  first: number,
  minBars: number,
  maxBars: number,
): Trend {
  let best: Trend = { bars: minBars, tValue: 0 };
  // Deviations from the first price: no digits are lost where prices are large against moves.
  const origin = prices[first]!;
  let sum = 0, squares = 0, products = 0;
  for (let bars = 1; bars <= maxBars; bars++) {
    const move = prices[first + bars]! - origin;
    sum += move;
    squares += move * move;
    products += bars * move;
    if (bars < minBars) continue;
    const tValue = slopeTValue(bars + 1, sum, squares, products);
    if (Math.abs(tValue) > Math.abs(best.tValue)) best = { bars, tValue };
  }
  return best;
}

/** t-value of the slope of `points` values on 0, 1, 2 … from Σy, Σy² and Σ(t·y). */
function slopeTValue(points: number, sum: number, squares: number, products: number): number {
  const meanTime = (points - 1) / 2;
  const timeSquares = points * (points * points - 1) / 12;
  const covariance = products - meanTime * sum;
  const variation = squares - sum * sum / points;
  const slope = covariance / timeSquares;
  const residual = variation - slope * covariance;
  if (covariance === 0) return 0;
  // What is left of a straight line is rounding, of either sign.
  if (residual <= 1e-12 * variation) return slope * Infinity;
  return slope / Math.sqrt(residual / (points - 2) / timeSquares);
}
