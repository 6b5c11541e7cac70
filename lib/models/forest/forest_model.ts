/** A fitted classification forest as flat arrays; nodes of all trees one after the other. */
export interface Forest {
  /** Tells the classifiers apart. */
  readonly kind: "forest";
  /** Width of a row. */
  readonly features: number;
  /** Number of classes. */
  readonly classes: number;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Split column of each node; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A row goes left when `value <= threshold` in float32; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** Index of the left child over all trees; -1 for a leaf. */
  readonly left: Int32Array;
  /** Index of the right child over all trees; -1 for a leaf. */
  readonly right: Int32Array;
  /** Class distribution `[nodes, classes]` of each leaf, summing to 1; 0 for inner nodes. */
  readonly probability: Float32Array;
  /** Mean decrease of impurity per column, normalised to sum 1 (0 when no split was made). */
  readonly impurityImportance: Float64Array;
}
