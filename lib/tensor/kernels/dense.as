// Dense layers one after the other and their gradient over rows. The layers are described by a table in
// memory. Threads share out the rows, which pass all layers in small blocks that stay in the cache; only
// the gradients of the weights are sums over rows, and there threads share out the columns.
import { activate, multiplyBySlope } from "./activation";
import { addColumnSums } from "./lstm";
import { firstItem, multiplyPacked, pack, packedBytes } from "./matrix_product";

const BLOCK: i32 = 48;
const SUM_BLOCK: i32 = 256;

/** One layer of the table; each field is an extent, a code or an address. */
@unmanaged
class Layer {
  inputs: i32;
  outputs: i32;
  activation: i32;
  /** `[rows, inputs]` */
  x: usize;
  weights: usize;
  bias: usize;
  /** `[rows, outputs]` */
  y: usize;
  /** `[rows, outputs]`: the gradient of y, and after the way back that of the sums. */
  gradient: usize;
  weightGradient: usize;
  biasGradient: usize;
}

@inline
function layerAt(table: usize, index: i32): Layer {
  return changetype<Layer>(table + <usize>index * offsetof<Layer>());
}

/** y = activation(x · weights + bias), layer by layer, for one thread's share of the rows. */
export function denseForward(
  table: usize,
  layers: i32,
  rows: i32,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const first = firstItem(rows, 6, part, parts), last = firstItem(rows, 6, part + 1, parts);
  let packed = scratch + <usize>part * scratchBytes;
  for (let index = 0; index < layers; index++) {
    const layer = layerAt(table, index);
    pack(layer.weights, layer.outputs << 2, 4, layer.inputs, layer.outputs, packed);
    packed += packedBytes(layer.inputs, layer.outputs);
  }
  for (let row = first; row < last; row += BLOCK) {
    const count = min(BLOCK, last - row);
    packed = scratch + <usize>part * scratchBytes;
    for (let index = 0; index < layers; index++) {
      const layer = layerAt(table, index);
      const inputBytes = <usize>layer.inputs << 2, outputBytes = <usize>layer.outputs << 2;
      const to = layer.y + <usize>row * outputBytes;
      multiplyPacked(
        layer.x + <usize>row * inputBytes, inputBytes, 4, count, packed, layer.inputs,
        layer.outputs, layer.bias, 0, to, outputBytes,
      );
      activate(to, count * layer.outputs, layer.activation);
      packed += packedBytes(layer.inputs, layer.outputs);
    }
  }
}

/** Carries the gradient of the last y back to the sums of every layer, for one thread's share of the rows. */
export function denseBackward(
  table: usize,
  layers: i32,
  rows: i32,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const first = firstItem(rows, 6, part, parts), last = firstItem(rows, 6, part + 1, parts);
  let packed = scratch + <usize>part * scratchBytes;
  for (let index = layers - 1; index > 0; index--) {
    const layer = layerAt(table, index);
    pack(layer.weights, 4, layer.outputs << 2, layer.outputs, layer.inputs, packed);
    packed += packedBytes(layer.outputs, layer.inputs);
  }
  for (let row = first; row < last; row += BLOCK) {
    const count = min(BLOCK, last - row);
    packed = scratch + <usize>part * scratchBytes;
    for (let index = layers - 1; index >= 0; index--) {
      const layer = layerAt(table, index);
      const inputBytes = <usize>layer.inputs << 2, outputBytes = <usize>layer.outputs << 2;
      const from = layer.gradient + <usize>row * outputBytes;
      multiplyBySlope(
        from, layer.y + <usize>row * outputBytes, count * layer.outputs, layer.activation,
      );
      if (index == 0) continue;
      multiplyPacked(
        from, outputBytes, 4, count, packed, layer.outputs, layer.inputs, 0, 0,
        layerAt(table, index - 1).gradient + <usize>row * inputBytes, inputBytes,
      );
      packed += packedBytes(layer.outputs, layer.inputs);
    }
  }
}

/** Gradients of weights and biases from those of the sums; each thread takes some columns of each layer. */
export function denseWeightGradients(
  table: usize,
  layers: i32,
  rows: i32,
  scratch: usize,
  scratchBytes: usize,
  part: i32,
  parts: i32,
): void {
  const packed = scratch + <usize>part * scratchBytes;
  for (let index = 0; index < layers; index++) {
    const layer = layerAt(table, index);
    const first = firstItem(layer.outputs, 8, part, parts);
    const columns = firstItem(layer.outputs, 8, part + 1, parts) - first;
    if (columns == 0) continue;
    const inputBytes = <usize>layer.inputs << 2, outputBytes = <usize>layer.outputs << 2;
    const offset = <usize>first << 2;
    const to = layer.weightGradient + offset, biasTo = layer.biasGradient + offset;
    memory.fill(biasTo, 0, <usize>columns << 2);
    for (let row = 0; row < rows; row += SUM_BLOCK) {
      const depth = min(SUM_BLOCK, rows - row);
      const block = layer.gradient + <usize>row * outputBytes + offset;
      pack(block, outputBytes, 4, depth, columns, packed);
      multiplyPacked(
        layer.x + <usize>row * inputBytes, 4, inputBytes, layer.inputs, packed, depth, columns,
        row == 0 ? 0 : to, outputBytes, to, outputBytes,
      );
      addColumnSums(block, outputBytes, depth, columns, biasTo);
    }
  }
}
