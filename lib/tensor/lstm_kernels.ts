import { multiplyMatrices, paddedWidth } from "./multiply_matrices.ts";
import { registerKernel, type TensorMemory, type Workspace } from "./tensor_memory.ts";
import { tf } from "./tfjs.ts";

/** Name of the fused kernel. */
export const LSTM_KERNEL = "LstmSequence";
const WEIGHT_GRADIENTS = "LstmSequenceWeightGradients";
const INPUT_GRADIENT = "LstmSequenceInputGradient";
/** Steps and batch whose sums are packed together; the kernels' `SUM_BLOCK`. */
const SUM_BLOCK = 256;

interface Attributes {
  readonly isHard: 0 | 1;
  readonly isSequence: 0 | 1;
}

interface Inputs {
  readonly x: tf.TensorInfo;
  readonly kernel: tf.TensorInfo;
  readonly recurrentKernel: tf.TensorInfo;
  readonly bias: tf.TensorInfo;
}

/** Everything the gradient needs, time-major in the kernels' memory. */
interface LstmWorkspace extends Workspace {
  readonly attributes: Attributes;
  readonly batch: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  /** `[steps, batch, inputs]` */
  readonly x: number;
  readonly kernel: number;
  readonly recurrentKernel: number;
  readonly bias: number;
  /** `[steps, batch, 4 units]`: the gates, and after the way back the gradients of their sums. */
  readonly gates: number;
  readonly cells: number;
  readonly cellTanhs: number;
  /** `[steps + 1, batch, units]`, the zero state first. */
  readonly states: number;
  /** False once `gates` holds gradients. */
  holdsGates: boolean;
}

/** Registers the fused LSTM and its gradient for the WebAssembly backend. */
export function registerLstmKernels(memory: TensorMemory): void {
  registerKernel(LSTM_KERNEL, ({ inputs, attrs }) => {
    const workspace = createWorkspace(
      memory,
      inputs as unknown as Inputs,
      attrs as unknown as Attributes,
    );
    runForward(memory, workspace);
    const output = readStates(memory, workspace);
    memory.attach(output, workspace);
    return output;
  });
  registerKernel(WEIGHT_GRADIENTS, ({ inputs }) => {
    const { y, dy } = inputs as unknown as { y: tf.TensorInfo; dy: tf.TensorInfo };
    const workspace = memory.workspace(y) as LstmWorkspace;
    // A second gradient of the same output finds the gates overwritten by the first.
    if (!workspace.holdsGates) runForward(memory, workspace);
    runBackward(memory, workspace, dy);
    return weightGradients(memory, workspace);
  });
  registerKernel(INPUT_GRADIENT, ({ inputs }) => {
    const { y } = inputs as unknown as { y: tf.TensorInfo };
    return inputGradient(memory, memory.workspace(y) as LstmWorkspace);
  });
  tf.registerGradient({
    kernelName: LSTM_KERNEL,
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const y = saved[0]!;
      const run = (name: string) =>
        tf.engine().runKernel(name, { y, dy } as unknown as tf.NamedTensorMap);
      // Made before the functions below run, as each of those is tidied up by itself.
      const [kernel, recurrentKernel, bias] = run(WEIGHT_GRADIENTS) as unknown as tf.Tensor[];
      return {
        x: () => run(INPUT_GRADIENT) as tf.Tensor,
        kernel: () => kernel!,
        recurrentKernel: () => recurrentKernel!,
        bias: () => bias!,
      };
    },
  });
}

function createWorkspace(
  memory: TensorMemory,
  tensors: Inputs,
  attributes: Attributes,
): LstmWorkspace {
  const { pool } = memory;
  const [batch, steps, inputs] = tensors.x.shape as [number, number, number];
  const units = tensors.recurrentKernel.shape[0]!;
  const rows = batch * steps;
  const addresses = {
    x: pool.allocate(rows * inputs),
    kernel: memory.copyIn(tensors.kernel),
    recurrentKernel: memory.copyIn(tensors.recurrentKernel),
    bias: memory.copyIn(tensors.bias),
    gates: pool.allocate(rows * 4 * units),
    cells: pool.allocate(rows * units),
    cellTanhs: pool.allocate(rows * units),
    states: pool.allocate((rows + batch) * units),
  };
  swapAxes(memory.numbers(tensors.x), pool.view(addresses.x, rows * inputs), batch, steps, inputs);
  return {
    ...addresses,
    blocks: Object.values(addresses),
    attributes,
    batch,
    steps,
    inputs,
    units,
    holdsGates: false,
  };
}

