import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { marketBars } from "../../tests/fixtures/market_fixture.ts";
import { type Bars, closeReturns } from "../market/bars.ts";
import { findInstrument } from "../market/instruments.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createLabels } from "./labels.ts";
import { LABEL_KINDS, parseLabelSpec } from "./label_kinds.ts";
import { TREND_SCAN } from "./trend_scan.ts";
import { TRIPLE_BARRIER } from "./triple_barrier.ts";
import { clearestTrend } from "./clearest_trend.ts";
import { firstTouch } from "./first_touch.ts";

function barsOf(open: readonly number[], rest: Partial<Bars> = {}): Bars {
  const prices = Float64Array.from(open);
  return {
    instrument: findInstrument("ES"),
    intervalMs: 60_000,
    length: open.length,
    time: prices.map((_, row) => row * 60_000),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: new Float64Array(open.length),
    ...rest,
  };
}

Deno.test("firstTouch() reproduces the vector of docs/methods.md#labels-and-weights", () => {
  const close = Float64Array.of(100, 101, 99.5, 100.5, 102.2, 101, 98, 99);
  const prices = { open: close, high: close, low: close };
  const [upper, lower, horizon] = [0.02, 0.015, 4];
  const found = [0, 1, 2, 3, 4].map((row) => {
    const entry = close[row]!;
    const last = Math.min(row + horizon, close.length - 1);
    const touch = firstTouch(
      prices,
      row + 1,
      last,
      entry * (1 + upper),
      entry * (1 - lower),
    ) ?? { row: last, price: close[last]! };
    return [Math.sign(touch.price - entry), touch.row];
  });
  assertEquals(found, [[1, 4], [0, 5], [1, 4], [-1, 6], [-1, 6]]);
});

Deno.test("firstTouch() takes the adverse barrier in one bar, and the open beyond a gap", () => {
  const row = (open: number, high: number, low: number) => ({
    open: Float64Array.of(open),
    high: Float64Array.of(high),
    low: Float64Array.of(low),
  });
  assertEquals(firstTouch(row(100, 103, 97), 0, 0, 102, 98), { row: 0, price: 98 });
  assertEquals(firstTouch(row(100, 103, 99), 0, 0, 102, 98), { row: 0, price: 102 });
  assertEquals(firstTouch(row(95, 103, 94), 0, 0, 102, 98), { row: 0, price: 95 });
  assertEquals(firstTouch(row(104, 105, 90), 0, 0, 102, 98), { row: 0, price: 104 });
  assertEquals(firstTouch(row(100, 101, 99), 0, 0, 102, 98), null);
});

Deno.test("createLabels() enters at the next open and leaves h bars later, costs as a dead zone", () => {
  const bars = barsOf([1, 100, 7, 101, 100.5, 100.5], {
    close: Float64Array.of(9, 9, 9, 9, 9, 9),
  });
  const labels = createLabels(bars, { kind: "fixed-horizon", horizonBars: 2 }, 2);
  assertEquals(labels.outcome[0], 0.01);
  assertEquals(labels.cost[0], 0.005);
  assertEquals([...labels.classes], [2, 2, 1, -1, -1, -1]);
  assertEquals([...labels.end], [3, 4, 5, 3, 4, 5]);
  assert(Number.isNaN(labels.outcome[3]!));
  assertEquals(labels.horizonBars, 2);
  // A move of exactly the cost does not pay.
  const even = createLabels(barsOf([1, 100, 100.5]), { kind: "fixed-horizon", horizonBars: 1 }, 2);
  assertEquals(even.classes[0], 1);
});

Deno.test("createLabels() takes moves over a roll from joined prices and divides by traded ones", () => {
  const bars = barsOf([50, 50, 150, 151], {
    continuous: {
      method: "difference",
      adjustment: Float64Array.of(0, 0, -100, -100),
      contract: Int32Array.of(0, 0, 1, 1),
      contracts: ["#1", "#2"],
    },
  });
  const { outcome } = createLabels(bars, { kind: "fixed-horizon", horizonBars: 1 }, 0);
  assertEquals([...outcome.subarray(0, 2)], [0, 1 / 150]);
});

Deno.test("createLabels() leaves rows without a positive entry price unlabelled", () => {
  const bars = barsOf([10, -37, 0, 5, 6]);
  const labels = createLabels(bars, { kind: "fixed-horizon", horizonBars: 1 }, 1);
  assertEquals([...labels.classes], [-1, -1, 2, -1, -1]);
});

