import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelPool } from "./kernel_pool.ts";
import { tf } from "./tfjs.ts";

/** Blocks of the kernels' memory that live as long as one tensor. */
export interface Workspace {
  /** Addresses of the blocks. */
  readonly blocks: readonly number[];
}

/** Carries numbers between the memory of tfjs and the kernels' shared memory. */
export interface TensorMemory {
  /** The kernels and their memory. */
  readonly pool: KernelPool;
  /** Copies a tensor to a new block. */
  copyIn(tensor: tf.TensorInfo): number;
  /** A new tensor with the numbers at an address. */
  copyOut(address: number, shape: number[]): tf.TensorInfo;
  /** A new tensor whose numbers are written by `fill`. */
  create(shape: number[], fill: (numbers: Float32Array) => void): tf.TensorInfo;
  /** The numbers of a tensor, in place. */
  numbers(tensor: tf.TensorInfo): Float32Array;
  /** Blocks that are given back when the tensor is disposed of. */
  attach(tensor: tf.TensorInfo, workspace: Workspace): void;
  /** What was attached to a tensor. */
  workspace(tensor: tf.TensorInfo): Workspace | undefined;
  /** Calls `use` with a block that is given back afterwards. */
  withScratch<Result>(numbers: number, use: (address: number) => Result): Result;
}

/** Joins the backend's memory with the kernels'. */
export function joinMemory(backend: BackendWasm, pool: KernelPool): TensorMemory {
  const workspaces = new WeakMap<object, Workspace>();
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const isFree = disposeData(dataId, force);
    const workspace = workspaces.get(dataId);
    if (isFree && workspace !== undefined) {
      workspaces.delete(dataId);
      workspace.blocks.forEach(pool.free);
    }
    return isFree;
  };
  const numbers = (tensor: tf.TensorInfo) => backend.typedArrayFromHeap(tensor) as Float32Array;
  const create = (shape: number[], fill: (numbers: Float32Array) => void): tf.TensorInfo => {
    const tensor = backend.makeOutput(shape, "float32");
    fill(numbers(tensor));
    return tensor;
  };
  return {
    pool,
    numbers,
    create,
    copyIn(tensor) {
      const values = numbers(tensor);
      const address = pool.allocate(values.length);
      pool.view(address, values.length).set(values);
      return address;
    },
    copyOut: (address, shape) =>
      create(shape, (values) => values.set(pool.view(address, values.length))),
    attach: (tensor, workspace) => void workspaces.set(tensor.dataId, workspace),
    workspace: (tensor) => workspaces.get(tensor.dataId),
    withScratch(length, use) {
      const address = pool.allocate(length);
      try {
        return use(address);
      } finally {
        pool.free(address);
      }
    },
  };
}

/** A kernel of the WebAssembly backend in our own terms. */
export type KernelFunction = (
  parameters: { inputs: tf.NamedTensorInfoMap; attrs: tf.NamedAttrMap },
) => tf.TensorInfo | tf.TensorInfo[];

/** Registers a kernel that tfjs does not have. */
export function registerKernel(kernelName: string, run: KernelFunction): void {
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: run as unknown as tf.KernelFunc,
  });
}
