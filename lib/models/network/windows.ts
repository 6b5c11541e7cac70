import { tf } from "../../tensor/training.ts";

/** Feature rows, scaled, one after the other. */
export interface ScaledRows {
  /** Row-major `[rows, columns]`. */
  readonly values: Float32Array;
  /** Width of a row. */
  readonly columns: number;
}

/**
 * Cuts the windows that end with some rows. The values of a window lie end to end in the frame, so
 * each is one copy, and no more windows exist at a time than one batch has.
 *
 * @param rows each at least `window` - 1
 * @returns `[rows.length, window, columns]`; the caller disposes of it
 */
export function cutWindows(
  { values, columns }: ScaledRows,
  rows: Int32Array,
  window: number,
): tf.Tensor3D {
  const size = window * columns;
  const cut = new Float32Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const end = (rows[i]! + 1) * columns;
    // A view of a few numbers costs more than they do.
    if (size < 64) {
      for (let k = 0; k < size; k++) cut[i * size + k] = values[end - size + k]!;
    } else cut.set(values.subarray(end - size, end), i * size);
  }
  return tf.tensor3d(cut, [rows.length, window, columns]);
}
