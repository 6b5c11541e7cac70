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

/** Int32 cells of the control block, which is a shared buffer of its own; arguments come last. */
export const CONTROL = { ticket: 0, pending: 1, job: 2, count: 3, firstArgument: 4 } as const;
const MAXIMUM_ARGUMENTS = 20;
/** The ticket holds the number of the job above, and below the next part that nobody has taken. */
const PARTS_BITS = 8;
const NO_PART = (1 << PARTS_BITS) - 1;

/** A control block with no job open. */
export function createControl(): Int32Array {
  const cells = CONTROL.firstArgument + MAXIMUM_ARGUMENTS;
  const control = new Int32Array(new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT));
  control[CONTROL.ticket] = NO_PART;
  return control;
}

/** Opens a job: every thread may take parts of it. */
export function openJob(
  control: Int32Array,
  job: Job,
  numbers: readonly number[],
  parts: number,
): void {
  control[CONTROL.job] = JOBS.indexOf(job);
  control[CONTROL.count] = numbers.length;
  control.set(numbers, CONTROL.firstArgument);
  Atomics.store(control, CONTROL.pending, parts);
  const number = (control[CONTROL.ticket]! >> PARTS_BITS) + 1;
  Atomics.store(control, CONTROL.ticket, number << PARTS_BITS);
  Atomics.notify(control, CONTROL.ticket);
}

/**
 * Does parts of the open job until none is left. A thread that gets no time from the system takes
 * none, so nobody waits for it.
 *
 * @returns the ticket at which nothing was left
 */
export function workOnJob(kernels: Kernels, control: Int32Array, parts: number): number {
  while (true) {
    const ticket = Atomics.load(control, CONTROL.ticket);
    const part = ticket & NO_PART;
    if (part >= parts) return ticket;
    if (Atomics.compareExchange(control, CONTROL.ticket, ticket, ticket + 1) !== ticket) continue;
    // The job cannot end, and the next not begin, before this part is done.
    const count = control[CONTROL.count]!;
    const numbers = control.subarray(CONTROL.firstArgument, CONTROL.firstArgument + count);
    kernels[JOBS[control[CONTROL.job]!]!](...numbers, part, parts);
    if (Atomics.sub(control, CONTROL.pending, 1) === 1) Atomics.notify(control, CONTROL.pending);
  }
}

/** Waits until every part of the open job is done. */
export function awaitJob(control: Int32Array): void {
  while (true) {
    const pending = Atomics.load(control, CONTROL.pending);
    if (pending === 0) return;
    sleepWhile(control, CONTROL.pending, pending);
  }
}

/** Milliseconds to look at a cell before sleeping: waking a thread takes nearly as long on a virtual machine. */
const SPIN_MS = 3;

/** Returns when a cell differs from `value`: looks at it for some milliseconds and then sleeps. */
export function sleepWhile(control: Int32Array, cell: number, value: number): void {
  const end = performance.now() + SPIN_MS;
  do {
    for (let turn = 0; turn < 500; turn++) {
      if (Atomics.load(control, cell) !== value) return;
    }
  } while (performance.now() < end);
  Atomics.wait(control, cell, value);
}

/** What a worker needs to take part. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
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
