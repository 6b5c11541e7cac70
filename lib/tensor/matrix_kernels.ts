import { multiplyMatrices } from "./multiply_matrices.ts";
import type { TensorMemory } from "./tensor_memory.ts";
import { ACTIVATION_CODES } from "./activation_codes.ts";
import { tf } from "./tfjs.ts";

type Inputs = Record<string, tf.TensorInfo>;
type Attributes = Record<string, unknown>;
type Kernel = (parameters: { inputs: Inputs; attrs: Attributes }) => tf.TensorInfo;

/**
 * Replaces the kernels of the WebAssembly backend that gradients spend their time in: matrix products with
 * every transposition, fused dense layers, and tanh. Identity, which keeps what a gradient needs, then shares the
 * numbers as it does on every other backend; the stock one copies them.
 */
export function registerMatrixKernels(memory: TensorMemory): void {
  replaceKernel("BatchMatMul", () => ({ inputs, attrs }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    return multiply(memory, a, b, attrs as unknown as Transpositions, null, 0);
  });
  replaceKernel("_FusedMatMul", (stock) => (parameters) => {
    const { inputs, attrs } = parameters;
    const { a, b, bias } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo };
    const code = ACTIVATION_CODES[String(attrs["activation"])];
    const isPlainBias = bias === undefined || tf.util.sizeFromShape(bias.shape) === lastAxis(bias);
    if (code === undefined || !isPlainBias) return stock(parameters);
    return multiply(memory, a, b, attrs as unknown as Transpositions, bias ?? null, code);
  });
  replaceKernel("Identity", () => ({ inputs }) => {
    const { x } = inputs as { x: tf.TensorInfo };
    tf.backend().incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  replaceKernel("Tanh", () => ({ inputs }) => {
    const { x } = inputs as { x: tf.TensorInfo };
    const address = memory.copyIn(x);
    memory.pool.run("activateShare", address, tf.util.sizeFromShape(x.shape), 2);
    const y = memory.copyOut(address, x.shape);
    memory.pool.free(address);
    return y;
  });
}

interface Transpositions {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function replaceKernel(name: string, make: (stock: Kernel) => Kernel): void {
  const stock = tf.getKernel(name, "wasm").kernelFunc as unknown as Kernel;
  tf.unregisterKernel(name, "wasm");
  tf.registerKernel({
    kernelName: name,
    backendName: "wasm",
    kernelFunc: make(stock) as unknown as tf.KernelFunc,
  });
}

function lastAxis(tensor: tf.TensorInfo): number {
  return tensor.shape.at(-1) ?? 1;
}

/** activation(a · b + bias), batch by batch; a shorter batch repeats. */
function multiply(
  memory: TensorMemory,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Transpositions,
  bias: tf.TensorInfo | null,
  activation: number,
): tf.TensorInfo {
  const [rows, depth] = matrixShape(a, transposeA);
  const [inner, columns] = matrixShape(b, transposeB);
  if (depth !== inner) {
    throw new RangeError(
      `Cannot multiply matrices as the inner extents must agree: current value is ${depth} and ${inner}`,
    );
  }
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const outputShape = [...batch, rows, columns];
  const size = rows * columns;
  const { pool } = memory;
  const left = memory.copyIn(a), right = memory.copyIn(b);
  const start = bias === null ? 0 : memory.copyIn(bias);
  const output = pool.allocate(tf.util.sizeFromShape(outputShape));
  const leftBatches = tf.util.sizeFromShape(a.shape) / (rows * depth);
  const rightBatches = tf.util.sizeFromShape(b.shape) / (depth * columns);
  for (let index = 0; index < tf.util.sizeFromShape(batch); index++) {
    multiplyMatrices(memory, {
      a: left + 4 * (index % leftBatches) * rows * depth,
      b: right + 4 * (index % rightBatches) * depth * columns,
      c: output + 4 * index * size,
      bias: start,
      rows,
      depth,
      columns,
      transposeA,
      transposeB,
    });
  }
  const numbers = tf.util.sizeFromShape(outputShape);
  if (activation !== 0) pool.run("activateShare", output, numbers, activation);
  const result = memory.copyOut(output, outputShape);
  for (const address of [left, right, output]) pool.free(address);
  if (start !== 0) pool.free(start);
  return result;
}

function matrixShape(tensor: tf.TensorInfo, isTransposed: boolean): [number, number] {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  return isTransposed ? [columns, rows] : [rows, columns];
}
