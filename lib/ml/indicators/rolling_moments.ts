/** Moments of a window of values. The same object is filled again for every value. */
export interface Moments {
  /** False until the window is full; the other fields mean nothing before. */
  ready: boolean;
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
 * (1983). Exactly 0 squares for a constant window, no drift, and no loss of digits where the mean
 * is large against the deviations.
 */
export function createRollingMoments(length: number): (value: number) => Moments {
  const block = new Float64Array(length);
  const ends: readonly Part[] = Array.from({ length }, emptyPart);
  const running = emptyPart();
  const single = emptyPart();
  const joined = emptyPart();
  const moments: Moments = { ready: false, mean: 0, squares: 0, trend: 0 };
  single.count = 1;
  let hasBlock = false;

  const finishBlock = (): void => {
    let end = emptyPart();
    for (let i = length - 1; i >= 0; i--) {
      single.mean = block[i]!;
      join(single, end, ends[i]!);
      end = ends[i]!;
    }
    running.count = 0;
    hasBlock = true;
  };
  return (value) => {
    block[running.count] = value;
    single.mean = value;
    join(running, single, running);
    moments.ready = hasBlock || running.count === length;
    const isWhole = running.count === length;
    if (!isWhole && hasBlock) join(ends[running.count]!, running, joined);
    const window = isWhole ? running : joined;
    moments.mean = window.mean;
    moments.squares = window.squares;
    moments.trend = window.trend;
    if (isWhole) finishBlock();
    return moments;
  };
}

/** Σ (t - mean t)² of `length` consecutive t. */
export function timeSquares(length: number): number {
  return length * (length * length - 1) / 12;
}

interface Part {
  count: number;
  mean: number;
  squares: number;
  trend: number;
}

function emptyPart(): Part {
  return { count: 0, mean: 0, squares: 0, trend: 0 };
}

/** Moments of `older` followed by `newer`, written to `result`, which may be one of them. */
function join(older: Part, newer: Part, result: Part): void {
  const { count, mean, squares, trend } = older;
  if (count === 0 || newer.count === 0) {
    Object.assign(result, count === 0 ? newer : older);
    return;
  }
  const total = count + newer.count;
  const shift = newer.mean - mean;
  const product = count * newer.count;
  result.mean = mean + shift * newer.count / total;
  result.squares = squares + newer.squares + shift * shift * product / total;
  result.trend = trend + newer.trend + shift * product / 2;
  result.count = total;
}
