import type { Activation, NetworkLayer } from "./network_model.ts";
import { denseStack, lstmSequence, tf } from "../../tensor/training.ts";

/** The weights of a layer as tensors, in the order of its fields. The caller disposes of them. */
export function layerTensors(layer: NetworkLayer): tf.Tensor[] {
  switch (layer.kind) {
    case "dense": {
      const outputs = layer.bias.length;
      return [
        tf.tensor2d(layer.weights, [layer.weights.length / outputs, outputs]),
        tf.tensor1d(layer.bias),
      ];
    }
    case "layer-normalization":
      return [tf.tensor1d(layer.gain), tf.tensor1d(layer.offset)];
    case "lstm": {
      const width = 4 * layer.units;
      return [
        tf.tensor2d(layer.kernel, [layer.kernel.length / width, width]),
        tf.tensor2d(layer.recurrentKernel, [layer.units, width]),
        tf.tensor1d(layer.bias),
      ];
    }
  }
}

/**
 * Runs windows through the layers of one member, up to the sums of its last layer: softmax of what
 * comes back are its probabilities. Inside `tf.tidy`.
 *
 * Layers before the first LSTM work on single rows. Without an LSTM, the first dense layer reads
 * the window's rows end to end, oldest first.
 *
 * @param windows `[batch, window, columns]`
 * @param tensors of all layers, one after the other, as `layerTensors` gives them
 * @param masks multiplied with the output of each LSTM layer in turn, if any: dropout
 * @returns `[batch, classes]`
 */
export function runLayers(
  windows: tf.Tensor3D,
  layers: readonly NetworkLayer[],
  tensors: readonly tf.Tensor[],
  masks: readonly tf.Tensor[] = [],
): tf.Tensor2D {
  const hasLstm = layers.some(({ kind }) => kind === "lstm");
  const rest = [...tensors], unusedMasks = [...masks];
  let value: tf.Tensor = windows;
  for (let index = 0; index < layers.length; index++) {
    const layer = layers[index]!;
    switch (layer.kind) {
      case "layer-normalization": {
        const [gain, offset] = rest.splice(0, 2) as tf.Tensor1D[];
        value = normalize(value, gain!, offset!, layer.epsilon);
        break;
      }
      case "dense": {
        const stack = stackAt(layers, index);
        if (!hasLstm && value.rank === 3) value = tf.reshape(value, [windows.shape[0], -1]);
        value = dense(value, stack, rest.splice(0, 2 * stack.length));
        index += stack.length - 1;
        break;
      }
      case "lstm": {
        const [kernel, recurrent, bias] = rest.splice(0, 3);
        value = lstmSequence(
          value as tf.Tensor3D,
          kernel as tf.Tensor2D,
          recurrent as tf.Tensor2D,
          bias as tf.Tensor1D,
          layer,
        );
        const mask = unusedMasks.shift();
        if (mask !== undefined) value = tf.mul(value, mask);
        break;
      }
    }
  }
  return value as tf.Tensor2D;
}

/** Activations of the dense layers from one on that run as one operation: a softmax ends them. */
function stackAt(layers: readonly NetworkLayer[], begin: number): Activation[] {
  const stack: Activation[] = [];
  for (let index = begin; stack.at(-1) !== "softmax"; index++) {
    const layer = layers[index];
    if (layer?.kind !== "dense") break;
    stack.push(index === layers.length - 1 ? "linear" : layer.activation);
  }
  return stack;
}

/** Over the last axis. */
function normalize(
  x: tf.Tensor,
  gain: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  const centered = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centered), -1, true);
  const scaled = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(scaled, gain), offset);
}

/** Dense layers over the last axis. */
function dense(
  x: tf.Tensor,
  stack: readonly Activation[],
  tensors: readonly tf.Tensor[],
): tf.Tensor {
  const layers = stack.map((activation, index) => ({
    weights: tensors[2 * index] as tf.Tensor2D,
    bias: tensors[2 * index + 1] as tf.Tensor1D,
    activation: activation === "softmax" ? "linear" as const : activation,
  }));
  const rows: tf.Tensor2D = tf.reshape(x, [-1, layers[0]!.weights.shape[0]]);
  const logits = denseStack(rows, layers);
  const y = stack.at(-1) === "softmax" ? tf.softmax(logits) : logits;
  return tf.reshape(y, [...x.shape.slice(0, -1), y.shape[1]!]);
}
