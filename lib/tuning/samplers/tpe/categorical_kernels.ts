import type { ParzenKernels } from "./kernels.ts";

/**
 * One kernel for each observed choice: most of its weight on that choice, and a share of the
 * prior's on all. The last kernel is the prior: all choices alike.
 *
 * @param observations indexes of choices, oldest first
 */
export function categoricalKernels(
  choices: number,
  observations: Float64Array,
  priorWeight: number,
): ParzenKernels {
  const count = observations.length + 1;
  const share = priorWeight / count;
  const sum = 1 + choices * share;
  const others = share / sum, own = (1 + share) / sum;
  const logOthers = Math.log(others), logOwn = Math.log(own), logPrior = -Math.log(choices);
  return {
    count,
    draw(kernel, random) {
      const observed = kernel < observations.length ? observations[kernel]! : -1;
      if (observed >= 0 && random.uniform() < own - others) return observed;
      return random.integer(choices);
    },
    addLogHeights() {},
    addLogShapes(value, logDensities, rows, count, least) {
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const row = rows[i]!;
        const logShape = row === observations.length
          ? logPrior
          : observations[row] === value
          ? logOwn
          : logOthers;
        if ((logDensities[row]! += logShape) > least) rows[kept++] = row;
      }
      return kept;
    },
  };
}
