import { InputError } from "../../core/mod.ts";
import type { RowRange } from "../../market/mod.ts";

/** How the train window moves: it keeps its length, or keeps its start. */
export const WALK_FORWARD_KINDS = ["rolling", "expanding"] as const;

/** `rolling` forgets the oldest rows, `expanding` keeps them. */
export type WalkForwardKind = typeof WALK_FORWARD_KINDS[number];

/** Settings of `walkForwardPlan`. */
export interface WalkForwardPlanOptions {
  /** Rows to use; earlier ones only warm up. */
  readonly rows: RowRange;
  /** How the train window moves. */
  readonly kind: WalkForwardKind;
  /** Rows of the train window; of the first one when expanding. */
  readonly trainRows: number;
  /** Rows of each test, and how far the windows move. */
  readonly testRows: number;
  /** Rows left out between train and test: longest label horizon plus embargo. */
  readonly gapRows: number;
  /** Newest share of the rows that no window touches. @default {0} */
  readonly vaultShare?: number;
}

/** One refit and what it is tested on. */
export interface WalkForwardWindow {
  /** All that fitting, calibration and any search may see. */
  readonly train: RowRange;
  /** Rows traded with what was fitted. */
  readonly test: RowRange;
}

/** Windows in order of time; their tests lie end to end. */
export interface WalkForwardPlan {
  /** At least one; the last test may be shorter than the others. */
  readonly windows: readonly WalkForwardWindow[];
  /** Rows kept for one look at the very end; empty without a share. */
  readonly vault: RowRange;
}

/**
 * Plans a walk-forward test over bars (docs/methods.md#walk-forward): fit on a window, leave a gap,
 * trade the rows after it, move on. The tests together are the out-of-sample record. For folds of
 * labelled rows inside one training see `purgedWalkForward`.
 *
 * @throws {InputError} when the rows do not hold one window
 * @throws {RangeError} when a number of rows or the share is out of range
 * @example
 * ```ts
 * import { walkForwardPlan } from "./plan.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const { windows } = walkForwardPlan({
 *   rows: { from: 0, to: 100 }, kind: "rolling", trainRows: 50, testRows: 20, gapRows: 5,
 * });
 * assertEquals(windows, [
 *   { train: { from: 0, to: 50 }, test: { from: 55, to: 75 } },
 *   { train: { from: 20, to: 70 }, test: { from: 75, to: 95 } },
 *   { train: { from: 40, to: 90 }, test: { from: 95, to: 100 } },
 * ]);
 * ```
 */
export function walkForwardPlan(options: WalkForwardPlanOptions): WalkForwardPlan {
  const { rows, kind, trainRows, testRows, gapRows, vaultShare = 0 } = options;
  requireWhole("trainRows", trainRows, 1);
  requireWhole("testRows", testRows, 1);
  requireWhole("gapRows", gapRows, 0);
  if (!(vaultShare >= 0 && vaultShare < 1)) {
    throw new RangeError(
      `Cannot plan as vaultShare is at least 0 and below 1: current value is ${vaultShare}`,
    );
  }
  const end = rows.to - Math.ceil((rows.to - rows.from) * vaultShare);
  const windows: WalkForwardWindow[] = [];
  for (let cut = rows.from + trainRows; cut + gapRows < end; cut += testRows) {
    const from = kind === "rolling" ? cut - trainRows : rows.from;
    const tested = cut + gapRows;
    windows.push({
      train: { from, to: cut },
      test: { from: tested, to: Math.min(tested + testRows, end) },
    });
  }
  if (windows.length === 0) {
    throw new InputError(
      `Cannot walk forward: ${end - rows.from} rows do not hold ${trainRows} to train on, a gap ` +
        `of ${gapRows} and one to test`,
      { remedy: "give more bars, a shorter train window or a smaller vault" },
    );
  }
  return { windows, vault: { from: end, to: rows.to } };
}

function requireWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot plan as ${name} is a whole number of at least ${least}: current value is ${value}`,
    );
  }
}
