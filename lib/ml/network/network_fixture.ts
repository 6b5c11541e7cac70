import { createRandom } from "../../utils/random.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { NetworkInput } from "./network_input.ts";
import { DEFAULT_NETWORK, type NetworkParameters } from "./parameters.ts";

/** A network that learns a toy world within a second. */
export const TINY_NETWORK: NetworkParameters = {
  ...DEFAULT_NETWORK,
  window: 4,
  units: [6],
  dropout: 0,
  learningRate: 0.02,
  batchSize: 32,
  maximumEpochs: 4,
  members: 1,
};

/** Noise columns and classes that `classOf` gives each row; labels end where they start. */
export function toyInput(
  rows: number,
  columns: number,
  classOf: (value: (row: number, column?: number) => number, row: number) => number,
  seed = 1,
): NetworkInput {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  const value = (row: number, column = 0) => values[row * columns + column] ?? 0;
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    values,
    columns,
    firstValidRow: 0,
    rows: all,
    labels: { classes: Int8Array.from(all, (row) => classOf(value, row)), start: all, end: all },
    classCount: 2,
    embargoBars: 0,
  };
}

/** Class 1 when the last two values have the same sign: no single row tells it, nor their sum. */
export function xorOverTime(rows: number, seed = 1): NetworkInput {
  return toyInput(rows, 1, (value, row) => value(row) * value(row - 1) > 0 ? 1 : 0, seed);
}

/** Keeps one state in memory and counts how often it was saved. */
export function memoryCheckpoint(): Checkpoint & { bytes: Uint8Array | null; saves: number } {
  return {
    bytes: null,
    saves: 0,
    load() {
      return Promise.resolve(this.bytes);
    },
    save(bytes) {
      this.bytes = bytes.slice();
      this.saves++;
      return Promise.resolve();
    },
    clear() {
      this.bytes = null;
      return Promise.resolve();
    },
  };
}

/** Share of rows whose most probable class is the true one. */
export function accuracyOf(probabilities: Float32Array, classes: ArrayLike<number>): number {
  const count = probabilities.length / classes.length;
  let right = 0;
  for (let i = 0; i < classes.length; i++) {
    const own = probabilities.subarray(i * count, (i + 1) * count);
    if (own.indexOf(Math.max(...own)) === classes[i]) right++;
  }
  return right / classes.length;
}
