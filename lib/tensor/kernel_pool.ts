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

/**
 * Hands out blocks of the memory. Free neighbours become one block, and a block is cut where less is
 * asked for: a process may fit networks of many sizes one after the other.
 */
function createBlocks(memory: WebAssembly.Memory) {
  const sizes = new Map<number, number>();
  /** By address; never two that touch. */
  const free: { address: number; size: number }[] = [];
  // Address 0 stands for "none".
  let end = GRAIN;
  let inUse = 0;
  /** Of those that are large enough the smallest; null for none. */
  const reuse = (size: number): number | null => {
    let best = -1;
    for (let i = 0; i < free.length; i++) {
      if (free[i]!.size >= size && (best < 0 || free[i]!.size < free[best]!.size)) best = i;
    }
    if (best < 0) return null;
    const block = free[best]!;
    const { address } = block;
    if (block.size === size) free.splice(best, 1);
    else {
      block.address += size;
      block.size -= size;
    }
    return address;
  };
  const append = (size: number): number => {
    // A free block at the end is the beginning of the new one.
    const last = free.at(-1);
    const address = last !== undefined && last.address + last.size === end
      ? free.pop()!.address
      : end;
    end = address + size;
    growTo(memory, end);
    return address;
  };
  return {
    bytesInUse: () => inUse,
    allocate(numbers: number): number {
      const size = Math.max(1, Math.ceil(numbers * 4 / GRAIN)) * GRAIN;
      const address = reuse(size) ?? append(size);
      sizes.set(address, size);
      inUse += size;
      return address;
    },
    free(address: number): void {
      const size = sizes.get(address)!;
      sizes.delete(address);
      inUse -= size;
      let at = free.findIndex((block) => block.address > address);
      if (at < 0) at = free.length;
      const before = free[at - 1], after = free[at];
      const joinsBefore = before !== undefined && before.address + before.size === address;
      const joinsAfter = after !== undefined && address + size === after.address;
      if (joinsBefore) {
        before.size += size + (joinsAfter ? after.size : 0);
        if (joinsAfter) free.splice(at, 1);
      } else if (joinsAfter) {
        after.address = address;
        after.size += size;
      } else free.splice(at, 0, { address, size });
    },
  };
}

/** Doubling keeps the number of times that the memory grows small. */
function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const { byteLength } = memory.buffer;
  const missing = Math.ceil((bytes - byteLength) / PAGE);
  if (missing <= 0) return;
  const room = MAXIMUM_PAGES - byteLength / PAGE;
  memory.grow(Math.max(missing, Math.min(byteLength / PAGE, room)));
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
