// An LSTM over a sequence and its gradient. Everything is time-major, [steps, batch, …], so that the rows
// of one step lie together. Threads share out the batch where steps follow each other, and columns of
// the weights where their gradients are summed over steps.
import {
  hardSigmoid4,
  hardSigmoidSlope4,
  load4,
  sigmoid4,
  sigmoidSlope4,
  store4,
  tanh4,
  tanhSlope4,
} from "./activation";
import { firstItem, multiplyPacked, pack, packedBytes } from "./matrix_product";

/** Depth of a block of the sums over steps and batch. */
const SUM_BLOCK: i32 = 256;

@inline
function gate4(x: v128, isHard: i32): v128 {
  return isHard ? hardSigmoid4(x) : sigmoid4(x);
}

@inline
function gateSlope4(y: v128, isHard: i32): v128 {
  return isHard ? hardSigmoidSlope4(y) : sigmoidSlope4(y);
}

/** One sequence, one step: sums of the gates become gates; cell and state follow. */
function stepForward(
  gates: usize,
  previousCell: usize,
  cell: usize,
  cellTanh: usize,
  state: usize,
  units: i32,
  isHard: i32,
): void {
  const gateBytes = <usize>units << 2;
  for (let u = 0; u < units; u += 4) {
    const count = units - u;
    const offset = <usize>u << 2;
    const at = gates + offset;
    const input = gate4(load4(at, count), isHard);
    const forget = gate4(load4(at + gateBytes, count), isHard);
    const candidate = tanh4(load4(at + 2 * gateBytes, count));
    const output = gate4(load4(at + 3 * gateBytes, count), isHard);
    store4(at, input, count);
    store4(at + gateBytes, forget, count);
    store4(at + 2 * gateBytes, candidate, count);
    store4(at + 3 * gateBytes, output, count);
    let c = f32x4.mul(input, candidate);
    if (previousCell != 0) c = f32x4.relaxed_madd(forget, load4(previousCell + offset, count), c);
    const squashed = tanh4(c);
    store4(cell + offset, c, count);
    store4(cellTanh + offset, squashed, count);
    store4(state + offset, f32x4.mul(output, squashed), count);
  }
}

/**
 * All steps of one thread's share of the batch.
 *
 * @param states `[steps + 1, batch, units]`; the first block is the zero state
 */
export function lstmForward(
  x: usize,
  kernel: usize,
  recurrentKernel: usize,
  bias: usize,
  gates: usize,
  cells: usize,
  cellTanhs: usize,
  states: usize,
  batch: i32,
  steps: i32,
  inputs: i32,
  units: i32,
  isHard: i32,
  scratch: usize,
  part: i32,
  parts: i32,
): void {
  const first = batch * part / parts, rows = batch * (part + 1) / parts - first;
  if (rows == 0) return;
  const width = 4 * units;
  const rowBytes = <usize>width << 2, unitBytes = <usize>units << 2, inputBytes = <usize>inputs << 2;
  const packedKernel = scratch +
    <usize>part * (packedBytes(inputs, width) + packedBytes(units, width));
  const packedRecurrent = packedKernel + packedBytes(inputs, width);
  pack(kernel, rowBytes, 4, inputs, width, packedKernel);
  pack(recurrentKernel, rowBytes, 4, units, width, packedRecurrent);
  memory.fill(states + <usize>first * unitBytes, 0, <usize>rows * unitBytes);
  for (let t = 0; t < steps; t++) {
    const row = <usize>(t * batch + first);
    const sums = gates + row * rowBytes;
    const before = states + row * unitBytes;
    const after = before + <usize>batch * unitBytes;
    const cell = cells + row * unitBytes, cellTanh = cellTanhs + row * unitBytes;
    const from = x + row * inputBytes;
    multiplyPacked(from, inputBytes, 4, rows, packedKernel, inputs, width, bias, 0, sums, rowBytes);
    if (t > 0) {
      multiplyPacked(
        before, unitBytes, 4, rows, packedRecurrent, units, width, sums, rowBytes, sums, rowBytes,
      );
    }
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * unitBytes;
      stepForward(
        sums + <usize>r * rowBytes,
        t == 0 ? 0 : cell + at - <usize>batch * unitBytes,
        cell + at,
        cellTanh + at,
        after + at,
        units,
        isHard,
      );
    }
  }
}

/** One sequence, one step back: gates become gradients of their sums; the cell's gradient moves on. */
function stepBackward(
  gates: usize,
  previousCell: usize,
  cellTanh: usize,
  stateGradient: usize,
  outerGradient: usize,
  cellGradient: usize,
  units: i32,
  isHard: i32,
): void {
  const gateBytes = <usize>units << 2;
  const zero = f32x4.splat(0);
  for (let u = 0; u < units; u += 4) {
    const count = units - u;
    const offset = <usize>u << 2;
    const at = gates + offset;
    const input = load4(at, count), forget = load4(at + gateBytes, count);
    const candidate = load4(at + 2 * gateBytes, count), output = load4(at + 3 * gateBytes, count);
    const squashed = load4(cellTanh + offset, count);
    let dState = load4(stateGradient + offset, count);
    if (outerGradient != 0) dState = f32x4.add(dState, load4(outerGradient + offset, count));
    const dCell = f32x4.relaxed_madd(
      f32x4.mul(dState, output),
      tanhSlope4(squashed),
      load4(cellGradient + offset, count),
    );
    const before = previousCell == 0 ? zero : load4(previousCell + offset, count);
    store4(at, f32x4.mul(f32x4.mul(dCell, candidate), gateSlope4(input, isHard)), count);
    store4(at + gateBytes, f32x4.mul(f32x4.mul(dCell, before), gateSlope4(forget, isHard)), count);
    store4(at + 2 * gateBytes, f32x4.mul(f32x4.mul(dCell, input), tanhSlope4(candidate)), count);
    store4(
      at + 3 * gateBytes,
      f32x4.mul(f32x4.mul(dState, squashed), gateSlope4(output, isHard)),
      count,
    );
    store4(cellGradient + offset, f32x4.mul(dCell, forget), count);
  }
}

