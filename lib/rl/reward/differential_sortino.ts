/** Settings of `DifferentialSortino`. */
export interface DifferentialSortinoOptions {
  /** Share of the newest return in the running moments, about one over the horizon. */
  readonly rate: number;
  /** Mean return to begin with. */
  readonly mean: number;
  /** Downside deviation to begin with: root of the mean squared loss. */
  readonly downsideDeviation: number;
  /** Standard deviation of a return, which floors the downside deviation at a thousandth. */
  readonly reference: number;
}

/** Ratios beyond this size count as this size. */
const LIMIT = 10;

/**
 * The differential downside deviation ratio: how much one more return moves an exponentially
 * weighted Sortino ratio (Moody & Saffell 2001; docs/methods.md#differential-sortino-ratio).
 *
 * @example
 * ```ts
 * import { DifferentialSortino } from "./differential_sortino.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const ratio = new DifferentialSortino({
 *   rate: 0.1, mean: 0.002, downsideDeviation: 0.01, reference: 0.0172,
 * });
 * assertClose(ratio.step(0.02), 1.9, 1e-12);
 * ```
 */
export class DifferentialSortino {
  readonly #rate: number;
  readonly #floor: number;
  #mean: number;
  #downsideSquare: number;

  /** Begins with the moments of a warm-up. */
  constructor({ rate, mean, downsideDeviation, reference }: DifferentialSortinoOptions) {
    this.#rate = rate;
    this.#floor = 1e-3 * reference;
    this.#mean = mean;
    this.#downsideSquare = downsideDeviation ** 2;
  }

  /** Mean return so far. */
  get mean(): number {
    return this.#mean;
  }

  /** Root of the mean squared loss so far. */
  get downsideDeviation(): number {
    return Math.sqrt(this.#downsideSquare);
  }

  /** The ratio of one return against the moments before it, which it then joins. */
  step(result: number): number {
    const deviation = Math.max(this.downsideDeviation, this.#floor);
    const excess = result - this.#mean / 2;
    const ratio = result > 0
      ? excess / deviation
      : (deviation ** 2 * excess - this.#mean * result ** 2 / 2) / deviation ** 3;
    this.#mean += this.#rate * (result - this.#mean);
    this.#downsideSquare += this.#rate * (Math.min(result, 0) ** 2 - this.#downsideSquare);
    return Math.max(-LIMIT, Math.min(LIMIT, ratio));
  }
}
