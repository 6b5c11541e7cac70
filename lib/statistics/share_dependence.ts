/** What dependence does to the shares of bins. */
export interface ShareDependence {
  /** How many times more they vary than those of independent rows, on average over bins; from 1. */
  readonly designEffect: number;
  /** Directions in which they vary, as the dependence of each weighs. */
  readonly freedom: number;
  /** Blocks that this was measured on, less one for each series. */
  readonly blockFreedom: number;
}

/**
 * How much more the shares of bins vary than those of independent rows, from how they vary between
 * blocks of neighbouring rows: any dependence counts, that of volatility too, which no
 * autocorrelation of the values shows. What blocks of this length still miss is added by the step
 * from blocks of half of it (lugsail batch means, Vats & Flegal 2022); the directions are Rao &
 * Scott's second-order correction (1984).
 *
 * @param series bins of rows in time; each is compared with its own mean alone
 * @param shares of the bins over all of them
 * @returns null where rows are remembered for so long that fewer than twenty blocks would lie apart
 */
export function shareDependence(
  series: readonly Float64Array[],
  shares: readonly number[],
): ShareDependence | null {
  const rows = series.reduce((sum, { length }) => sum + length, 0);
  const shortest = Math.min(...series.map(({ length }) => length));
  const directions = shares.filter((share) => share > 0).length - 1;
  let length = 2 ** Math.round(Math.log2(Math.sqrt(rows)));
  for (; rows / length >= FEWEST_BLOCKS && shortest / length >= 2; length *= 2) {
    const blocks = between(series, shares, length);
    const half = between(series, shares, length / 2);
    const missed = Math.max(0, blocks.trace - half.trace);
    const designEffect = (blocks.trace + missed) / directions;
    // The slowest direction decides how far apart blocks have to lie.
    const slowest = blocks.trace === 0 ? 0 : blocks.squares / blocks.trace;
    if (length < BLOCKS_PER_MEMORY * Math.max(designEffect, slowest)) continue;
    const freedom = blocks.squares === 0 ? directions : blocks.trace ** 2 / blocks.squares;
    return {
      designEffect: Math.max(1, designEffect),
      freedom: Math.min(directions, freedom),
      blockFreedom: blocks.freedom,
    };
  }
  return null;
}

const FEWEST_BLOCKS = 20;
/** Length of a block in design effects: shorter ones have not forgotten where they began. */
const BLOCKS_PER_MEMORY = 6;

/**
 * Covariance of the shares of blocks, in units of independent rows: its trace, the sum of the squares
 * of its eigenvalues, and how many blocks show it.
 */
function between(
  series: readonly Float64Array[],
  shares: readonly number[],
  length: number,
): { readonly trace: number; readonly squares: number; readonly freedom: number } {
  const bins = shares.length;
  const products = new Float64Array(bins * bins);
  let freedom = 0;
  for (const values of series) {
    const blocks = sharesOfBlocks(values, bins, length);
    freedom += blocks.length - 1;
    const middle = shares.map((_, bin) =>
      blocks.reduce((sum, block) => sum + block[bin]!, 0) / blocks.length
    );
    for (const block of blocks) {
      for (let one = 0; one < bins; one++) {
        const deviation = block[one]! - middle[one]!;
        for (let other = 0; other < bins; other++) {
          products[one * bins + other]! += deviation * (block[other]! - middle[other]!);
        }
      }
    }
  }
  let trace = 0, squares = 0;
  // An empty bin does not vary.
  for (let one = 0; one < bins; one++) {
    if (shares[one] === 0) continue;
    trace += products[one * bins + one]! / shares[one]!;
    for (let other = 0; other < bins; other++) {
      if (shares[other] !== 0) {
        squares += products[one * bins + other]! ** 2 / (shares[one]! * shares[other]!);
      }
    }
  }
  const unit = length / freedom;
  return { trace: trace * unit, squares: squares * unit ** 2, freedom };
}

/** Shares in each block; the oldest rows that fill none are left out. */
function sharesOfBlocks(values: Float64Array, bins: number, length: number): Float64Array[] {
  const count = Math.floor(values.length / length);
  const first = values.length - count * length;
  return Array.from({ length: count }, (_, block) => {
    const shares = new Float64Array(bins);
    const from = first + block * length;
    for (const bin of values.subarray(from, from + length)) shares[bin]! += 1 / length;
    return shares;
  });
}
