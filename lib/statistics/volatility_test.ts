import fc from "fast-check";
import type { JsonValue } from "../core/json.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createVolatility, exponentialVolatility } from "./volatility.ts";
import { exponentialMemory, wilderMemory } from "./averages.ts";

const returns = fc.array(fc.oneof(fc.double({ min: -1, max: 1 }), fc.constant(NaN)), {
  maxLength: 80,
});

Deno.test("createVolatility() killed after every return gives the batch, to the bit", () => {
  fc.assert(fc.property(returns, fc.integer({ min: 1, max: 20 }), (returns, span) => {
    const expected = exponentialVolatility(Float64Array.from(returns), span);
    let saved: JsonValue = null;
    returns.forEach((change, row) => {
      const volatility = createVolatility(span, saved);
      assertEquals(volatility.step(change), expected[row]);
      saved = JSON.parse(JSON.stringify(volatility.save()));
    });
  }));
});

Deno.test("averages have forgotten their start once its weight is below the last bit", () => {
  const last = 2 ** -53;
  const requireForgotten = (values: number, weight: number): void => {
    const left = (steps: number) => (1 - weight) ** steps;
    assert(left(values) <= last * (1 + 1e-12) && left(values - 1) > last, `${values}, ${weight}`);
  };
  for (const length of [2, 14, 60, 200]) {
    requireForgotten(exponentialMemory(length), 2 / (length + 1));
    requireForgotten(wilderMemory(length), 1 / length);
  }
  assertEquals([exponentialMemory(1), wilderMemory(1)], [0, 0]);
});
