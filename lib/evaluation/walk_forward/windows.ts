import { InputError } from "../../core/mod.ts";
import { type WalkForwardKind, walkForwardPlan, type WalkForwardWindow } from "./plan.ts";

/** How bars are cut into windows. */
export interface WindowSettings {
  readonly windows: number;
  /** Share of the bars before the first test. */
  readonly trainShare: number;
  readonly kind: WalkForwardKind;
  /** Rows between training and test that neither reads. */
  readonly gapBars: number;
}

const LEAST_TEST_ROWS = 50;

/**
 * Cuts bars into refits and the tests that follow them: tests lie end to end from the first one on
 * and training ends a gap before its test begins.
 *
 * @throws {InputError} when there are too few bars
 * @example
 * ```ts
 * import { walkForwardWindows } from "./windows.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const windows = walkForwardWindows(1_000, {
 *   windows: 2, trainShare: 0.5, kind: "rolling", gapBars: 20,
 * });
 * assertEquals(windows, [
 *   { train: { from: 0, to: 480 }, test: { from: 500, to: 750 } },
 *   { train: { from: 250, to: 730 }, test: { from: 750, to: 1_000 } },
 * ]);
 * ```
 */
export function walkForwardWindows(
  rows: number,
  { gapBars, kind, trainShare, windows }: WindowSettings,
): readonly WalkForwardWindow[] {
  const first = Math.floor(rows * trainShare);
  const testRows = Math.ceil((rows - first) / windows);
  if (testRows < LEAST_TEST_ROWS || first <= gapBars) {
    throw new InputError(
      `Cannot walk forward over ${rows} bars in ${windows} windows of ${testRows} bars each`,
      { where: "--windows", remedy: "give more bars, fewer --windows or another --train-share" },
    );
  }
  return walkForwardPlan({
    rows: { from: 0, to: rows },
    ...{ kind, testRows },
    trainRows: first - gapBars,
    gapRows: gapBars,
  }).windows;
}
