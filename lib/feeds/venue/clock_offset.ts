import type { ClockOffset } from "../../trading/mod.ts";

/** A change of the estimate that is worth telling, milliseconds. */
const WORTH_TELLING_MS = 500;

/**
 * Narrows down how far the machine's clock is ahead of a venue's. Each stamp of the venue bounds
 * it; bounds that do not meet say that a clock was set anew, and the estimate starts over.
 *
 * @example
 * ```ts
 * import { ClockOffsetEstimate } from "./clock_offset.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const estimate = new ClockOffsetEstimate();
 * // Asked at 1000, the venue said 970, the answer came at 1040: it is 30 to 70 ms behind.
 * estimate.between(1_000 - 970, 1_040 - 970);
 * estimate.atMost(45);
 * assertEquals(estimate.offset, { lowMs: 30, highMs: 45 });
 * ```
 */
export class ClockOffsetEstimate {
  #low = -Infinity;
  #high = Infinity;
  #told: ClockOffset | null = null;

  /** What is known; null while there are not both bounds. */
  get offset(): ClockOffset | null {
    if (this.#low === -Infinity || this.#high === Infinity) return null;
    return { lowMs: this.#low, highMs: this.#high };
  }

  /** The middle of what is known, milliseconds; 0 while nothing is. */
  get middleMs(): number {
    return this.offset === null ? 0 : (this.#low + this.#high) / 2;
  }

  /** The offset lies between these. */
  between(lowMs: number, highMs: number): void {
    const low = Math.max(this.#low, lowMs), high = Math.min(this.#high, highMs);
    [this.#low, this.#high] = low <= high ? [low, high] : [lowMs, highMs];
  }

  /** The offset is not above this: what came that late was sent at that stamp, or before. */
  atMost(highMs: number): void {
    if (highMs >= this.#low) this.#high = Math.min(this.#high, highMs);
    else [this.#low, this.#high] = [-Infinity, highMs];
  }

  /** Whether it has become known or has moved so far that it is worth telling; then not again. */
  isNews(): boolean {
    const { offset } = this;
    if (offset === null) return false;
    const moved = this.#told === null ||
      offset.lowMs > this.#told.highMs + WORTH_TELLING_MS ||
      offset.highMs < this.#told.lowMs - WORTH_TELLING_MS;
    if (moved) this.#told = offset;
    return moved;
  }
}
