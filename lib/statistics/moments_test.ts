import { assert, assertEquals } from "../../tests/assert.ts";
import { indexOfLargest, varies } from "./moments.ts";

Deno.test("indexOfLargest() takes the first of equals and never NaN", () => {
  assertEquals(indexOfLargest(Float64Array.of(1, 3, 3, 2)), 1);
  assertEquals(indexOfLargest(Float64Array.of(NaN, 1, NaN, 2, NaN)), 3);
  assertEquals(indexOfLargest(Float64Array.of(NaN, -Infinity)), 1);
});

Deno.test("varies() knows spread from dust, whatever the size", () => {
  for (const size of [1e-9, 1, 1e9]) {
    assert(varies(Float64Array.of(size, 1.0001 * size)));
    assert(!varies(Float64Array.of(size, size, (1 + 1e-9) * size)));
  }
  assert(!varies(Float64Array.of(0, 0)) && !varies(Float64Array.of(1)));
  assert(!varies(Float64Array.of(1, NaN)) && varies(Float64Array.of(0, 1e-12)));
});