/** `[first, second, width]` to `[second, first, width]`. */
function swapAxes(
  from: Float32Array,
  to: Float32Array,
  first: number,
  second: number,
  width: number,
): void {
  let at = 0;
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) {
      const target = (j * first + i) * width;
      for (let k = 0; k < width; k++) to[target + k] = from[at++]!;
    }
  }
}

function runForward(memory: TensorMemory, workspace: LstmWorkspace): void {
  const { batch, steps, inputs, units, attributes } = workspace;
  const scratchNumbers = (inputs + units) * paddedWidth(4 * units) * memory.pool.threads;
  memory.withScratch(scratchNumbers, (scratch) =>
    memory.pool.run(
      "lstmForward",
      workspace.x,
      workspace.kernel,
      workspace.recurrentKernel,
      workspace.bias,
      workspace.gates,
      workspace.cells,
      workspace.cellTanhs,
      workspace.states,
      batch,
      steps,
      inputs,
      units,
      attributes.isHard,
      scratch,
    ));
  workspace.holdsGates = true;
}

function readStates(memory: TensorMemory, workspace: LstmWorkspace): tf.TensorInfo {
  const { batch, steps, units, states, attributes } = workspace;
  const block = batch * units;
  if (attributes.isSequence === 0) {
    return memory.copyOut(states + 4 * steps * block, [batch, units]);
  }
  const sequence = memory.pool.view(states + 4 * block, steps * block);
  return memory.create(
    [batch, steps, units],
    (numbers) => swapAxes(sequence, numbers, steps, batch, units),
  );
}

function runBackward(memory: TensorMemory, workspace: LstmWorkspace, dy: tf.TensorInfo): void {
  const { pool } = memory;
  const { batch, steps, units, attributes } = workspace;
  const size = attributes.isSequence === 1 ? batch * steps * units : batch * units;
  const outer = pool.allocate(size);
  if (attributes.isSequence === 1) {
    swapAxes(memory.numbers(dy), pool.view(outer, size), batch, steps, units);
  } else pool.view(outer, size).set(memory.numbers(dy));
  const stateGradient = pool.allocate(batch * units), cellGradient = pool.allocate(batch * units);
  memory.withScratch(4 * units * paddedWidth(units) * pool.threads, (scratch) =>
    pool.run(
      "lstmBackward",
      workspace.recurrentKernel,
      workspace.gates,
      workspace.cells,
      workspace.cellTanhs,
      outer,
      attributes.isSequence,
      stateGradient,
      cellGradient,
      batch,
      steps,
      units,
      attributes.isHard,
      scratch,
    ));
  for (const address of [outer, stateGradient, cellGradient]) pool.free(address);
  workspace.holdsGates = false;
}

function weightGradients(memory: TensorMemory, workspace: LstmWorkspace): tf.TensorInfo[] {
  const { pool } = memory;
  const { batch, steps, inputs, units } = workspace;
  const width = 4 * units;
  const kernel = pool.allocate(inputs * width), recurrentKernel = pool.allocate(units * width);
  const bias = pool.allocate(width);
  memory.withScratch(SUM_BLOCK * paddedWidth(width) * pool.threads, (scratch) =>
    pool.run(
      "lstmWeightGradients",
      workspace.x,
      workspace.states,
      workspace.gates,
      kernel,
      recurrentKernel,
      bias,
      batch,
      steps,
      inputs,
      units,
      scratch,
    ));
  const gradients = [
    memory.copyOut(kernel, [inputs, width]),
    memory.copyOut(recurrentKernel, [units, width]),
    memory.copyOut(bias, [width]),
  ];
  for (const address of [kernel, recurrentKernel, bias]) pool.free(address);
  return gradients;
}

function inputGradient(memory: TensorMemory, workspace: LstmWorkspace): tf.TensorInfo {
  const { pool } = memory;
  const { batch, steps, inputs, units } = workspace;
  const rows = batch * steps, width = 4 * units;
  const gradient = pool.allocate(rows * inputs);
  multiplyMatrices(memory, {
    a: workspace.gates,
    b: workspace.kernel,
    c: gradient,
    rows,
    depth: width,
    columns: inputs,
    transposeB: true,
  });
  const result = memory.create(
    [batch, steps, inputs],
    (numbers) => swapAxes(pool.view(gradient, rows * inputs), numbers, steps, batch, inputs),
  );
  pool.free(gradient);
  return result;
}
