import type { NetworkLayer } from "../../models/mod.ts";
import { cutWindows, layerTensors, runLayers, type ScaledRows } from "../../models/networks.ts";
import { denseStack, tf } from "../../tensor/training.ts";
import type { StackLayer } from "../../tensor/mod.ts";

/** Rows that are run at a time where no gradient is kept. */
const ROWS_AT_ONCE = 8_192;

/** Feature rows, and how many of them one decision reads. */
export interface PolicyRows extends ScaledRows {
  /** Rows that one decision reads, the newest included. */
  readonly window: number;
}

/** What a learner makes of the outputs of a batch. */
export interface OutputGradient {
  /** What is to be raised, for the learning curve. */
  readonly objective: number;
  /** Its gradient in the outputs, row-major `[rows, outputs]`. */
  readonly gradient: Float32Array;
}

/**
 * Outputs of the head, row-major `[rows, outputs]`.
 *
 * @param rows rows of the frame, each with its whole window inside it
 */
export async function policyOutputs(
  layers: readonly NetworkLayer[],
  input: PolicyRows,
  rows: Int32Array,
): Promise<Float32Array> {
  const width = outputWidth(layers);
  const result = new Float32Array(rows.length * width);
  const tensors = tf.tidy(() => layers.flatMap(layerTensors));
  try {
    for (let begin = 0; begin < rows.length; begin += ROWS_AT_ONCE) {
      const batch = rows.subarray(begin, begin + ROWS_AT_ONCE);
      const outputs = tf.tidy(() => runTrunk(input, batch, layers, tensors));
      try {
        result.set(await outputs.data<"float32">(), begin * width);
      } finally {
        outputs.dispose();
      }
    }
  } finally {
    tf.dispose(tensors);
  }
  return result;
}

/**
 * The gradient of a learner's objective in the weights. The learner says what it wants of the
 * outputs in plain numbers; the network's own gradient takes it from there.
 *
 * @param learn called once with the outputs of the rows
 * @returns the objective and its gradient, in the order of the layers' fields
 */
export async function weightGradient(
  layers: readonly NetworkLayer[],
  input: PolicyRows,
  rows: Int32Array,
  learn: (outputs: Float32Array) => OutputGradient,
): Promise<OutputGradient> {
  const results = tf.tidy(() => {
    const judge = tf.customGrad((outputs) => {
      const { shape } = outputs as tf.Tensor2D;
      const { objective, gradient } = learn((outputs as tf.Tensor2D).dataSync<"float32">());
      return {
        value: tf.scalar(objective),
        gradFunc: (dy) => tf.mul(dy as tf.Scalar, tf.tensor2d(gradient, shape)),
      };
    });
    const { value, grads } = tf.valueAndGrads((...tensors) =>
      judge(runTrunk(input, rows, layers, tensors)) as tf.Scalar
    )(layers.flatMap(layerTensors));
    return [value, ...grads];
  });
  try {
    const [value, ...parts] = await Promise.all(
      results.map((tensor) => tensor.data<"float32">()),
    );
    return { objective: value![0]!, gradient: joined(parts) };
  } finally {
    tf.dispose(results);
  }
}

/** Dense layers over single rows run as one operation; everything else layer by layer. */
function runTrunk(
  input: PolicyRows,
  rows: Int32Array,
  layers: readonly NetworkLayer[],
  tensors: readonly tf.Tensor[],
): tf.Tensor2D {
  const windows = cutWindows(input, rows, input.window);
  if (layers.some(({ kind }) => kind !== "dense")) return runLayers(windows, layers, tensors);
  const stack = layers.map((layer, index): StackLayer => ({
    weights: tensors[2 * index] as tf.Tensor2D,
    bias: tensors[2 * index + 1] as tf.Tensor1D,
    activation: (layer as NetworkLayer & { kind: "dense" }).activation as StackLayer["activation"],
  }));
  return denseStack(tf.reshape(windows, [rows.length, -1]) as tf.Tensor2D, stack);
}

function outputWidth(layers: readonly NetworkLayer[]): number {
  const head = layers.at(-1);
  if (head?.kind === "dense") return head.bias.length;
  throw new TypeError(
    `Cannot run a policy as its last layer must be dense: current value is ${head?.kind}`,
  );
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
