import nodeAssert from "node:assert/strict";

/**
 * Throws when the two values are not deeply and strictly equal. For tests and doc examples.
 *
 * @example
 * ```ts
 * import { assertEquals } from "./assert.ts";
 * assertEquals([1, 2], [1, 2]);
 * ```
 */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepEqual(actual, expected, message);
}

/**
 * Throws when the condition is false. For tests and doc examples.
 *
 * @example
 * ```ts
 * import { assert } from "./assert.ts";
 * assert(1 < 2);
 * ```
 */
export function assert(condition: boolean, message?: string): asserts condition {
  nodeAssert.ok(condition, message);
}

/**
 * Throws when `actual` is further than `tolerance` (absolute) from `expected`.
 *
 * @example
 * ```ts
 * import { assertClose } from "./assert.ts";
 * assertClose(0.1 + 0.2, 0.3, 1e-12);
 * ```
 */
export function assertClose(actual: number, expected: number, tolerance: number): void {
  const distance = Math.abs(actual - expected);
  nodeAssert.ok(
    distance <= tolerance,
    `${actual} is ${distance} away from ${expected}, more than ${tolerance}`,
  );
}
