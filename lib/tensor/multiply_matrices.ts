import type { TensorMemory } from "./tensor_memory.ts";

/** Scratch numbers that one thread of a matrix product needs; the kernels' `productScratchBytes` / 4. */
const PRODUCT_SCRATCH = 256 * 512;

/** c = bias + a · b with everything in the kernels' memory; a transposed matrix is stored `[columns, rows]`. */
export interface MatrixProduct {
  /** Address of `[rows, depth]`. */
  readonly a: number;
  /** Address of `[depth, columns]`. */
  readonly b: number;
  /** Address of `[rows, columns]`. */
  readonly c: number;
  /** Address of `[columns]`; zeros when absent or 0. */
  readonly bias?: number;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Multiplies two matrices on all threads. */
export function multiplyMatrices(memory: TensorMemory, product: MatrixProduct): void {
  const { a, b, c, bias = 0, rows, depth, columns, transposeA, transposeB } = product;
  const [rowStride, depthStride] = transposeA === true ? [4, rows * 4] : [depth * 4, 4];
  const [depthStep, columnStep] = transposeB === true ? [4, depth * 4] : [columns * 4, 4];
  const { pool } = memory;
  memory.withScratch(PRODUCT_SCRATCH * pool.threads, (scratch) =>
    pool.run(
      "matrixProduct",
      a,
      rowStride,
      depthStride,
      b,
      depthStep,
      columnStep,
      bias,
      0,
      c,
      columns * 4,
      rows,
      columns,
      depth,
      scratch,
    ));
}

/** Columns in whole panels of eight, as the kernels pack them. */
export function paddedWidth(columns: number): number {
  return Math.ceil(columns / 8) * 8;
}
