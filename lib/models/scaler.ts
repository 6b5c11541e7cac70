import type { Scaler } from "./classifier.ts";
import type { FeatureFrame, FeatureRows } from "../features/mod.ts";

/** How a scaler measures a column's middle and spread. */
export type ScalingMethod = "standard" | "robust" | "none";

/** Wide enough to clip nothing that float32 can hold. */
const LARGEST_FLOAT32 = 3.4028234663852886e38;

/**
 * Fits a scaler on the given rows and no other: mean and standard deviation (divided by n) for
 * `standard`, median and interquartile range (linear interpolation) for `robust`. A column
 * without spread is centred only. `none` leaves everything as it is.
 *
 * @param rows ascending, each at or after `frame.firstValidRow`
 * @param clip limit of the scaled values, in units of the spread
 * @throws {RangeError} when there are no rows
 * @example
 * ```ts
 * import { applyScaler, fitScaler } from "./scaler.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const values = Float32Array.of(1, 2, 3, 4, 1000);
 * const frame = { columns: ["x"], rows: 5, values, firstValidRow: 0 };
 * const scaler = fitScaler(frame, Int32Array.of(0, 1, 2, 3, 4), "robust");
 * assertEquals(applyScaler(scaler, values, 5), Float32Array.of(-1, -0.5, 0, 0.5, 5));
 * ```
 */
export function fitScaler(
  frame: FeatureFrame,
  rows: Int32Array,
  method: ScalingMethod,
  clip = 5,
): Scaler {
  if (rows.length === 0) throw new RangeError("Cannot fit a scaler as it needs rows: there are 0");
  const width = frame.columns.length;
  const center = new Float32Array(width);
  const scale = new Float32Array(width).fill(1);
  if (method === "none") return { center, scale, clip: LARGEST_FLOAT32 };
  const measure = method === "standard" ? meanAndDeviation : medianAndQuartileRange;
  const column = new Float32Array(rows.length);
  for (let index = 0; index < width; index++) {
    for (let i = 0; i < rows.length; i++) column[i] = frame.values[rows[i]! * width + index]!;
    const [middle, spread] = measure(column);
    center[index] = middle;
    scale[index] = Math.fround(spread) > 0 ? spread : 1;
  }
  return { center, scale, clip };
}

/**
 * Scales rows: `(x - center) / scale`, clipped, each value in float64 and rounded to float32
 * once. The exported graph computes the same.
 *
 * @param values row-major `[rows, columns]`
 * @returns a new array of the same shape
 * @throws {RangeError} when `values` is not that large
 */
export function applyScaler(scaler: Scaler, values: Float32Array, rows: number): Float32Array {
  const { center, scale, clip } = scaler;
  const width = center.length;
  if (values.length !== rows * width) {
    throw new RangeError(
      `Cannot scale as ${rows} rows of ${width} columns are ${rows * width} values: ` +
        `current value is ${values.length}`,
    );
  }
  const scaled = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    for (let column = 0; column < width; column++) {
      const value = (values[start + column]! - center[column]!) / scale[column]!;
      scaled[start + column] = Math.min(clip, Math.max(-clip, value));
    }
  }
  return scaled;
}

/**
 * Copies rows of a frame one after the other.
 *
 * @returns row-major `[rows.length, columns]`
 */
export function gatherRows(
  frame: FeatureRows,
  rows: Int32Array,
): Float32Array {
  const width = frame.columns.length;
  const gathered = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    gathered.set(frame.values.subarray(start, start + width), i * width);
  }
  return gathered;
}

function meanAndDeviation(column: Float32Array): [number, number] {
  let mean = 0, squares = 0;
  for (let i = 0; i < column.length; i++) {
    const deviation = column[i]! - mean;
    mean += deviation / (i + 1);
    squares += deviation * (column[i]! - mean);
  }
  return [mean, Math.sqrt(squares / column.length)];
}

/** Sorts the column in place. */
function medianAndQuartileRange(column: Float32Array): [number, number] {
  column.sort();
  const quantile = (share: number): number => {
    const position = share * (column.length - 1);
    const below = Math.floor(position);
    const value = column[below]!;
    return value + ((column[below + 1] ?? value) - value) * (position - below);
  };
  return [quantile(0.5), quantile(0.75) - quantile(0.25)];
}
