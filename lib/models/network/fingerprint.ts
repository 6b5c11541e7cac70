import { tf } from "../../tensor/training.ts";
import { sha256Hex } from "../../core/mod.ts";
import type { NetworkInput } from "./network_input.ts";
import type { NetworkParameters } from "./parameters.ts";

/** SHA-256 of everything that decides the result of a fit, the backend in use too. */
export async function fingerprintOf(
  input: NetworkInput,
  parameters: NetworkParameters,
  seed: number,
): Promise<string> {
  const { values, columns, firstValidRow, rows, labels, classCount, weights, embargoBars } = input;
  const read = values.subarray(firstValidRow * columns, ((rows.at(-1) ?? -1) + 1) * columns);
  const arrays = [
    read,
    rows,
    labels.classes,
    labels.start,
    labels.end,
    weights ?? new Float64Array(),
  ];
  const hashes = await Promise.all(
    arrays.map(({ buffer, byteOffset, byteLength }) =>
      sha256Hex(new Uint8Array(buffer, byteOffset, byteLength))
    ),
  );
  const sorted = Object.entries(parameters).sort(([a], [b]) => a < b ? -1 : 1);
  const text = JSON.stringify([
    sorted,
    { columns, firstValidRow, classCount, embargoBars, seed, backend: tf.getBackend() },
    hashes,
  ]);
  return await sha256Hex(new TextEncoder().encode(text));
}
