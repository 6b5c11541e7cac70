import type { StateMemory } from "../../core/mod.ts";

/**
 * Folds the last `length` values with an associative function: a moving sum, minimum or maximum.
 *
 * Two blocks (van Herk 1992, Gil and Werman 1993): the finished block is kept as folds of its
 * ends, the growing one as one running fold; the window is the join of the two. Nothing is ever
 * subtracted, so a sum cannot drift however long the series. Three calls of `combine` per value
 * on average; every `length` values one pass over the block.
 *
 * @param memory keeps the window
 * @returns takes the next value, gives the fold of the window; NaN until it is full
 * @example
 * ```ts
 * import { createRollingFold } from "./rolling_fold.ts";
 * import { createStateMemory } from "../../core/state_memory.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const highest = createRollingFold(createStateMemory(), 3, Math.max);
 * assertEquals([5, 1, 2, 0].map(highest), [NaN, NaN, 5, 2]);
 * ```
 */
export function createRollingFold(
  memory: StateMemory,
  length: number,
  combine: (older: number, newer: number) => number,
): (value: number) => number {
  const block = memory.keep(new Float64Array(length));
  const ends = memory.keep(new Float64Array(length));
  // State lives in an object, as numbers captured by a closure are boxed anew at every write.
  const state = memory.keep({ filled: 0, running: 0, blocks: 0 });

  const finishBlock = (): void => {
    let end = ends[length - 1] = block[length - 1]!;
    for (let i = length - 2; i >= 0; i--) ends[i] = end = combine(block[i]!, end);
    state.filled = 0;
    state.blocks = 1;
  };
  return (value) => {
    const { filled } = state;
    const running = filled === 0 ? value : combine(state.running, value);
    block[filled] = value;
    state.running = running;
    state.filled = filled + 1;
    if (state.filled === length) {
      finishBlock();
      return running;
    }
    return state.blocks > 0 ? combine(ends[filled + 1]!, running) : NaN;
  };
}

/** Sum of the last `length` values; see {@link createRollingFold}. */
export function createRollingSum(memory: StateMemory, length: number): (value: number) => number {
  return createRollingFold(memory, length, (a, b) => a + b);
}

/** Largest of the last `length` values. */
export function createRollingMaximum(
  memory: StateMemory,
  length: number,
): (value: number) => number {
  return createRollingFold(memory, length, (a, b) => a > b ? a : b);
}

/** Smallest of the last `length` values. */
export function createRollingMinimum(
  memory: StateMemory,
  length: number,
): (value: number) => number {
  return createRollingFold(memory, length, (a, b) => a < b ? a : b);
}
