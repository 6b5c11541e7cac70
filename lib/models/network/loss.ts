import type { NetworkLayer } from "./network_model.ts";
import { softmaxCrossEntropy, tf } from "../../tensor/training.ts";
import type { Random } from "../../core/mod.ts";
import { layerTensors, runLayers } from "./run_layers.ts";
import { cutWindows } from "./windows.ts";
import type { LearningRows } from "./network_input.ts";

/** A loss with its gradient in the weights. */
export interface LossAndGradient {
  /** Mean over the rows of weight times cross-entropy, in nats. */
  readonly loss: number;
  /** In the order of the layers' fields, as the flat weights lie. */
  readonly gradient: Float32Array;
}

/** Rows of one step. */
export interface Batch {
  /** What the rows are taken from. */
  readonly rows: LearningRows;
  /** Positions in `rows.rows`. */
  readonly positions: Int32Array;
}

/**
 * The weighted cross-entropy of one batch and its gradient.
 *
 * @param dropout share of each LSTM layer's outputs that is left out
 * @param random draws what is left out
 */
export async function lossAndGradient(
  layers: readonly NetworkLayer[],
  batch: Batch,
  dropout: number,
  random: Random,
): Promise<LossAndGradient> {
  const results = tf.tidy(() => {
    const { windows, targets } = batchTensors(batch);
    const masks = dropout > 0 ? dropoutMasks(layers, batch.positions.length, dropout, random) : [];
    const { value, grads } = tf.valueAndGrads((...tensors) =>
      softmaxCrossEntropy(runLayers(windows, layers, tensors, masks), targets)
    )(layers.flatMap(layerTensors));
    return [value, ...grads];
  });
  try {
    const [value, ...gradients] = await readAll(results);
    return { loss: value![0]! / batch.positions.length, gradient: concat(gradients, batch) };
  } finally {
    tf.dispose(results);
  }
}

/** Sum over some rows of weight times cross-entropy, nothing left out. */
export async function summedLoss(
  layers: readonly NetworkLayer[],
  batch: Batch,
): Promise<number> {
  const result = tf.tidy(() => {
    const { windows, targets } = batchTensors(batch);
    return softmaxCrossEntropy(runLayers(windows, layers, layers.flatMap(layerTensors)), targets);
  });
  try {
    return (await result.data<"float32">())[0]!;
  } finally {
    result.dispose();
  }
}

function batchTensors({ rows, positions }: Batch): { windows: tf.Tensor3D; targets: Float32Array } {
  const { classCount, window } = rows;
  const targets = new Float32Array(positions.length * classCount);
  const ends = new Int32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    ends[i] = rows.rows[position]!;
    targets[i * classCount + rows.classes[position]!] = rows.weights[position]!;
  }
  return {
    windows: cutWindows(rows, ends, window),
    targets,
  };
}

/** One mask for each LSTM layer, the same at every step (Gal & Ghahramani 2016); the mean is 1. */
function dropoutMasks(
  layers: readonly NetworkLayer[],
  rows: number,
  dropout: number,
  random: Random,
): tf.Tensor[] {
  const scale = 1 / (1 - dropout);
  return layers.filter((layer) => layer.kind === "lstm").map(({ units, returnsSequence }) => {
    const mask = Float32Array.from(
      { length: rows * units },
      () => random.uniform() < dropout ? 0 : scale,
    );
    return tf.tensor(mask, returnsSequence ? [rows, 1, units] : [rows, units]);
  });
}

function readAll(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  return Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
}

/** The gradients of a sum, end to end, as those of a mean. */
function concat(gradients: readonly Float32Array[], { positions }: Batch): Float32Array {
  const all = new Float32Array(gradients.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const gradient of gradients) {
    all.set(gradient, end);
    end += gradient.length;
  }
  for (let i = 0; i < all.length; i++) all[i]! /= positions.length;
  return all;
}
