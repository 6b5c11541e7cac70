import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { clipNorm } from "./clip_norm.ts";

const numbers = fc.float32Array({ minLength: 1, maxLength: 20, noNaN: true, min: -100, max: 100 });
const norm = (values: Float32Array) => Math.hypot(...values);

Deno.test("clipNorm() keeps the direction and never exceeds the limit", () => {
  fc.assert(fc.property(numbers, fc.double({ min: 0.01, max: 50, noNaN: true }), (given, limit) => {
    const gradient = given.slice();
    const before = clipNorm(gradient, limit);
    assertClose(before, norm(given), 1e-9 * (1 + before));
    assert(norm(gradient) <= limit * (1 + 1e-6) || before <= limit);
    if (before <= limit) assertEquals(gradient, given);
    else {
      gradient.forEach((value, i) => assertClose(value * before, given[i]! * limit, 1e-2));
    }
  }));
});

Deno.test("clipNorm() reports a norm that is not finite", () => {
  for (const wrong of [NaN, Infinity]) {
    assertEquals(Number.isFinite(clipNorm(Float32Array.of(1, wrong), 1)), false);
  }
});
