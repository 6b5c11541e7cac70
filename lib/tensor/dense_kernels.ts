import { multiplyMatrices, paddedWidth } from "./multiply_matrices.ts";
import { registerKernel, type TensorMemory, type Workspace } from "./tensor_memory.ts";
import { tf } from "./tfjs.ts";

/** Name of the fused kernel. */
export const DENSE_KERNEL = "DenseStack";
const WEIGHT_GRADIENTS = "DenseStackWeightGradients";
const INPUT_GRADIENT = "DenseStackInputGradient";
/** Rows whose sums are packed together; the kernels' `SUM_BLOCK`. */
const SUM_BLOCK = 256;

/** Fields of a layer in the order of the kernels' class `Layer`. */
interface LayerMemory {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: number;
  /** `[rows, inputs]` */
  readonly x: number;
  readonly weights: number;
  readonly bias: number;
  /** `[rows, outputs]` */
  readonly y: number;
  /** `[rows, outputs]`: the gradient of y, and after the way back that of the sums. */
  readonly gradient: number;
  readonly weightGradient: number;
  readonly biasGradient: number;
}

/** Everything the gradient needs in the kernels' memory. */
interface DenseWorkspace extends Workspace {
  readonly rows: number;
  readonly layers: readonly LayerMemory[];
  /** The layers as the kernels read them. */
  readonly table: number;
}

/** Registers the fused dense layers and their gradient for the WebAssembly backend. */
export function registerDenseKernels(memory: TensorMemory): void {
  registerKernel(DENSE_KERNEL, ({ inputs, attrs }) => {
    const { activations } = attrs as unknown as { activations: readonly number[] };
    const workspace = createWorkspace(
      memory,
      Object.values(inputs) as tf.TensorInfo[],
      activations,
    );
    const { rows, layers } = workspace;
    run(memory, "denseForward", workspace, sum(layers, packedNumbers));
    const output = memory.copyOut(layers.at(-1)!.y, [rows, layers.at(-1)!.outputs]);
    memory.attach(output, workspace);
    return output;
  });
  registerKernel(WEIGHT_GRADIENTS, ({ inputs }) => {
    const { y, dy } = inputs as unknown as { y: tf.TensorInfo; dy: tf.TensorInfo };
    return weightGradients(memory, memory.workspace(y) as DenseWorkspace, dy);
  });
  registerKernel(INPUT_GRADIENT, ({ inputs }) => {
    const { y } = inputs as unknown as { y: tf.TensorInfo };
    return inputGradient(memory, memory.workspace(y) as DenseWorkspace);
  });
  tf.registerGradient({
    kernelName: DENSE_KERNEL,
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const y = saved[0]!;
      const runKernel = (name: string) =>
        tf.engine().runKernel(name, { y, dy } as unknown as tf.NamedTensorMap);
      // Made before the functions below run, as each of those is tidied up by itself.
      const gradients = runKernel(WEIGHT_GRADIENTS) as unknown as tf.Tensor[];
      return Object.fromEntries([
        ["0", () => runKernel(INPUT_GRADIENT) as tf.Tensor],
        ...gradients.map((gradient, index) => [String(index + 1), () => gradient]),
      ]);
    },
  });
}

function createWorkspace(
  memory: TensorMemory,
  [x, ...parameters]: readonly tf.TensorInfo[],
  activations: readonly number[],
): DenseWorkspace {
  const { pool } = memory;
  const rows = x!.shape[0]!;
  const blocks = [memory.copyIn(x!)];
  const keep = (address: number): number => {
    blocks.push(address);
    return address;
  };
  let input = blocks[0]!;
  const layers = activations.map((activation, index): LayerMemory => {
    const weights = parameters[2 * index]!;
    const [inputs, outputs] = weights.shape as [number, number];
    const layer = {
      inputs,
      outputs,
      activation,
      x: input,
      weights: keep(memory.copyIn(weights)),
      bias: keep(memory.copyIn(parameters[2 * index + 1]!)),
      y: keep(pool.allocate(rows * outputs)),
      gradient: keep(pool.allocate(rows * outputs)),
      weightGradient: keep(pool.allocate(inputs * outputs)),
      biasGradient: keep(pool.allocate(outputs)),
    };
    input = layer.y;
    return layer;
  });
  const fields = layers.flatMap((layer) => Object.values(layer) as number[]);
  const table = keep(pool.allocate(fields.length));
  pool.integers(table, fields.length).set(fields);
  return { blocks, rows, layers, table };
}

function run(
  memory: TensorMemory,
  job: "denseForward" | "denseBackward" | "denseWeightGradients",
  { table, layers, rows }: DenseWorkspace,
  scratchNumbers: number,
): void {
  memory.withScratch(
    scratchNumbers * memory.pool.threads,
    (scratch) => memory.pool.run(job, table, layers.length, rows, scratch, scratchNumbers * 4),
  );
}

function weightGradients(
  memory: TensorMemory,
  workspace: DenseWorkspace,
  dy: tf.TensorInfo,
): tf.TensorInfo[] {
  const { rows, layers } = workspace;
  const last = layers.at(-1)!;
  memory.pool.view(last.gradient, rows * last.outputs).set(memory.numbers(dy));
  const packedBack = sum(
    layers.slice(1),
    ({ inputs, outputs }) => packedNumbers({ inputs: outputs, outputs: inputs }),
  );
  run(memory, "denseBackward", workspace, packedBack);
  const widest = Math.max(...layers.map(({ outputs }) => outputs));
  run(memory, "denseWeightGradients", workspace, SUM_BLOCK * paddedWidth(widest));
  return layers.flatMap(({ inputs, outputs, weightGradient, biasGradient }) => [
    memory.copyOut(weightGradient, [inputs, outputs]),
    memory.copyOut(biasGradient, [outputs]),
  ]);
}

function inputGradient(memory: TensorMemory, { rows, layers }: DenseWorkspace): tf.TensorInfo {
  const { gradient, weights, inputs, outputs } = layers[0]!;
  return memory.withScratch(rows * inputs, (result) => {
    multiplyMatrices(memory, {
      a: gradient,
      b: weights,
      c: result,
      rows,
      depth: outputs,
      columns: inputs,
      transposeB: true,
    });
    return memory.copyOut(result, [rows, inputs]);
  });
}

/** Numbers of a packed weight matrix. */
function packedNumbers({ inputs, outputs }: { inputs: number; outputs: number }): number {
  return inputs * paddedWidth(outputs);
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
