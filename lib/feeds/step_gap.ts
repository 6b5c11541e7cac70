import { findGaps, type OpenSpans } from "../data/mod.ts";

/** Bars that should lie between two. */
export interface StepGap {
  /** Epoch milliseconds of the first missing open. */
  readonly from: number;
  /** Epoch milliseconds of the open that follows them. */
  readonly to: number;
  /** How many, by the calendar. */
  readonly missing: number;
}

/**
 * What is missing between a bar and the next one; null where nothing is.
 *
 * @param openSpans when bars may open
 * @example
 * ```ts
 * import { stepGap } from "./step_gap.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const always = (from: number, until: number) => [{ from, until }];
 * assertEquals(stepGap(0, 60_000, 60_000, always), null);
 * assertEquals(stepGap(0, 180_000, 60_000, always), { from: 60_000, to: 180_000, missing: 2 });
 * ```
 */
export function stepGap(
  before: number,
  next: number,
  intervalMs: number,
  openSpans: OpenSpans,
): StepGap | null {
  if (next - before <= intervalMs) return null;
  const time = Float64Array.of(before, next);
  const gap = findGaps({ time, length: 2, intervalMs }, openSpans)[0];
  return gap === undefined ? null : { from: gap.from, to: next, missing: gap.missingBars };
}
