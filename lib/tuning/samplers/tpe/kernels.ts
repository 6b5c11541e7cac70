import type { Random } from "../../../core/mod.ts";

/** The kernels of one parameter: one for each observation, and the prior last. */
export interface ParzenKernels {
  /** Number of kernels. */
  readonly count: number;
  /** Draws from one kernel; a value as `toInternal()` gives it. */
  draw(kernel: number, random: Random): number;
  /**
   * Adds the part of each kernel's log-density that is the same for all values.
   *
   * @param logDensities one for each kernel
   */
  addLogHeights(logDensities: Float64Array): void;
  /**
   * Adds the rest of the log-density at a value, for some of the kernels. It is never above 0.
   *
   * @param rows the kernels, of which the first `count` are meant
   * @param least rows whose log-density is not above it are dropped; the others move to the front
   * @returns the number of rows that are left
   */
  addLogShapes(
    value: number,
    logDensities: Float64Array,
    rows: Int32Array,
    count: number,
    least: number,
  ): number;
}

/** Kernels that can tell which of them are near a value without looking at each. */
export interface SortedKernels extends ParzenKernels {
  /**
   * Lists the kernels whose shape at a value may be above a limit.
   *
   * @param limit below 0
   * @param rows receives them; has room for all
   * @returns their number
   */
  listNear(value: number, limit: number, rows: Int32Array): number;
}
