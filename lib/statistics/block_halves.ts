/** Sums over some of the periods, one element per trial. */
export interface PeriodSums {
  /** Σ returns. */
  readonly sum: Float64Array;
  /** Σ squared returns. */
  readonly squares: Float64Array;
  /** How many periods. */
  periods: number;
}

/**
 * Cuts the periods into blocks and visits every choice of half of them, in lexicographic order,
 * with the sums over the chosen blocks and over the others. Both are overwritten by the next visit.
 *
 * Choices that begin alike share their partial sums, so that a visit costs about four additions per
 * trial instead of one per trial and period.
 *
 * @param trials returns per trial, all over the same periods
 * @param blocks even
 */
export function forEachHalf(
  trials: readonly Float64Array[],
  blocks: number,
  visit: (chosen: PeriodSums, others: PeriodSums) => void,
): void {
  const perBlock = Array.from({ length: blocks }, (_, block) => sumBlock(trials, block, blocks));
  const total = emptySums(trials.length);
  for (const block of perBlock) add(total, block, total);
  const others = emptySums(trials.length);
  const partial = Array.from({ length: blocks / 2 + 1 }, () => emptySums(trials.length));

  const choose = (depth: number, first: number): void => {
    const sums = partial[depth]!;
    if (depth === blocks / 2) {
      subtract(total, sums, others);
      visit(sums, others);
      return;
    }
    for (let block = first; block <= blocks / 2 + depth; block++) {
      add(sums, perBlock[block]!, partial[depth + 1]!);
      choose(depth + 1, block + 1);
    }
  };
  choose(0, 0);
}

function emptySums(trials: number): PeriodSums {
  return { sum: new Float64Array(trials), squares: new Float64Array(trials), periods: 0 };
}

/** Blocks are as equal as the number of periods allows. */
function sumBlock(trials: readonly Float64Array[], block: number, blocks: number): PeriodSums {
  const sums = emptySums(trials.length);
  const length = trials[0]!.length;
  const from = Math.floor(block * length / blocks);
  const to = Math.floor((block + 1) * length / blocks);
  trials.forEach((returns, trial) => {
    for (let period = from; period < to; period++) {
      sums.sum[trial]! += returns[period]!;
      sums.squares[trial]! += returns[period]! ** 2;
    }
  });
  sums.periods = to - from;
  return sums;
}

function add(a: PeriodSums, b: PeriodSums, into: PeriodSums): void {
  for (let trial = 0; trial < into.sum.length; trial++) {
    into.sum[trial] = a.sum[trial]! + b.sum[trial]!;
    into.squares[trial] = a.squares[trial]! + b.squares[trial]!;
  }
  into.periods = a.periods + b.periods;
}

function subtract(a: PeriodSums, b: PeriodSums, into: PeriodSums): void {
  for (let trial = 0; trial < into.sum.length; trial++) {
    into.sum[trial] = a.sum[trial]! - b.sum[trial]!;
    into.squares[trial] = a.squares[trial]! - b.squares[trial]!;
  }
  into.periods = a.periods - b.periods;
}