/**
 * Turns `gates` into the gradients of the gates' sums, for one thread's share of the batch.
 *
 * @param outerGradient of the states: `[steps, batch, units]` when `isSequence`, else `[batch, units]` of
 * the last step
 */
export function lstmBackward(
  recurrentKernel: usize,
  gates: usize,
  cells: usize,
  cellTanhs: usize,
  outerGradient: usize,
  isSequence: i32,
  stateGradient: usize,
  cellGradient: usize,
  batch: i32,
  steps: i32,
  units: i32,
  isHard: i32,
  scratch: usize,
  part: i32,
  parts: i32,
): void {
  const first = batch * part / parts, rows = batch * (part + 1) / parts - first;
  if (rows == 0) return;
  const width = 4 * units;
  const rowBytes = <usize>width << 2, unitBytes = <usize>units << 2;
  const packed = scratch + <usize>part * packedBytes(width, units);
  pack(recurrentKernel, 4, rowBytes, width, units, packed);
  const own = <usize>first * unitBytes;
  memory.fill(stateGradient + own, 0, <usize>rows * unitBytes);
  memory.fill(cellGradient + own, 0, <usize>rows * unitBytes);
  for (let t = steps - 1; t >= 0; t--) {
    const row = <usize>(t * batch + first);
    const sums = gates + row * rowBytes;
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * unitBytes;
      const cell = cells + row * unitBytes + at;
      const outer = isSequence
        ? outerGradient + row * unitBytes + at
        : t == steps - 1
        ? outerGradient + own + at
        : 0;
      stepBackward(
        sums + <usize>r * rowBytes,
        t == 0 ? 0 : cell - <usize>batch * unitBytes,
        cellTanhs + row * unitBytes + at,
        stateGradient + own + at,
        outer,
        cellGradient + own + at,
        units,
        isHard,
      );
    }
    if (t > 0) {
      multiplyPacked(
        sums, rowBytes, 4, rows, packed, width, units, 0, 0, stateGradient + own, unitBytes,
      );
    }
  }
}

/** Adds the columns of `[rows, columns]` to `sums`. */
export function addColumnSums(
  from: usize,
  rowBytes: usize,
  rows: i32,
  columns: i32,
  sums: usize,
): void {
  let column = 0;
  // Four chains of additions at a time: one alone would wait for each of its own.
  for (; column + 16 <= columns; column += 16) {
    let at = from + (<usize>column << 2);
    const to = sums + (<usize>column << 2);
    let a = v128.load(to), b = v128.load(to, 16), c = v128.load(to, 32), d = v128.load(to, 48);
    for (let r = 0; r < rows; r++) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
      at += rowBytes;
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
  for (; column < columns; column += 4) {
    const count = columns - column;
    let at = from + (<usize>column << 2);
    const to = sums + (<usize>column << 2);
    let sum = load4(to, count);
    for (let r = 0; r < rows; r++) {
      sum = f32x4.add(sum, load4(at, count));
      at += rowBytes;
    }
    store4(to, sum, count);
  }
}

/** Gradients of kernel, recurrent kernel and bias; each thread takes a share of the columns. */
export function lstmWeightGradients(
  x: usize,
  states: usize,
  gates: usize,
  kernelGradient: usize,
  recurrentGradient: usize,
  biasGradient: usize,
  batch: i32,
  steps: i32,
  inputs: i32,
  units: i32,
  scratch: usize,
  part: i32,
  parts: i32,
): void {
  const width = 4 * units;
  const first = firstItem(width, 8, part, parts);
  const columns = firstItem(width, 8, part + 1, parts) - first;
  if (columns == 0) return;
  const rowBytes = <usize>width << 2, offset = <usize>first << 2;
  const unitBytes = <usize>units << 2, inputBytes = <usize>inputs << 2;
  const packed = scratch + <usize>part * packedBytes(SUM_BLOCK, width);
  const rows = steps * batch;
  memory.fill(biasGradient + offset, 0, <usize>columns << 2);
  for (let row = 0; row < rows; row += SUM_BLOCK) {
    const depth = min(SUM_BLOCK, rows - row);
    const block = gates + <usize>row * rowBytes + offset;
    pack(block, rowBytes, 4, depth, columns, packed);
    const toKernel = kernelGradient + offset, toRecurrent = recurrentGradient + offset;
    multiplyPacked(
      x + <usize>row * inputBytes, 4, inputBytes, inputs, packed, depth, columns,
      row == 0 ? 0 : toKernel, rowBytes, toKernel, rowBytes,
    );
    // The state before a row lies one batch earlier; `states` begins with the zero state.
    multiplyPacked(
      states + <usize>row * unitBytes, 4, unitBytes, units, packed, depth, columns,
      row == 0 ? 0 : toRecurrent, rowBytes, toRecurrent, rowBytes,
    );
    addColumnSums(block, rowBytes, depth, columns, biasGradient + offset);
  }
}
