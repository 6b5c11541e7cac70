import fc from "fast-check";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { attributeProfit } from "../evaluation/blend/contributions.ts";

const PARTS = 3;

Deno.test("attributeProfit() divides the whole profit and not a cent more", () => {
  const row = fc.record({
    pulls: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: PARTS,
      maxLength: PARTS,
    }),
    lots: fc.integer({ min: -3, max: 3 }),
    change: fc.integer({ min: -5_000_000, max: 5_000_000 }),
  });
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
    let equity = 100e6;
    const earned = attributeProfit(
      { from: 0, to: rows.length, pulls: Float64Array.from(rows.flatMap(({ pulls }) => pulls)) },
      PARTS,
      {
        initialMicros: equity,
        equityMicros: Float64Array.from(rows, ({ change }) => equity += change),
        positionLots: Int32Array.from(rows, ({ lots }) => lots),
      },
    );
    assertClose(earned.reduce((sum, usd) => sum + usd, 0), (equity - 100e6) / 1e6, 1e-6);
  }));
});

Deno.test("attributeProfit() gives nothing to who argued against, and the exit to who held", () => {
  const earned = attributeProfit(
    { from: 10, to: 13, pulls: Float64Array.of(0.5, -0.5, 0, 0, 0, 0) },
    2,
    {
      initialMicros: 100e6,
      equityMicros: Float64Array.of(100e6, 105e6, 104e6),
      positionLots: Int32Array.of(0, 2, 0),
    },
  );
  assertEquals(earned, [4, 0, 0]);
});

Deno.test("attributeProfit() leaves what nobody argued for to nobody", () => {
  const earned = attributeProfit({ from: 0, to: 2, pulls: new Float64Array(4) }, 2, {
    initialMicros: 100e6,
    equityMicros: Float64Array.of(101e6, 103e6),
    positionLots: Int32Array.of(1, 1),
  });
  assertEquals(earned, [0, 0, 3]);
});
