import type { Bars } from "../market/bars.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createTestInstrument } from "../../tests/fixtures/loader_fixture.ts";
import { describeBars, suggestReading } from "./observations.ts";

const HOUR_MS = 3_600_000;

function barsAt(time: Float64Array, price: Float64Array, intervalMs: number): Bars {
  return {
    instrument: createTestInstrument(),
    intervalMs,
    length: time.length,
    time,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: new Float64Array(time.length),
  };
}

Deno.test("describeBars() says what is unknown, flat or stale", () => {
  const price = Float64Array.of(1, 2, 2, 2, 3);
  const bars = barsAt(Float64Array.of(0, 1, 2, 3, 4), price, 1);
  const lines = Uint32Array.of(2, 3, 4, 5, 6);
  assertEquals(describeBars(bars, { lines, names: new Map([["volume", "vol"]]) }), [
    "Volume is 0 in every bar, which means unknown.",
    "5 of 5 bars have no range: high equals low.",
    "2 of 5 bars repeat the bar before in every value; the longest run is 3 bars from row 3.",
  ]);
  assert(describeBars(bars, { lines, names: new Map() })[0]!.includes("no volume column"));
});

Deno.test("suggestReading() tells bar closes from bar opens by the session's edges", () => {
  const isOpen = (time: number): boolean =>
    (time / HOUR_MS) % 24 >= 9 && (time / HOUR_MS) % 24 < 16;
  const hours = (first: number): Float64Array =>
    Float64Array.from({ length: 21 }, (_, i) => (Math.floor(i / 7) * 24 + first + i % 7) * HOUR_MS);
  const price = new Float64Array(21).fill(1);
  const opens = barsAt(hours(9), price, HOUR_MS);
  const closes = barsAt(hours(10), price, HOUR_MS);
  assertEquals(suggestReading(opens, isOpen, "open"), null);
  assert(suggestReading(closes, isOpen, "open")!.includes("--stamp close"));
  assert(suggestReading(closes, isOpen, "open")!.includes("3 of 21 bars lie outside"));
  // The same opens, shifted by mistake: the loader was told they are closes.
  assert(
    suggestReading(barsAt(hours(8), price, HOUR_MS), isOpen, "close")!.includes("--stamp open"),
  );
  assertEquals(suggestReading(barsAt(hours(9), price, 86_400_000), isOpen, "open"), null);
});
