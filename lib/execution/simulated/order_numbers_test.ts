import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { OrderNumbers } from "./order_numbers.ts";

Deno.test("OrderNumbers knows exactly the numbers it was told, in any order and after a save", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
      let known = new OrderNumbers();
      for (const number of numbers) {
        known.add(number);
        known = new OrderNumbers(known.save());
      }
      for (let number = 0; number <= 41; number++) {
        assertEquals(known.has(number), numbers.includes(number));
      }
      const ranges = known.save();
      for (const [index, [first, last]] of ranges.entries()) {
        assert(first <= last && (index === 0 || ranges[index - 1]![1] < first - 1));
      }
    }),
  );
});

Deno.test("OrderNumbers keeps one range of a run, however long", () => {
  const numbers = new OrderNumbers();
  for (let number = 1; number <= 100_000; number++) numbers.add(number);
  assertEquals(numbers.save(), [[1, 100_000]]);
});