Deno.test("triple-barrier labels stand at multiples of the volatility known at the decision", () => {
  const bars = marketBars(4, { length: 300 });
  const spec = { ...TRIPLE_BARRIER.defaults, volatilitySpan: 10, upper: 3, lower: 2 };
  const labels = createLabels(bars, spec, 1);
  const returns = closeReturns(bars);
  let mean = 0, variance = 0, touched = 0;
  for (let row = 1; row < 270; row++) {
    // Exponentially weighted mean and variance (docs/methods.md#differential-sharpe-ratio).
    const weight = 2 / 11;
    const deviation = row === 1 ? 0 : returns[row]! - mean;
    mean = row === 1 ? returns[row]! : mean + weight * deviation;
    variance = (1 - weight) * (variance + weight * deviation * deviation);
    if (row < 10) {
      assertEquals(labels.classes[row], -1);
      continue;
    }
    const width = Math.sqrt(variance) * bars.open[row + 1]!;
    const entry = bars.open[row + 1]!;
    const end = labels.end[row]!;
    assert(end <= row + 1 + spec.horizonBars);
    if (end > row + spec.horizonBars) {
      const outcome = bars.open[end]! / entry - 1;
      assertClose(labels.outcome[row]!, outcome, 1e-12);
      continue;
    }
    touched++;
    const isBelow = bars.low[end]! <= entry - 2 * width + 1e-9;
    assert(isBelow || bars.high[end]! >= entry + 3 * width - 1e-9);
    if (isBelow) assert(labels.outcome[row]! <= -2 * width / entry + 1e-9);
  }
  assert(touched > 50 && touched < 250);
});

Deno.test("triple-barrier labels are known once a barrier is touched, before the time is up", () => {
  const returns = [100, 101, 100, 101, 100, 101, 100, 130];
  const spec = { ...TRIPLE_BARRIER.defaults, volatilitySpan: 3 };
  const labels = createLabels(barsOf(returns), spec, 1);
  assertEquals(labels.classes[5], 2);
  assertEquals(labels.end[5], 7);
});

Deno.test("clearestTrend() equals the t-values of scipy", () => {
  // scipy.stats.linregress(range(k), y[:k]): slope / stderr for k = 3 … 8, y as below:
  // -0.58, -0.88, 0.60, 1.67, 2.90, 4.16
  const prices = Float64Array.of(100, 98, 99, 98.5, 101, 102, 103.5, 104);
  const scan = clearestTrend(prices, 0, 2, 7);
  assertEquals(scan.bars, 7);
  assertClose(scan.tValue, 4.156496032569023, 1e-9);
  assertEquals(clearestTrend(Float64Array.of(5, 5, 5, 5), 0, 2, 3), { bars: 2, tValue: 0 });
  assertEquals(clearestTrend(Float64Array.of(5, 4, 3, 2), 0, 2, 3).tValue, -Infinity);
});

Deno.test("trend-scan labels are flat where the trend is weak or against the outcome", () => {
  const up = barsOf([9, 100, 101, 102, 103, 104]);
  const spec = { kind: "trend-scan", minBars: 2, maxBars: 4, tValue: 3 } as const;
  assertEquals(createLabels(up, spec, 1).classes[0], 2);
  const zigzag = barsOf([9, 100, 103, 99, 104, 101]);
  assertEquals(createLabels(zigzag, spec, 1).classes[0], 1);
});

Deno.test("createLabels() keeps class, outcome and cost consistent for every kind", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...LABEL_KINDS), (seed, { defaults, kind }) => {
      const bars = marketBars(seed, { length: 150, method: "ratio" });
      const labels = createLabels(bars, defaults, 3);
      for (let row = 0; row < bars.length; row++) {
        const label = labels.classes[row]!;
        const outcome = labels.outcome[row]!, cost = labels.cost[row]!;
        assertEquals(label < 0, Number.isNaN(outcome));
        if (label === 2) assert(outcome > cost);
        if (label === 0) assert(outcome < -cost);
        if (label >= 0) assert(labels.end[row]! > row && labels.end[row]! < bars.length);
        if (label === 1 && kind !== "trend-scan") assert(Math.abs(outcome) <= cost);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("parseLabelSpec() accepts the defaults and names what is wrong", () => {
  for (const { defaults } of LABEL_KINDS) assertEquals(parseLabelSpec(defaults), defaults);
  const cases: readonly [unknown, RegExp][] = [
    [{ kind: "fixed" }, /^label spec, kind: .*kinds: fixed-horizon, triple-barrier, trend-scan/],
    [{ kind: "fixed-horizon", horizonBars: 0 }, /^label spec, horizonBars: /],
    [{ kind: "fixed-horizon", horizonBars: 2, horizon: 2 }, /horizon/],
    [{ ...TRIPLE_BARRIER.defaults, upper: -1 }, /^label spec, upper: /],
    [{ ...TREND_SCAN.defaults, minBars: 30 }, /minBars above maxBars.*swap/],
  ];
  for (const [json, message] of cases) {
    assertThrows(() => parseLabelSpec(json), { name: "InputError", message });
  }
  assertThrows(() => createLabels(barsOf([1, 2]), TREND_SCAN.defaults, -1), RangeError);
});
