import { createRandom, mixSeed } from "../../core/random.ts";
import type { BinnedColumns } from "./bin_columns.ts";
import { createTreeGrower, type FlatTree, type GrowthLimits } from "./grow_tree.ts";
import { createBootstrap } from "./row_weights.ts";

/** What every worker needs to grow any tree of one forest. Plain data, safe to post. */
export interface ForestTask {
  readonly binned: BinnedColumns;
  /** Weight of each row before the bootstrap. */
  readonly weights: Float64Array;
  readonly rowFraction: number;
  readonly limits: GrowthLimits;
  readonly seed: number;
}

/** Makes the function that grows tree `index`; its result depends on the task and the index only. */
export function createNumberedTreeGrower(task: ForestTask): (index: number) => FlatTree {
  const growTree = createTreeGrower(task.binned, task.limits);
  const bootstrap = createBootstrap(task.weights, task.rowFraction);
  return (index) => {
    const random = createRandom(mixSeed(task.seed, index));
    return growTree(bootstrap(random), random);
  };
}
