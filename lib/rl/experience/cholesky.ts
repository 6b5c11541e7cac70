/**
 * Factor L of a symmetric positive definite matrix, `A = L Lᵀ`.
 *
 * @param matrix row-major `[size, size]`
 * @returns row-major; only the lower triangle counts
 * @throws {RangeError} when the matrix is not positive definite
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      if (i !== j) factor[i * size + j] = sum / factor[j * size + j]!;
      else if (sum > 0) factor[i * size + i] = Math.sqrt(sum);
      else {
        throw new RangeError(
          `Cannot factor a matrix as it must be positive definite: current value is ${sum} in ` +
            `row ${i}`,
        );
      }
    }
  }
  return factor;
}

/**
 * Solves `L Lᵀ x = right`.
 *
 * @param factor as `choleskyFactor` gives it
 * @example
 * ```ts
 * import { choleskyFactor, solveCholesky } from "./cholesky.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const factor = choleskyFactor(Float64Array.of(4, 2, 2, 3), 2);
 * const [x, y] = solveCholesky(factor, Float64Array.of(8, 8));
 * assertClose(x!, 1, 1e-12);
 * assertClose(y!, 2, 1e-12);
 * ```
 */
export function solveCholesky(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= factor[i * size + k]! * solution[k]!;
    solution[i]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i]! -= factor[k * size + i]! * solution[k]!;
    solution[i]! /= factor[i * size + i]!;
  }
  return solution;
}
