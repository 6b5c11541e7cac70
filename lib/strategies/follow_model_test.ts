import { throws as assertThrows } from "node:assert/strict";
import { barsOf, optionsFor } from "../../tests/fixtures/engine_fixture.ts";
import { assertEquals } from "../../tests/assert.ts";
import { fixedLots } from "../risk/sizing.ts";
import { runEngine } from "../engine/run_engine.ts";
import { followModel, type FollowModelOptions } from "./follow_model.ts";

/** Rows: "u" surely up, "d" surely down, "-" undecided, " " no prediction. */
function probabilities(rows: string): Float32Array {
  const table: Record<string, number[]> = {
    u: [0, 0.2, 0.8],
    d: [0.8, 0.2, 0],
    "-": [0.4, 0.2, 0.4],
    " ": [NaN, NaN, NaN],
  };
  return Float32Array.from([...rows].flatMap((row) => table[row]!));
}

const sizing = fixedLots(1);

function follow(rows: string, changes: Partial<FollowModelOptions> = {}) {
  const flat = Array.from(rows, () => 4_000);
  const bars = barsOf(flat, flat);
  const reasons: string[] = [];
  const observer = {
    onDecision: ({ sentence }: { sentence: string }) => void reasons.push(sentence),
  };
  const strategy = followModel({
    signals: { probabilities: probabilities(rows) },
    horizonBars: 3,
    classOutcomes: [-0.001, 0, 0.001],
    costTicks: 2,
    edgeThreshold: 1.5,
    source: "test",
    modelVersion: 7,
    ...changes,
  });
  const held = [...runEngine(bars, optionsFor(bars, strategy, { observer, sizing })).positionLots];
  return { held, reasons, strategy, bars };
}

Deno.test("followModel() holds for the horizon, counted from the fill bar", () => {
  assertEquals(follow("-u-------").held, [0, 0, 1, 1, 1, 0, 0, 0, 0]);
});

Deno.test("followModel() holds on when confirmed and reverses on the other side", () => {
  assertEquals(follow("u-u------").held, [0, 1, 1, 1, 1, 1, 0, 0, 0]);
  assertEquals(follow("u-d------").held, [0, 1, 1, -1, -1, -1, 0, 0, 0]);
});

Deno.test("followModel() stays out where the edge does not pay or is missing", () => {
  // An edge of 0.0008 · 4,000 ticks is 3.2 ticks; 1.7 times a cost of 2 is 3.4.
  assertEquals(follow("u-------", { edgeThreshold: 1.7 }).held, [0, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(follow("        ").held, [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("followModel() buys a rise below zero too", () => {
  const bars = barsOf([-4_000, -4_000, -4_000], [-4_000, -4_000, -4_000]);
  const strategy = follow("u--").strategy;
  const context = { bars, bar: 0, exposure: 0, positionLots: 0, acts: true };
  assertEquals(strategy.begin().forecast(context).exposure, 1);
});

Deno.test("followModel() gives its reason in words and numbers", () => {
  assertEquals(follow("ud--- --").reasons, [
    "up 0.80, edge +3.2 ticks above the 3.0 needed: go long 1",
    "down 0.80, edge -3.2 ticks above the 3.0 needed: go short 1",
    "down 0.40, edge +0.0 ticks within the 3.0 needed: hold short 1",
    "down 0.40, edge +0.0 ticks within the 3.0 needed: hold short 1",
    "down 0.40, edge +0.0 ticks within the 3.0 needed: close short 1",
    "no prediction at this bar: stay flat",
    "down 0.40, edge +0.0 ticks within the 3.0 needed: stay flat",
  ]);
});

Deno.test("followModel() remembers nothing from an earlier run", () => {
  const { held, strategy, bars } = follow("-u-------");
  assertEquals([...runEngine(bars, optionsFor(bars, strategy, { sizing })).positionLots], held);
});

Deno.test("followModel() refuses a horizon below one bar", () => {
  assertThrows(() => follow("-", { horizonBars: 0 }), RangeError);
});
