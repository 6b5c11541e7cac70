/**
 * Softmax of `count` logits, in float64 and without overflow.
 *
 * @param logits read from `from` on
 * @param target written from `to` on
 */
export function softmax(
  logits: Float32Array,
  from: number,
  target: Float64Array,
  to: number,
  count: number,
): void {
  let largest = -Infinity, sum = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, logits[from + i]!);
  for (let i = 0; i < count; i++) sum += target[to + i] = Math.exp(logits[from + i]! - largest);
  for (let i = 0; i < count; i++) target[to + i]! /= sum;
}
