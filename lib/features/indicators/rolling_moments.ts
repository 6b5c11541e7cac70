import type { StateMemory } from "../../core/mod.ts";

/** Moments of a window of values. The same object is filled again for every value. */
export interface Moments {
  /** False until the window is full; the other fields mean nothing before. */
  ready: boolean;
  /** Arithmetic mean. */
  mean: number;
  /** Σ (x - mean)². */
  squares: number;
  /** Σ (t - mean t)(x - mean), t counting the values of the window. */
  trend: number;
}

/**
 * Mean, squared deviations and covariance with time of the last `length` values.
 *
 * Two blocks as in `createRollingFold`, joined by the pairwise update of Chan, Golub and LeVeque
 * (1983): of m older and n newer values whose means lie `shift` apart, squares grow by
 * shift² · mn / (m + n) and the trend by shift · mn / 2. Exactly 0 squares for a constant window,
 * no drift, and no loss of digits where the mean is large against the deviations.
 *
 * @param memory keeps the window
 */
export function createRollingMoments(
  memory: StateMemory,
  length: number,
): (value: number) => Moments {
  const block = memory.keep(new Float64Array(length));
  // Moments of the finished block's ends, from each of its values on.
  const endMean = memory.keep(new Float64Array(length));
  const endSquares = memory.keep(new Float64Array(length));
  const endTrend = memory.keep(new Float64Array(length));
  const moments: Moments = { ready: false, mean: 0, squares: 0, trend: 0 };
  // State lives in an object, as numbers captured by a closure are boxed anew at every write.
  const running = memory.keep({ count: 0, mean: 0, squares: 0, trend: 0, blocks: 0 });

  const append = (value: number): void => {
    const { count } = running;
    const shift = value - running.mean;
    running.mean = count === 0 ? value : running.mean + shift / (count + 1);
    running.squares += shift * shift * count / (count + 1);
    running.trend += shift * count / 2;
    running.count = count + 1;
    block[count] = value;
  };
  const finishBlock = (): void => {
    let count = 0, mean = 0, squares = 0, trend = 0;
    for (let i = length - 1; i >= 0; i--) {
      // The block from i on: its first value joined with the rest.
      const value = block[i]!;
      const shift = mean - value;
      mean = count === 0 ? value : value + shift * count / (count + 1);
      squares += shift * shift * count / (count + 1);
      trend += shift * count / 2;
      count++;
      endMean[i] = mean;
      endSquares[i] = squares;
      endTrend[i] = trend;
    }
    running.count =
      running.mean =
      running.squares =
      running.trend =
        0;
    running.blocks = 1;
  };
  const joinEnd = (): void => {
    const { count, mean, squares, trend } = running;
    const shift = mean - endMean[count]!;
    const product = (length - count) * count;
    moments.ready = true;
    moments.mean = endMean[count]! + shift * count / length;
    moments.squares = endSquares[count]! + squares + shift * shift * product / length;
    moments.trend = endTrend[count]! + trend + shift * product / 2;
  };
  return (value) => {
    append(value);
    if (running.count < length) {
      if (running.blocks > 0) joinEnd();
      return moments;
    }
    moments.ready = true;
    moments.mean = running.mean;
    moments.squares = running.squares;
    moments.trend = running.trend;
    finishBlock();
    return moments;
  };
}

/** Σ (t - mean t)² of `length` consecutive t. */
export function timeSquares(length: number): number {
  return length * (length * length - 1) / 12;
}
