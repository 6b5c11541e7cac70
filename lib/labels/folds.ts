import { InputError } from "../core/mod.ts";
import type { Fold } from "./fold.ts";
import type { Labels } from "./label_columns.ts";

/** What splitting needs of labels. */
export type SplitLabels = Pick<Labels, "classes" | "start" | "end">;

/** How a walk-forward split is made. */
export interface WalkForwardOptions {
  /** Number of test blocks; the rows are cut into one block more, which is only trained on. */
  readonly folds: number;
  /** Rows left out between training labels and the test block, on top of the purge. */
  readonly embargoBars: number;
  /** First usable row: the frame's `firstValidRow`. @default {0} */
  readonly firstRow?: number;
  /** Fewest training rows a fold may have. @default {1} */
  readonly minimumTrainRows?: number;
  /** Longest train window in labelled rows; all earlier rows (expanding) when absent. */
  readonly rollingRows?: number;
}

/** How a combinatorial split is made. */
export interface CombinatorialOptions {
  /** Number of equal groups of labelled rows. */
  readonly groups: number;
  /** How many groups each fold tests. */
  readonly testGroups: number;
  /** Rows after each test group that are not trained on, on top of the purge. */
  readonly embargoBars: number;
  /** First usable row: the frame's `firstValidRow`. @default {0} */
  readonly firstRow?: number;
}

/** A fold that tests several groups. */
export interface CombinatorialFold extends Fold {
  /** Numbers of the tested groups, ascending. */
  readonly testGroups: readonly number[];
}

/**
 * Walk-forward splits: each fold tests a block and trains on what came before, oldest block never
 * tested. Training rows whose label interval meets a test label's, or comes within `embargoBars`
 * of it, are dropped (docs/methods.md#purging-and-stacking and #walk-forward). Only labelled rows
 * from `firstRow` on are used.
 *
 * @throws {InputError} when a fold would have too few rows to train or none to test
 * @example
 * ```ts
 * import { purgedWalkForward } from "./folds.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const start = Int32Array.from({ length: 9 }, (_, row) => row);
 * const labels = { classes: new Int8Array(9), start, end: start.map((row) => row + 1) };
 * const [first] = purgedWalkForward(labels, { folds: 2, embargoBars: 0 });
 * assertEquals(first, { train: Int32Array.of(0, 1), test: Int32Array.of(3, 4, 5) });
 * ```
 */
export function purgedWalkForward(
  labels: SplitLabels,
  options: WalkForwardOptions,
): readonly Fold[] {
  const { folds, embargoBars, firstRow = 0, minimumTrainRows = 1, rollingRows } = options;
  requireWhole("folds", folds, 1);
  const blocks = equalBlocks(labelledRows(labels, firstRow), folds + 1);
  return blocks.slice(1).map((test, index) => {
    const before = concatRows(blocks.slice(0, index + 1));
    const kept = purge(labels, before, test, { before: embargoBars, after: 0 });
    const train = rollingRows === undefined ? kept : kept.slice(-rollingRows);
    if (test.length === 0 || train.length < minimumTrainRows) {
      throw new InputError(
        `Cannot make fold ${
          index + 1
        } of ${folds}: it has ${train.length} rows to train on after ` +
          `the purge (${minimumTrainRows} needed) and ${test.length} to test`,
        { remedy: "give more bars, fewer folds or a shorter label horizon" },
      );
    }
    return { train, test };
  });
}

/**
 * Combinatorial purged cross-validation (Lopez de Prado 2018, chapter 12): every choice of
 * `testGroups` of the groups is tested once, in lexicographic order. Training rows whose label
 * interval meets that of a test group, or starts within `embargoBars` after it, are dropped.
 *
 * @throws {InputError} when a group would be empty
 */
export function combinatorialPurged(
  labels: SplitLabels,
  options: CombinatorialOptions,
): readonly CombinatorialFold[] {
  const { groups, testGroups, embargoBars, firstRow = 0 } = options;
  requireWhole("groups", groups, 2);
  requireWhole("testGroups", testGroups, 1);
  if (testGroups >= groups) {
    throw new RangeError(
      `Cannot split as testGroups is below groups: current value is ${testGroups} of ${groups}`,
    );
  }
  const blocks = equalBlocks(labelledRows(labels, firstRow), groups);
  if (blocks.some((block) => block.length === 0)) {
    throw new InputError(`Cannot make ${groups} groups of fewer labelled rows`, {
      remedy: "give more bars or fewer groups",
    });
  }
  return choices(groups, testGroups).map((chosen) => {
    const tested = chosen.map((group) => blocks[group]!);
    const others = blocks.filter((_, group) => !chosen.includes(group));
    return {
      train: tested.reduce(
        (rows, block) => purge(labels, rows, block, { before: 0, after: embargoBars }),
        concatRows(others),
      ),
      test: concatRows(tested),
      testGroups: chosen,
    };
  });
}

