import type { FitControl } from "../classifier.ts";
import type { GrownTree, WorkerOrder } from "./forest_worker.ts";
import type { FlatTree } from "./grow_tree.ts";
import { createNumberedTreeGrower, type ForestTask } from "./tree_task.ts";

/** Rows × trees after which the event loop gets its turn, so that a fit can be aborted. */
const ROWS_PER_TURN = 20_000;

/** Grows the trees 0 … `trees` - 1 one after the other in this thread. */
export async function growTreesHere(
  task: ForestTask,
  trees: number,
  { onProgress, signal }: FitControl,
): Promise<FlatTree[]> {
  const growTree = createNumberedTreeGrower(task);
  const grown: FlatTree[] = [];
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

/** Threads for one forest; leaving the scope ends them, finished or not. */
export interface ForestWorkers extends Disposable {
  /** Like `growTreesHere`; the arrays of the task must lie in shared memory. */
  growTrees(task: ForestTask, trees: number, control: FitControl): Promise<FlatTree[]>;
}

/** Starts web workers. They load their modules while the caller prepares the task. */
export function startForestWorkers(count: number): ForestWorkers {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./forest_worker.ts", import.meta.url), { type: "module" }),
  );
  return {
    growTrees: (task, trees, control) => growTreesIn(workers, task, trees, control),
    [Symbol.dispose]: () => workers.forEach((worker) => worker.terminate()),
  };
}

/** Workers take the number of the next tree whenever they are free. */
async function growTreesIn(
  workers: readonly Worker[],
  task: ForestTask,
  trees: number,
  { onProgress, signal }: FitControl,
): Promise<FlatTree[]> {
  const { promise, resolve, reject } = Promise.withResolvers<FlatTree[]>();
  const grown: FlatTree[] = new Array(trees);
  let finished = 0;
  const receive = ({ data }: MessageEvent<GrownTree>): void => {
    grown[data.index] = data.tree;
    finished++;
    try {
      onProgress?.(finished / trees);
    } catch (error) {
      reject(error);
    }
    if (finished === trees) resolve(grown);
  };
  const fail = (event: ErrorEvent): void => {
    event.preventDefault();
    reject(new Error(`Cannot grow the forest as a worker failed: ${event.message}`));
  };
  const abort = (): void => reject(signal?.reason);

  signal?.throwIfAborted();
  signal?.addEventListener("abort", abort);
  const nextTree = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (const worker of workers) {
    worker.onmessage = receive;
    worker.onerror = fail;
    worker.postMessage({ task, trees, nextTree } satisfies WorkerOrder);
  }
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
