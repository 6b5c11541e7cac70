/**
 * What the threads that share the kernels' memory agree on: the layout of the control block and how
 * one thread does its part of a job.
 *
 * @module
 */

/** Jobs in the order of their codes; each is a function of the kernels. */
export const JOBS = [
  "activateShare",
  "matrixProduct",
  "lstmForward",
  "lstmBackward",
  "lstmWeightGradients",
  "denseForward",
  "denseBackward",
  "denseWeightGradients",
] as const;
/** One of `JOBS`. */
export type Job = typeof JOBS[number];

/** Int32 cells of the control block, which is a shared buffer of its own. */
export const CONTROL = { sequence: 0, pending: 1, job: 2, count: 3, firstArgument: 4 } as const;
/** Cells of the control block: room for 20 arguments. */
export const CONTROL_CELLS = 24;

/** Milliseconds to look at a cell before sleeping: waking a thread takes nearly as long on a virtual machine. */
const SPIN_MS = 3;

/**
 * Looks at a cell until it differs from `value`.
 *
 * @returns false when it was still `value` after some milliseconds, when it is worth sleeping
 */
export function spinWhile(control: Int32Array, cell: number, value: number): boolean {
  const end = performance.now() + SPIN_MS;
  do {
    for (let turn = 0; turn < 500; turn++) {
      if (Atomics.load(control, cell) !== value) return true;
    }
  } while (performance.now() < end);
  return false;
}

/** What a worker needs to take part. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  /** Which part of each job is this thread's. */
  readonly part: number;
  /** Number of parts of each job. */
  readonly parts: number;
}

/** The kernels as functions of addresses and extents. */
export type Kernels = Readonly<Record<Job, (...numbers: number[]) => void>>;

/** Joins the kernels to their memory. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
