/**
 * Scales a gradient down, in place, to a Euclidean norm of `limit` at most (Pascanu, Mikolov &
 * Bengio 2013).
 *
 * @returns the norm before; not finite when the gradient holds NaN or infinity, which is left as it is
 * @example
 * ```ts
 * import { clipNorm } from "./clip_norm.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const gradient = Float32Array.of(3, 4);
 * assertEquals(clipNorm(gradient, 2.5), 5);
 * assertEquals(gradient, Float32Array.of(1.5, 2));
 * ```
 */
export function clipNorm(gradient: Float32Array, limit: number): number {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  const norm = Math.sqrt(squares);
  if (norm > limit && norm < Infinity) {
    const factor = limit / norm;
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  }
  return norm;
}
