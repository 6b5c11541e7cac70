import type { NetworkLayer } from "../../domain/classifier.ts";
import { denseStack } from "../../tensor/dense_stack.ts";
import { lstmSequence } from "../../tensor/lstm_sequence.ts";
import { tf } from "../../tensor/tensorflow.ts";

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
  let value: tf.Tensor = windows;
  let tensor = 0, mask = 0;
  for (const [index, layer] of layers.entries()) {
    const next = () => tensors[tensor++];
    switch (layer.kind) {
      case "layer-normalization":
        value = normalize(value, next() as tf.Tensor1D, next() as tf.Tensor1D, layer.epsilon);
        break;
      case "dense": {
        if (!hasLstm && value.rank === 3) value = tf.reshape(value, [windows.shape[0], -1]);
        const activation = index === layers.length - 1 ? "linear" : layer.activation;
        value = dense(value, next() as tf.Tensor2D, next() as tf.Tensor1D, activation);
        break;
      }
      case "lstm":
        value = lstmSequence(
          value as tf.Tensor3D,
          next() as tf.Tensor2D,
          next() as tf.Tensor2D,
          next() as tf.Tensor1D,
          layer,
        );
        if (mask < masks.length) value = tf.mul(value, masks[mask++]!);
        break;
    }
  }
  return value as tf.Tensor2D;
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

/** On the last axis of a batch of rows or of sequences. */
function dense(
  x: tf.Tensor,
  weights: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: (NetworkLayer & { readonly kind: "dense" })["activation"],
): tf.Tensor {
  const rows: tf.Tensor2D = tf.reshape(x, [-1, weights.shape[0]]);
  const y = activation === "softmax"
    ? tf.softmax(denseStack(rows, [{ weights, bias, activation: "linear" }]))
    : denseStack(rows, [{ weights, bias, activation }]);
  return tf.reshape(y, [...x.shape.slice(0, -1), weights.shape[1]]);
}
