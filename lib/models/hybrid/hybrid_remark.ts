import type { Comparison, Scores } from "../../records/mod.ts";

/** Names of the parts, as comparisons call them. */
const PARTS = ["lstm", "forest"];

/**
 * Says so when a stack was not worth its parts.
 *
 * @param stack scores of the hybrid, out of sample
 * @param comparisons other models on the same rows, its parts among them
 * @returns null when the stack's log loss is lower than that of every part, or when nothing is known
 * @example
 * ```ts
 * import { hybridRemark } from "./hybrid_remark.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const forest = { name: "forest", metrics: { logLoss: 1.03 } };
 * assertEquals(hybridRemark({ logLoss: 1.01 }, [forest]), null);
 * assertEquals(
 *   hybridRemark({ logLoss: 1.04 }, [forest]),
 *   "The hybrid is not better than its best part: log loss 1.0400 out of sample, " +
 *     "the forest alone 1.0300.",
 * );
 * ```
 */
export function hybridRemark(
  stack: Scores,
  comparisons: readonly Pick<Comparison, "name" | "metrics">[],
): string | null {
  const own = stack["logLoss"];
  const best = comparisons
    .filter(({ name }) => PARTS.includes(name))
    .map(({ name, metrics }) => ({ name, loss: metrics["logLoss"] ?? Infinity }))
    .sort((a, b) => a.loss - b.loss)[0];
  if (typeof own !== "number" || best === undefined || own < best.loss) return null;
  return `The hybrid is not better than its best part: log loss ${own.toFixed(4)} ` +
    `out of sample, the ${best.name} alone ${best.loss.toFixed(4)}.`;
}
