import { createRandom } from "../../utils/random.ts";
import { DEFAULT_FOREST } from "../forest/parameters.ts";
import { TINY_NETWORK } from "../network/network_fixture.ts";
import type { HybridInput } from "./hybrid_input.ts";
import type { HybridParameters } from "./parameters.ts";

/** A hybrid that is fitted within a second. */
export const TINY_HYBRID: HybridParameters = {
  network: TINY_NETWORK,
  forest: { ...DEFAULT_FOREST, trees: 40 },
  stackingFolds: 3,
};

/** Two columns of noise; labels look two rows ahead. */
export function noisyInput(
  rows: number,
  classOf: (value: (row: number, column: number) => number, row: number) => number,
  seed = 1,
): HybridInput {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: rows * 2 }, () => random.normal());
  const value = (row: number, column: number) => values[row * 2 + column] ?? 0;
  const start = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    frame: { columns: ["first", "second"], rows, values, firstValidRow: 0 },
    rows: start,
    labels: {
      classes: Int8Array.from(start, (row) => classOf(value, row)),
      start,
      end: start.map((row) => row + 2),
    },
    classCount: 2,
    embargoBars: 0,
  };
}
