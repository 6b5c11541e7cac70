import type { Network } from "./network_model.ts";
import { tf } from "../../tensor/training.ts";
import { layerTensors, runLayers } from "./run_layers.ts";
import { startTensorflow } from "./start_tensorflow.ts";
import { cutWindows } from "./windows.ts";

/** Windows that are predicted at a time. */
const BATCH = 512;

/**
 * Class probabilities of some rows: the mean over the network's members.
 *
 * @param values row-major `[frame rows, network.features]`, scaled
 * @param rows rows of the frame, each with its whole window inside it and finite
 * @returns row-major `[rows.length, network.classes]`, each row summing to 1
 * @throws {RangeError} when a window reaches out of the frame
 */
export async function predictNetwork(
  network: Network,
  values: Float32Array,
  rows: Int32Array,
): Promise<Float32Array> {
  checkRows(network, values, rows);
  await startTensorflow();
  const result = new Float32Array(rows.length * network.classes);
  const tensors = tf.tidy(() => network.members.map((layers) => layers.flatMap(layerTensors)));
  try {
    for (let begin = 0; begin < rows.length; begin += BATCH) {
      const probabilities = tf.tidy(() => {
        const batch = rows.subarray(begin, begin + BATCH);
        const windows = cutWindows({ values, columns: network.features }, batch, network.window);
        const members = network.members.map((layers, m) =>
          tf.softmax(runLayers(windows, layers, tensors[m]!))
        );
        return tf.mul(tf.addN(members), 1 / members.length);
      });
      try {
        result.set(await probabilities.data<"float32">(), begin * network.classes);
      } finally {
        probabilities.dispose();
      }
    }
  } finally {
    tf.dispose(tensors);
  }
  return result;
}

function checkRows({ features, window }: Network, values: Float32Array, rows: Int32Array): void {
  const frameRows = values.length / features;
  const wrong = rows.find((row) => row < window - 1 || row >= frameRows);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot predict as rows lie between ${window - 1} and ${
        frameRows - 1
      }: current value is ${wrong}`,
    );
  }
}
