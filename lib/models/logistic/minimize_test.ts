import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { minimize } from "./minimize.ts";

Deno.test("minimize() finds the centre of any bowl", () => {
  const axis = fc.record({
    centre: fc.integer({ min: -100, max: 100 }),
    steepness: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(fc.property(fc.array(axis, { minLength: 1, maxLength: 8 }), (axes) => {
    const point = minimize(
      (x, gradient) => {
        let value = 0;
        axes.forEach(({ centre, steepness }, i) => {
          gradient[i] = steepness * (x[i]! - centre);
          value += steepness / 2 * (x[i]! - centre) ** 2;
        });
        return value;
      },
      axes.length,
      { maxIterations: 1_000, tolerance: 1e-6 },
    );
    axes.forEach(({ centre }, i) => assertClose(point[i]!, centre, 1e-5));
  }));
});

Deno.test("minimize() ends at once where the gradient is 0, and after its iterations", () => {
  let calls = 0;
  const slope = (at: number) => (_: Float64Array, gradient: Float64Array): number => {
    calls++;
    gradient[0] = at;
    return at * _[0]!;
  };
  assertEquals(minimize(slope(0), 1, { maxIterations: 9, tolerance: 0 }), Float64Array.of(0));
  assertEquals(calls, 1);
  const [x] = minimize(slope(1), 1, { maxIterations: 3, tolerance: 1e-9 });
  assert(x! <= -3);
});
