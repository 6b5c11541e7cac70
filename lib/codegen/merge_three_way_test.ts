import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import { mergeThreeWay } from "./merge_three_way.ts";

const text = fc.array(fc.constantFrom("a\n", "b\n", "c\n", "d\n", "end"), { maxLength: 10 })
  .map((lines) => lines.map((line) => line === "end" ? "e\n" : line).join(""));

Deno.test("mergeThreeWay() takes what only one side changed", () => {
  fc.assert(
    fc.property(text, text, (base, changed) => {
      const clean = { text: changed, conflicts: 0 };
      assertEquals(mergeThreeWay(base, base, changed), clean);
      assertEquals(mergeThreeWay(base, changed, base), clean);
      assertEquals(mergeThreeWay(base, changed, changed), clean);
    }),
    { numRuns: 300 },
  );
});

Deno.test("mergeThreeWay() finds the same conflicts whichever side comes first", () => {
  fc.assert(
    fc.property(text, text, text, (base, ours, theirs) => {
      const [one, other] = [mergeThreeWay(base, ours, theirs), mergeThreeWay(base, theirs, ours)];
      assertEquals(one.conflicts, other.conflicts);
      if (one.conflicts === 0) assertEquals(one.text, other.text);
    }),
    { numRuns: 300 },
  );
});

/** Base, both sides, and what `git merge-file -p --diff3` 2.39 makes of them. */
const CASES: readonly (readonly [string, string, string, string, number])[] = [
  ["a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n", 0],
  ["a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", "a\nc\nd\n", 0],
  ["a\nb\nc\n", "a\nb\nx\ny\nc\n", "b\nc\n", "b\nx\ny\nc\n", 0],
  ["a\n", "", "a\n", "", 0],
];

Deno.test("mergeThreeWay() joins as git does", () => {
  for (const [base, ours, theirs, joined, conflicts] of CASES) {
    assertEquals(mergeThreeWay(base, ours, theirs), { text: joined, conflicts });
  }
});

Deno.test("mergeThreeWay() marks the lines that both sides changed, and ends each of them", () => {
  const { text, conflicts } = mergeThreeWay("a\nb", "a\nour", "a\ntheir");
  assertEquals(conflicts, 1);
  assert(/<<<<<<< .*\nour\n\|{7} .*\nb\n=======\ntheir\n>>>>>>> .*\n$/.test(text), text);
});