/**
 * Puts the tests of combinatorial folds together to whole histories: path p takes the p-th test
 * of every group. There are k/N · C(N, k) of them.
 *
 * @returns per path, the index of the fold that tests each group
 * @example
 * ```ts
 * import { pathsOf } from "./folds.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const folds = [{ testGroups: [0, 1] }, { testGroups: [0, 2] }, { testGroups: [1, 2] }];
 * assertEquals(pathsOf(folds), [[0, 0, 1], [1, 2, 2]]);
 * ```
 */
export function pathsOf(
  folds: readonly Pick<CombinatorialFold, "testGroups">[],
): readonly (readonly number[])[] {
  const testsOf: number[][] = [];
  folds.forEach(({ testGroups }, fold) => {
    for (const group of testGroups) (testsOf[group] ??= []).push(fold);
  });
  return (testsOf[0] ?? []).map((_, path) => testsOf.map((tests) => tests[path]!));
}

/**
 * Cuts rows in two by time: the newest `fraction`, and the earlier rows whose labels end more
 * than `embargoBars` before it. To fit on the one and calibrate on the other.
 *
 * @param rows ascending labelled rows
 * @throws {InputError} when either part would be empty
 */
export function holdoutSplit(
  labels: SplitLabels,
  rows: Int32Array,
  fraction: number,
  embargoBars: number,
): { readonly earlier: Int32Array; readonly later: Int32Array } {
  const later = rows.subarray(rows.length - Math.ceil(rows.length * fraction));
  const before = rows.subarray(0, rows.length - later.length);
  const earlier = purge(labels, before, later, { before: embargoBars, after: 0 });
  if (earlier.length === 0 || later.length === 0) {
    throw new InputError(
      `Cannot hold out ${fraction} of ${rows.length} rows: ${earlier.length} are left to fit ` +
        `after the purge and ${later.length} held out`,
      { remedy: "give more bars, fewer folds or a shorter label horizon" },
    );
  }
  return { earlier, later };
}

/** Labelled rows from `firstRow` on, ascending. */
function labelledRows({ classes }: SplitLabels, firstRow: number): Int32Array {
  const rows = Int32Array.from(classes, (label, row) => label >= 0 && row >= firstRow ? row : -1);
  return rows.filter((row) => row >= 0);
}

/**
 * The rows whose label interval stays clear of those of a test block, and further from it by the
 * gap on either side.
 */
function purge(
  labels: SplitLabels,
  rows: Int32Array,
  test: Int32Array,
  gap: { readonly before: number; readonly after: number },
): Int32Array {
  const firstTested = test[0];
  if (firstTested === undefined) return rows;
  const testStart = labels.start[firstTested]!;
  const testEnd = test.reduce((last, row) => Math.max(last, labels.end[row]!), 0);
  return rows.filter((row) =>
    row < firstTested
      ? labels.end[row]! + gap.before < testStart
      : labels.start[row]! - gap.after > testEnd
  );
}

function equalBlocks(rows: Int32Array, count: number): Int32Array[] {
  return Array.from(
    { length: count },
    (_, i) =>
      rows.subarray(
        Math.floor(i * rows.length / count),
        Math.floor((i + 1) * rows.length / count),
      ),
  );
}

function concatRows(blocks: readonly Int32Array[]): Int32Array {
  const rows = new Int32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    rows.set(block, at);
    at += block.length;
  }
  return rows;
}

/** Every choice of `size` of the numbers 0 … count - 1, in lexicographic order. */
function choices(count: number, size: number, first = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let head = first; head <= count - size; head++) {
    for (const rest of choices(count, size - 1, head + 1)) found.push([head, ...rest]);
  }
  return found;
}

function requireWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot split as ${name} is a whole number of at least ${least}: current value is ${value}`,
    );
  }
}
