import { normalQuantile } from "../../statistics/mod.ts";

/**
 * Quantile of Student's t distribution by its expansion around the normal one (Cornish & Fisher;
 * Abramowitz & Stegun 26.7.5), within 1e-3 from 9 degrees of freedom on.
 *
 * @example
 * ```ts
 * import { expandedStudentQuantile } from "./student.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * assertClose(expandedStudentQuantile(0.95, 19), 1.7291, 1e-4);
 * assertClose(expandedStudentQuantile(0.95, 99), 1.6604, 1e-4);
 * ```
 */
export function expandedStudentQuantile(probability: number, freedom: number): number {
  const z = normalQuantile(probability);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
