/** Arithmetic mean; NaN for no values. */
export function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Standard deviation.
 *
 * @param freedom subtracted from the count: 1 for a sample, 0 for a population
 */
export function standardDeviation(values: Float64Array, freedom: 0 | 1 = 1): number {
  const middle = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - middle) ** 2;
  return Math.sqrt(squares / (values.length - freedom));
}

/**
 * Spread over size below which values are one and the same: equity in whole micro-dollars leaves
 * about 1e-9 of a constant return as dust.
 */
export const DUST = 1e-6;

/** Whether the values differ by more than dust; false where one of them is not a finite number. */
export function varies(values: Float64Array): boolean {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return values.length > 1 && standardDeviation(values) > DUST * largest;
}

/** Third and fourth standardised moments of the population: 0 and 3 for a normal one. */
export function shape(values: Float64Array): { skewness: number; kurtosis: number } {
  const middle = mean(values);
  let second = 0, third = 0, fourth = 0;
  for (const value of values) {
    const square = (value - middle) ** 2;
    second += square;
    third += square * (value - middle);
    fourth += square * square;
  }
  const variance = second / values.length;
  return {
    skewness: third / values.length / variance ** 1.5,
    kurtosis: fourth / values.length / variance ** 2,
  };
}

/**
 * Percentile with linear interpolation between the neighbours (type 7, NumPy's default).
 *
 * @param sorted ascending, at least one value
 * @param share 0 … 1
 */
export function percentile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** Pearson correlation of two columns of equal length; NaN when one of them is constant. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const middleA = mean(a), middleB = mean(b);
  let product = 0, squaresA = 0, squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i]! - middleA) * (b[i]! - middleB);
    squaresA += (a[i]! - middleA) ** 2;
    squaresB += (b[i]! - middleB) ** 2;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

/** Index of the largest value, the first of equal ones; NaN is never the largest. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]! || Number.isNaN(values[best])) best = i;
  }
  return best;
}
