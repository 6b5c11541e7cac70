import fc from "fast-check";
import { InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { WALK_FORWARD_KINDS, walkForwardPlan } from "./plan.ts";

Deno.test("walkForwardPlan() expanding keeps the first row, and the vault is never touched", () => {
  const plan = walkForwardPlan({
    rows: { from: 10, to: 110 },
    kind: "expanding",
    trainRows: 40,
    testRows: 15,
    gapRows: 2,
    vaultShare: 0.2,
  });
  assertEquals(plan.vault, { from: 90, to: 110 });
  assertEquals(plan.windows, [
    { train: { from: 10, to: 50 }, test: { from: 52, to: 67 } },
    { train: { from: 10, to: 65 }, test: { from: 67, to: 82 } },
    { train: { from: 10, to: 80 }, test: { from: 82, to: 90 } },
  ]);
});

Deno.test("walkForwardPlan() tests each row once, always after its train window and the gap", () => {
  const options = fc.record({
    from: fc.nat(50),
    length: fc.integer({ min: 1, max: 500 }),
    kind: fc.constantFrom(...WALK_FORWARD_KINDS),
    trainRows: fc.integer({ min: 1, max: 200 }),
    testRows: fc.integer({ min: 1, max: 60 }),
    gapRows: fc.nat(20),
    vaultShare: fc.constantFrom(0, 0.1, 0.2),
  });
  fc.assert(fc.property(options, ({ from, length, ...rest }) => {
    const rows = { from, to: from + length };
    let plan;
    try {
      plan = walkForwardPlan({ rows, ...rest });
    } catch (error) {
      assert(error instanceof InputError, String(error));
      return;
    }
    let next = from + rest.trainRows + rest.gapRows;
    for (const { train, test } of plan.windows) {
      assertEquals([test.from, test.from - train.to], [next, rest.gapRows]);
      const size = rest.kind === "rolling" ? rest.trainRows : train.to - from;
      assertEquals([train.to - train.from, train.from >= from], [size, true]);
      assert(test.to > test.from && test.to - test.from <= rest.testRows);
      next = test.to;
    }
    assertEquals([next, plan.vault], [plan.vault.from, { from: next, to: rows.to }]);
  }));
});
