import { type BackendWasm, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import type { Backend } from "./backend.ts";
import { registerDenseKernels } from "./dense_kernels.ts";
import { createKernelPool, type KernelPool } from "./kernel_pool.ts";
import { registerLstmKernels } from "./lstm_kernels.ts";
import { registerMatrixKernels } from "./matrix_kernels.ts";
import { joinMemory } from "./tensor_memory.ts";
import { tf } from "./tfjs.ts";

export { tf };

/** How to start TensorFlow.js. */
export interface TensorflowOptions {
  /** WebAssembly when absent; `webgpu` needs a machine that has it. */
  readonly backend?: Backend;
  /** Threads of our kernels, all cores when absent; results do not depend on it. */
  readonly threads?: number;
}

/** A running TensorFlow.js. */
export interface Tensorflow {
  /** The backend in use. */
  readonly backend: Backend;
  /** Threads of our kernels. */
  readonly threads: number;
}

// TensorFlow.js keeps its backends in the global scope, once per process; so must what joins them.
let kernels: KernelPool | undefined;

/**
 * Starts TensorFlow.js, or goes over to another backend. The backend and our kernels are started once per
 * process and end with it; the first call decides the number of threads.
 *
 * Needs read permission for the project's folder and nothing else.
 *
 * @throws {Error} when the machine lacks the backend
 */
export async function openTensorflow(options: TensorflowOptions = {}): Promise<Tensorflow> {
  const { backend = "wasm", threads = navigator.hardwareConcurrency } = options;
  if (backend === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  if (kernels === undefined) {
    const library = new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
    setWasmPaths(decodeURIComponent(library.pathname));
  }
  if (!await tf.setBackend(backend)) {
    throw new Error(`Cannot train on ${backend} as this machine does not have it`);
  }
  await tf.ready();
  if (backend === "wasm" && kernels === undefined) {
    kernels = await createKernelPool(threads);
    const memory = joinMemory(tf.backend() as BackendWasm, kernels);
    registerMatrixKernels(memory);
    registerLstmKernels(memory);
    registerDenseKernels(memory);
  }
  return { backend, threads: kernels?.threads ?? 1 };
}

/** Bytes that operations in flight hold in the kernels' memory; 0 when every tensor is disposed of. */
export function kernelBytesInUse(): number {
  return kernels?.bytesInUse ?? 0;
}
