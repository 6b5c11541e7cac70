import fc from "fast-check";
import type { Bars } from "../market/bars.ts";
import { assertEquals } from "../../tests/assert.ts";
import { findGaps } from "./gaps.ts";
import { createTestInstrument } from "../../tests/fixtures/loader_fixture.ts";

const MINUTE_MS = 60_000;

function barsAt(minutes: readonly number[]): Bars {
  const column = Float64Array.from(minutes, (minute) => minute * MINUTE_MS);
  return {
    instrument: createTestInstrument(),
    intervalMs: MINUTE_MS,
    length: minutes.length,
    time: column,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  };
}

Deno.test("findGaps() counts only stamps inside the session", () => {
  const isOpen = () => [
    { from: -Infinity, until: 10 * MINUTE_MS },
    { from: 15 * MINUTE_MS, until: Infinity },
  ];
  assertEquals(findGaps(barsAt([7, 8, 9, 15, 16]), isOpen), []);
  assertEquals(findGaps(barsAt([7, 8, 17]), isOpen), [
    { afterRow: 1, from: 9 * MINUTE_MS, to: 16 * MINUTE_MS, missingBars: 3 },
  ]);
  assertEquals(findGaps(barsAt([]), isOpen), []);
});

Deno.test("findGaps() finds exactly the stamps that were taken out", () => {
  const kept = fc.uniqueArray(fc.nat(200), { minLength: 2 });
  fc.assert(fc.property(kept, (minutes) => {
    const sorted = minutes.toSorted((a, b) => a - b);
    const missing = findGaps(barsAt(sorted), (from, until) => [{ from, until }])
      .reduce((sum, gap) => sum + gap.missingBars, 0);
    assertEquals(missing, sorted.at(-1)! - sorted[0]! + 1 - sorted.length);
  }));
});
