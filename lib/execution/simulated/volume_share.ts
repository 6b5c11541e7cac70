/**
 * Hands out the part of each bar's volume that one account may trade. Executors that trade the
 * same instrument share one, so that splitting an order over strategies never finds more volume.
 *
 * @example
 * ```ts
 * import { VolumeShare } from "./volume_share.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const share = new VolumeShare(0.1);
 * assertEquals(share.take(0, 55, 4), 4);
 * assertEquals(share.take(0, 55, 4), 1);
 * ```
 */
export class VolumeShare {
  readonly #share: number;
  readonly #usedLots = new Map<number, number>();

  /**
   * Nothing is used yet.
   *
   * @param share part of the volume, above 0 and at most 1
   * @throws RangeError when it is not.
   */
  constructor(share: number) {
    if (!(share > 0 && share <= 1)) {
      throw new RangeError(
        `Cannot share volume as the share must be above 0 and at most 1: current value is ${share}`,
      );
    }
    this.#share = share;
  }

  /** Whole lots still to be had in a bar. */
  left(time: number, volume: number): number {
    return Math.floor(this.#share * volume) - (this.#usedLots.get(time) ?? 0);
  }

  /** Forgets bars that opened before a time: nobody asks for them any more. */
  forget(before: number): void {
    for (const time of this.#usedLots.keys()) if (time < before) this.#usedLots.delete(time);
  }

  /**
   * Takes lots out of a bar.
   *
   * @param time of the bar's open
   * @param volume of the bar, lots
   * @param wantedLots at least 0
   * @returns how many of them there are
   */
  take(time: number, volume: number, wantedLots: number): number {
    const lots = Math.min(wantedLots, this.left(time, volume));
    if (lots > 0) this.#usedLots.set(time, (this.#usedLots.get(time) ?? 0) + lots);
    return lots;
  }
}
