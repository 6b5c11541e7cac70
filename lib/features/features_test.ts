import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  anySpec,
  barAt,
  CONTEXT,
  EVERY_FEATURE,
  marketBars,
} from "../../tests/fixtures/market_fixture.ts";
import { loadBars } from "../data/loader.ts";
import type { Bars, Continuous } from "../market/bars.ts";
import { createCalendar } from "../market/calendar.ts";
import { findInstrument } from "../market/instruments.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createFeatureStream } from "./feature_stream.ts";
import { computeFeatures, DEFAULT_FEATURES } from "./features.ts";
import { createLabels } from "../labels/labels.ts";
import { DEFAULT_LABELS } from "../labels/label_kinds.ts";

const METHODS: readonly (Continuous["method"] | undefined)[] = [undefined, "difference", "ratio"];

function marketOf(seed: number, length: number, method?: Continuous["method"]): Bars {
  return marketBars(seed, { length, ...(method === undefined ? {} : { method }) });
}

function feature(bars: Bars, name: string, periods: readonly number[]): Float32Array {
  const entry = { feature: name, ...(periods.length === 0 ? {} : { periods: [periods] }) };
  return computeFeatures(bars, { features: [entry] }, CONTEXT).values;
}

Deno.test("every feature has its first value exactly after its stated warm-up", () => {
  fc.assert(
    fc.property(anySpec(), fc.integer(), (spec, seed) => {
      const bars = marketOf(seed, 140);
      const frame = computeFeatures(bars, spec, CONTEXT);
      const width = frame.columns.length;
      const finite = (row: number): boolean =>
        frame.values.subarray(row * width, (row + 1) * width).every(Number.isFinite);
      for (let row = 0; row < bars.length; row++) {
        assertEquals(finite(row), row >= frame.firstValidRow, `row ${row} of ${frame.columns}`);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("createFeatureStream() gives the rows of computeFeatures(), bit for bit", () => {
  const method = fc.constantFrom(...METHODS);
  fc.assert(
    fc.property(anySpec(), fc.integer(), method, (spec, seed, method) => {
      const bars = marketOf(seed, 120, method);
      const frame = computeFeatures(bars, spec, CONTEXT);
      const stream = createFeatureStream(spec, {
        ...CONTEXT,
        intervalMs: bars.intervalMs,
        ...(method === undefined ? {} : { method }),
      });
      const width = frame.columns.length;
      assertEquals(stream.columns, frame.columns);
      for (let row = 0; row < bars.length; row++) {
        const expected = row < frame.firstValidRow
          ? null
          : frame.values.slice(row * width, (row + 1) * width);
        assertEquals(stream.push(barAt(bars, row)), expected);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("features do not depend on where joined prices are anchored", () => {
  for (const method of ["difference", "ratio"] as const) {
    const bars = marketOf(3, 400, method);
    const continuous = bars.continuous!;
    const moved: Bars = {
      ...bars,
      continuous: {
        ...continuous,
        // Exact in binary: a tie of two moves must stay a tie.
        adjustment: continuous.adjustment.map((a) => method === "ratio" ? a / 2 : a + 1_234.5),
      },
    };
    const original = computeFeatures(bars, EVERY_FEATURE, CONTEXT);
    const values = computeFeatures(moved, EVERY_FEATURE, CONTEXT).values;
    const width = original.columns.length;
    for (let i = original.firstValidRow * width; i < values.length; i++) {
      assertClose(values[i]!, original.values[i]!, 1e-5 * Math.max(1e-3, Math.abs(values[i]!)));
    }
  }
});

Deno.test("features of a contract that rolls miss the jump between contracts", () => {
  const single = marketOf(5, 200);
  const jump = 100;
  const rolled = (column: Float64Array) => column.map((price, i) => i < 100 ? price : price + jump);
  const bars: Bars = {
    ...single,
    open: rolled(single.open),
    high: rolled(single.high),
    low: rolled(single.low),
    close: rolled(single.close),
    continuous: {
      method: "difference",
      adjustment: Float64Array.from(single.close, (_, i) => i < 100 ? 0 : -jump),
      contract: Int32Array.from(single.close, (_, i) => i < 100 ? 0 : 1),
      contracts: ["#1", "#2"],
    },
  };
  const rsi = feature(bars, "rsi", [14]);
  assertEquals(rsi, feature(single, "rsi", [14]));
  // The same difference over the price that was traded, 100 points higher.
  const move = single.close[150]! - single.close[149]!;
  assertEquals(feature(bars, "return", [1])[150], Math.fround(move / bars.close[149]!));
});

Deno.test("features stay finite where volume is unknown, prices stand still or fall below zero", () => {
  const bars = marketOf(1, 150);
  const constant = (value: number) => new Float64Array(150).fill(value);
  const flat = { open: constant(5), high: constant(5), low: constant(5), close: constant(5) };
  const worlds: readonly Bars[] = [
    { ...bars, volume: constant(0) },
    { ...bars, ...flat },
    { ...bars, ...flat, volume: constant(0) },
    {
      ...bars,
      open: bars.open.map((price) => price - 4_000),
      high: bars.high.map((price) => price - 4_000),
      low: bars.low.map((price) => price - 4_000),
      close: bars.close.map((price) => price - 4_000),
    },
  ];
  for (const world of worlds) {
    const frame = computeFeatures(world, EVERY_FEATURE, CONTEXT);
    const valid = frame.values.subarray(frame.firstValidRow * frame.columns.length);
    assert(valid.length > 0 && valid.every(Number.isFinite));
  }
  assert(feature({ ...bars, volume: constant(0) }, "relative-volume", [20])[100] === 0);
  assert(feature({ ...bars, ...flat }, "rsi", [14])[100] === 50);
});

Deno.test("session features read the exchange's calendar", () => {
  const instrument = findInstrument("ES");
  const calendar = createCalendar(instrument);
  const one = Float64Array.of(100);
  const at = (time: string, intervalMs: number) => {
    const bars = { instrument, intervalMs, length: 1, time: Float64Array.of(Date.parse(time)) };
    const prices = { open: one, high: one, low: one, close: one, volume: one };
    const features = ["session-progress", "hours-to-close", "weekday-sine"]
      .map((feature) => ({ feature }));
    return computeFeatures({ ...bars, ...prices }, { features }, calendar).values;
  };
  const monday = Math.fround(Math.sin(2 * Math.PI / 7));
  // Sunday evening belongs to Monday; the session runs 23 hours from 22:00 UTC in summer.
  assertEquals(
    at("2024-06-09T22:30Z", 1_800_000),
    Float32Array.of(1 / 23, 22, monday),
  );
  assertEquals(at("2024-06-10T20:30Z", 1_800_000), Float32Array.of(1, 0, monday));
  assertEquals(at("2024-06-10T00:00Z", 86_400_000), Float32Array.of(1, 0, monday));
});

Deno.test("session-return starts again with each trade date", () => {
  const bars = marketOf(2, 400);
  const values = feature(bars, "session-return", []);
  let firstOpen = 0, day = -1;
  for (let row = 0; row < bars.length; row++) {
    const today = Math.floor(bars.time[row]! / 86_400_000);
    if (today !== day) [day, firstOpen] = [today, bars.open[row]!];
    assertEquals(values[row], Math.fround((bars.close[row]! - firstOpen) / bars.close[row]!));
  }
});

const shared = new URL("../../../shared/data/", import.meta.url);
const hasShared = await Deno.stat(shared).then(() => true, () => false);
if (!hasShared) console.log("features: real bars are absent, their test is skipped");

Deno.test({
  name: "default features and labels of real hourly bars are complete",
  ignore: !hasShared,
  async fn() {
    const instrument = findInstrument("SPY");
    const path = fileURLToPath(new URL("spy_hour_newyork.csv", shared));
    const { bars } = await loadBars(path, { instrument, timeZone: "America/New_York" });
    const frame = computeFeatures(bars, DEFAULT_FEATURES, createCalendar(instrument));
    assertEquals(frame.firstValidRow, 99);
    const width = frame.columns.length;
    assert(frame.values.subarray(99 * width).every(Number.isFinite));
    // One bar a day ends its session.
    const progress = frame.columns.indexOf("session-progress");
    const ended = Array.from({ length: bars.length }, (_, row) => row)
      .filter((row) => frame.values[row * width + progress] === 1);
    const days = new Set(bars.time.map((time) => Math.floor(time / 86_400_000)));
    assertClose(ended.length / days.size, 1, 0.01);
    const { classes } = createLabels(bars, DEFAULT_LABELS, 2);
    assertEquals(new Set(classes), new Set([0, 1, 2, -1]));
  },
});
