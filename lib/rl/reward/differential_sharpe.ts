/** Settings of `DifferentialSharpe`. */
export interface DifferentialSharpeOptions {
  /** Share of the newest return in the running moments, about one over the horizon. */
  readonly rate: number;
  /** Mean return to begin with, of a warm-up. */
  readonly mean: number;
  /** Mean squared return to begin with, of the same warm-up. */
  readonly meanSquare: number;
  /** Standard deviation of a return, which floors that of the running moments at a thousandth. */
  readonly reference: number;
}

/** Ratios beyond this size count as this size. */
const LIMIT = 10;

/**
 * The differential Sharpe ratio: how much one more return moves an exponentially weighted Sharpe
 * ratio (Moody, Wu, Liao & Saffell 1998; docs/methods.md#differential-sharpe-ratio),
 * `D = [B (R - A) - A (R² - B) / 2] / (B - A²)^{3/2}`. Mean and variance are tracked directly
 * (Welford), so nothing cancels.
 *
 * It is concave in the return and falls beyond B / A: very large gains are punished, a known
 * defect. Its sum over an episode is not the episode's Sharpe ratio.
 *
 * @example
 * ```ts
 * import { DifferentialSharpe } from "./differential_sharpe.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const ratio = new DifferentialSharpe({
 *   rate: 0.1, mean: 0.002, meanSquare: 0.0003, reference: 0.0172,
 * });
 * assertClose(ratio.step(0.02), 1.040731, 1e-6);
 * ```
 */
export class DifferentialSharpe {
  readonly #rate: number;
  readonly #floor: number;
  #mean: number;
  #variance: number;

  /** Begins with the moments of a warm-up. */
  constructor({ rate, mean, meanSquare, reference }: DifferentialSharpeOptions) {
    this.#rate = rate;
    this.#floor = (1e-3 * reference) ** 2;
    this.#mean = mean;
    this.#variance = meanSquare - mean * mean;
  }

  /** Mean return so far. */
  get mean(): number {
    return this.#mean;
  }

  /** Mean squared return so far. */
  get meanSquare(): number {
    return this.#variance + this.#mean * this.#mean;
  }

  /** The ratio of one return against the moments before it, which it then joins. */
  step(result: number): number {
    const variance = Math.max(this.#variance, this.#floor);
    const square = variance + this.#mean * this.#mean;
    const deviation = result - this.#mean;
    const ratio = (square * deviation - this.#mean * (result * result - square) / 2) /
      variance ** 1.5;
    this.#mean += this.#rate * deviation;
    this.#variance = (1 - this.#rate) * (this.#variance + this.#rate * deviation * deviation);
    return Math.max(-LIMIT, Math.min(LIMIT, ratio));
  }
}
