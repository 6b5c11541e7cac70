import type { FitControl } from "../../domain/classifier.ts";
import type { GrownTree, WorkerOrder } from "./forest_worker.ts";
import type { Tree } from "./grow_tree.ts";
import { createNumberedTreeGrower, type ForestTask } from "./tree_task.ts";

/** Rows × trees after which the event loop gets its turn, so that a fit can be aborted. */
const ROWS_PER_TURN = 20_000;

/** Grows the trees 0 … `trees` - 1 one after the other in this thread. */
export async function growTreesHere(
  task: ForestTask,
  trees: number,
  { onProgress, signal }: FitControl,
): Promise<Tree[]> {
  const growTree = createNumberedTreeGrower(task);
  const grown: Tree[] = [];
  let rows = 0;
  while (grown.length < trees) {
    signal?.throwIfAborted();
    grown.push(growTree(grown.length));
    onProgress?.(grown.length / trees);
    rows += task.binned.rows;
    if (rows < ROWS_PER_TURN) continue;
    rows = 0;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return grown;
}

/**
 * Grows the trees 0 … `trees` - 1 in web workers, which take the next number when they are free.
 * The arrays of the task must lie in shared memory. All workers are gone when the promise settles.
 */
export async function growTreesInWorkers(
  task: ForestTask,
  trees: number,
  workerCount: number,
  { onProgress, signal }: FitControl,
): Promise<Tree[]> {
  signal?.throwIfAborted();
  const nextTree = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workers = Array.from(
    { length: workerCount },
    () => new Worker(new URL("./forest_worker.ts", import.meta.url), { type: "module" }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Tree[]>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  const grown: Tree[] = new Array(trees);
  let finished = 0;
  for (const worker of workers) {
    worker.onmessage = ({ data }: MessageEvent<GrownTree>): void => {
      grown[data.index] = data.tree;
      finished++;
      try {
        onProgress?.(finished / trees);
      } catch (error) {
        reject(error);
      }
      if (finished === trees) resolve(grown);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new Error(`Cannot grow the forest as a worker failed: ${event.message}`));
    };
    worker.postMessage({ task, trees, nextTree } satisfies WorkerOrder);
  }
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.terminate();
  }
}
