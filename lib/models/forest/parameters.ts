import { z } from "zod";
import { InputError } from "../../core/mod.ts";
import { MAX_BINS } from "./bin_columns.ts";

/** How a forest is grown. */
export interface ForestParameters {
  /** Trees to grow, at least 1. */
  readonly trees: number;
  /** Longest path from the root to a leaf; null for no limit. */
  readonly maxDepth: number | null;
  /** Share of a tree's weight that each leaf must hold, 0 … 0.5; 0 allows pure leaves. */
  readonly minLeafWeightFraction: number;
  /** Distinct rows that each leaf must hold. */
  readonly minLeafRows: number;
  /** Columns to look at for each split: all, the rounded-down square root of all, or a number. */
  readonly columnsPerSplit: "sqrt" | "all" | number;
  /** Size of each bootstrap sample as a share of the rows, above 0 and at most 1. */
  readonly rowFraction: number;
  /** How much a class counts: each as much as its rows, all alike, or a factor for each. */
  readonly classWeights: "none" | "balanced" | readonly number[];
  /** Most bins per column, 2 … 256. */
  readonly maxBins: number;
}

/**
 * Enough trees for stable probabilities, leaves large enough not to learn noise. 128 bins are as
 * accurate as 256 on the three problems of `bench/forest.ts`, within 0.03 points, and faster.
 */
export const DEFAULT_FOREST: ForestParameters = {
  trees: 500,
  maxDepth: null,
  minLeafWeightFraction: 0.01,
  minLeafRows: 1,
  columnsPerSplit: "sqrt",
  rowFraction: 1,
  classWeights: "balanced",
  maxBins: 128,
};

const forestParametersSchema = z.strictObject({
  trees: z.int().min(1),
  maxDepth: z.int().min(1).nullable(),
  minLeafWeightFraction: z.number().min(0).max(0.5),
  minLeafRows: z.int().min(1),
  columnsPerSplit: z.union([z.literal("sqrt"), z.literal("all"), z.int().min(1)]),
  rowFraction: z.number().gt(0).max(1),
  classWeights: z.union([
    z.literal("none"),
    z.literal("balanced"),
    z.array(z.number().positive()),
  ]),
  maxBins: z.int().min(2).max(MAX_BINS),
});

/**
 * Checks forest parameters of unknown origin; what is absent is taken from `DEFAULT_FOREST`.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parseForestParameters } from "./parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseForestParameters({ trees: 100 }).trees, 100);
 * ```
 */
export function parseForestParameters(json: unknown): ForestParameters {
  const result = forestParametersSchema.partial().safeParse(json);
  if (result.success) {
    const given = Object.entries(result.data).filter(([, value]) => value !== undefined);
    return { ...DEFAULT_FOREST, ...Object.fromEntries(given) };
  }
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".");
  throw new InputError(`Cannot read the forest parameters: ${issue.message}`, {
    ...(path === "" ? {} : { where: path }),
    remedy: `the parameters are ${Object.keys(DEFAULT_FOREST).join(", ")}`,
  });
}
