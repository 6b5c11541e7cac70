import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createStateMemory } from "./state_memory.ts";

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, -Infinity, Number.MIN_VALUE, 2 ** 53),
);

Deno.test("createStateMemory() brings every number back to the bit, through JSON", () => {
  fc.assert(
    fc.property(fc.array(number), fc.array(fc.float()), number, number, (a, b, x, y) => {
      const parts = () => [new Float64Array(a.length), new Float32Array(b.length), { x: 0, y: 0 }];
      const memory = createStateMemory();
      const [wide, narrow, fields] = parts().map((part) => memory.keep(part));
      (wide as Float64Array).set(a);
      (narrow as Float32Array).set(b);
      Object.assign(fields!, { x, y });
      const saved = JSON.parse(JSON.stringify(memory.save()));

      const later = createStateMemory();
      const restored = parts().map((part) => later.keep(part));
      later.restore(saved);
      assertEquals(restored, [wide, narrow, fields]);
      assert(Object.is(later.save(), saved));
    }),
  );
});

Deno.test("createStateMemory() restores nothing from what does not fit", () => {
  const memory = createStateMemory();
  const state = memory.keep({ sum: 1, seen: 2 });
  const values = memory.keep(Float64Array.of(3, 4));
  const saved = memory.save();
  for (const wrong of ["", saved.slice(0, 32), `${saved}AAAA`, `${saved}!`, "no base64?"]) {
    assertThrows(() => memory.restore(wrong), { name: "InputError", message: /^Cannot restore/ });
  }
  assertEquals([state, values], [{ sum: 1, seen: 2 }, Float64Array.of(3, 4)]);
});
