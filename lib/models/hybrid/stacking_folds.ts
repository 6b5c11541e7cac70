import { InputError } from "../../core/mod.ts";
import { combinatorialPurged, type Fold, type SplitLabels } from "../../labels/mod.ts";

/** What the folds of a stack are cut from. */
export interface StackRows {
  /** Ascending; no other row is used. */
  readonly rows: Int32Array;
  /** Of every row of the frame. */
  readonly labels: SplitLabels;
  /** Rows a prediction reads, its own included. */
  readonly window: number;
  /** Rows after a tested block that are not learnt from, on top of the purge. */
  readonly embargoBars: number;
}

/**
 * Purged k-fold splits of the rows (docs/methods.md#purging-and-stacking): each block in time is
 * predicted by a model that learnt from the other blocks.
 *
 * K-fold and not walk-forward, because then every row gets an input, the first block's too, and
 * every input comes from a model that learnt from nearly as much as the one that is kept, so that
 * the model on top sees now what it will see later. That later blocks are learnt from tells nothing
 * of a tested row: neither the label nor the window of a row that is learnt from reaches into the
 * labels of the tested block. Whether the whole stack foresees anything is measured outside, on
 * later rows alone.
 *
 * @throws {InputError} when a fold would have no rows to learn from
 */
export function stackingFolds(
  { rows, labels, window, embargoBars }: StackRows,
  folds: number,
): readonly Fold[] {
  const classes = new Int8Array(labels.classes.length).fill(-1);
  for (const row of rows) classes[row] = labels.classes[row]!;
  const apart = Math.max(embargoBars, window - 1);
  const made = combinatorialPurged({ ...labels, classes }, {
    groups: folds,
    testGroups: 1,
    embargoBars: apart,
  });
  if (made.every(({ train }) => train.length > 0)) return made;
  const reach = rows.reduce((most, row) => Math.max(most, labels.end[row]! - row), 0);
  // The purge takes the reach of the labels on either side of a block, and more after it.
  const needed = Math.ceil((2 * reach + apart + 1) * folds / (folds - 1));
  throw new InputError(
    `Cannot stack a forest on networks of ${rows.length} rows: a block of them leaves none to ` +
      `learn from, and ${needed} would do`,
    { remedy: "give more bars, fewer --folds, a shorter --window or a shorter --horizon" },
  );
}
