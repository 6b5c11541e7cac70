import { Worker } from "node:worker_threads";
import {
  awaitJob,
  createControl,
  instantiateKernels,
  type Job,
  type Kernels,
  openJob,
  type ThreadStart,
  workOnJob,
} from "./kernel_thread.ts";

const KERNELS_FILE = new URL("./kernels.wasm", import.meta.url);
const PAGE = 65_536;
const INITIAL_PAGES = 64;
const MAXIMUM_PAGES = 49_152;
/** Blocks are multiples of this, so that one of nearly the same size can be used again. */
const GRAIN = 4_096;

/** The kernels with their memory and their threads. */
export interface KernelPool extends Disposable {
  /** Threads that share each job, this one included. */
  readonly threads: number;
  /** Bytes of the blocks that are in use. */
  readonly bytesInUse: number;
  /** A block of memory for so many float32 numbers; what it holds is undefined. */
  allocate(numbers: number): number;
  /** Gives a block back. */
  free(address: number): void;
  /** The numbers at an address, in place; valid until the next `allocate`. */
  view(address: number, numbers: number): Float32Array;
  /** The same as 32-bit integers. */
  integers(address: number, numbers: number): Int32Array;
  /** Runs a job on all threads and returns when all have done their part. */
  run(job: Job, ...numbers: number[]): void;
}

/**
 * Starts the kernels on `threads` threads that share one memory. Results do not depend on their number.
 *
 * @throws {RangeError} when `threads` is not a positive integer
 */
export async function createKernelPool(threads: number): Promise<KernelPool> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(
      `Cannot start the kernels as threads are counted from 1: current value is ${threads}`,
    );
  }
  const module = await WebAssembly.compile(await Deno.readFile(KERNELS_FILE));
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: MAXIMUM_PAGES,
    shared: true,
  });
  const control = createControl();
  const workers = await Promise.all(
    Array.from(
      { length: threads - 1 },
      () => startWorker({ module, memory, control, parts: threads }),
    ),
  );
  return sharedKernels({ kernels: instantiateKernels(module, memory), memory, control, workers });
}

interface Parts {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  readonly workers: readonly Worker[];
}

function sharedKernels({ kernels, memory, control, workers }: Parts): KernelPool {
  const blocks = createBlocks(memory);
  return {
    threads: workers.length + 1,
    get bytesInUse() {
      return blocks.bytesInUse();
    },
    allocate: blocks.allocate,
    free: blocks.free,
    view: (address, numbers) => new Float32Array(memory.buffer, address, numbers),
    integers: (address, numbers) => new Int32Array(memory.buffer, address, numbers),
    run(job, ...numbers) {
      const threads = workers.length + 1;
      openJob(control, job, numbers, threads);
      workOnJob(kernels, control, threads);
      awaitJob(control);
    },
    [Symbol.dispose]() {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** Hands out blocks of the memory; a block given back is used again for one of the same size. */
function createBlocks(memory: WebAssembly.Memory) {
  const sizes = new Map<number, number>();
  const freeBlocks = new Map<number, number[]>();
  // Address 0 stands for "none".
  let end = GRAIN;
  let inUse = 0;
  return {
    bytesInUse: () => inUse,
    allocate(numbers: number): number {
      const size = Math.max(1, Math.ceil(numbers * 4 / GRAIN)) * GRAIN;
      inUse += size;
      const reused = freeBlocks.get(size)?.pop();
      if (reused !== undefined) return reused;
      const address = end;
      end += size;
      sizes.set(address, size);
      const missing = end - memory.buffer.byteLength;
      // Doubling keeps the number of times that the memory grows small.
      if (missing > 0) {
        memory.grow(Math.ceil(Math.max(missing, memory.buffer.byteLength) / PAGE));
      }
      return address;
    },
    free(address: number): void {
      const size = sizes.get(address)!;
      inUse -= size;
      const blocks = freeBlocks.get(size);
      if (blocks === undefined) freeBlocks.set(size, [address]);
      else blocks.push(address);
    },
  };
}

/** A thread that does not keep the process alive: it sleeps between jobs and never ends by itself. */
function startWorker(start: ThreadStart): Promise<Worker> {
  const worker = new Worker(new URL("./kernel_worker.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    worker.once("message", () => {
      worker.unref();
      resolve(worker);
    });
    worker.once("error", reject);
    worker.postMessage(start);
  });
}
