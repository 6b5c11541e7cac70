/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { FlatTree } from "./grow_tree.ts";
import { createNumberedTreeGrower, type ForestTask } from "./tree_task.ts";

/** What the parent posts, once. */
export interface WorkerOrder {
  readonly task: ForestTask;
  readonly trees: number;
  /** Shared `[1]`: number of the next tree that nobody has taken. */
  readonly nextTree: Int32Array;
}

/** What a worker posts for each tree. */
export interface GrownTree {
  readonly index: number;
  readonly tree: FlatTree;
}

self.onmessage = ({ data }: MessageEvent<WorkerOrder>): void => {
  const { task, trees, nextTree } = data;
  const growTree = createNumberedTreeGrower(task);
  const take = (): number => Atomics.add(nextTree, 0, 1);
  for (let index = take(); index < trees; index = take()) {
    const tree = growTree(index);
    self.postMessage({ index, tree } satisfies GrownTree, Object.values(tree).map((a) => a.buffer));
  }
};
