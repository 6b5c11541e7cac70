import nodeAssert from "node:assert/strict";
import { createCalendar, sessionMarks } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import { findInstrument } from "../market/instruments.ts";
import { DAY_MS } from "../market/time_zone.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { bestAchievable } from "./best_achievable.ts";
import { optimalPositions } from "./optimal_positions.ts";
import { simulateBars, type SimulationOptions, worldReturns } from "./simulate_bars.ts";
import { type World, WORLD_KINDS } from "./world.ts";

const MES = findInstrument("MES");
const OPTIONS: SimulationOptions = {
  world: { kind: "ar1" },
  instrument: MES,
  bars: 20_000,
  intervalMs: 60_000,
  seed: 7,
  start: Date.parse("2024-06-07T00:00Z"),
  startPrice: 5_000,
  volatilityTicks: 8,
};

Deno.test("simulateBars() makes bars on ticks that join without gaps, in every world", () => {
  for (const kind of WORLD_KINDS) {
    const bars = simulateBars({ ...OPTIONS, world: { kind }, bars: 5_000 });
    for (let i = 0; i < bars.length; i++) {
      const [open, high, low, close] = [bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!];
      assert(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close));
      for (const price of [open, high, low, close]) assert(Number.isInteger(price / MES.tickSize));
      if (i > 0) assert(open === bars.close[i - 1]! && bars.time[i]! > bars.time[i - 1]!);
      assert(Number.isInteger(bars.volume[i]!) && bars.volume[i]! > 0);
    }
  }
});

Deno.test("simulateBars() trades every minute of the calendar and none other", () => {
  const bars = simulateBars(OPTIONS);
  const calendar = createCalendar(MES);
  assert(bars.time.every((time) => calendar.isOpen(time)));
  let open = 0;
  for (let time = bars.time[0]!; time <= bars.time.at(-1)!; time += 60_000) {
    open += calendar.isOpen(time) ? 1 : 0;
  }
  assertEquals(open, bars.length);
  const { isLast, tradeDay } = sessionMarks(bars, calendar);
  assertEquals(isLast.reduce((total, mark) => total + mark, 0), new Set(tradeDay).size - 1);
});

Deno.test("simulateBars() gives the same bytes for the same seed, and a prefix for fewer bars", () => {
  const [once, again] = [simulateBars(OPTIONS), simulateBars(OPTIONS)];
  assertEquals(once, again);
  const fewer = simulateBars({ ...OPTIONS, bars: 500 });
  assertEquals(fewer.high, once.high.slice(0, 500));
  assertEquals(fewer.volume, once.volume.slice(0, 500));
  assert(simulateBars({ ...OPTIONS, seed: 8 }).close[99] !== once.close[99]);
});

Deno.test("simulateBars() writes decimal ticks as the decimal number", () => {
  const gold = simulateBars({ ...OPTIONS, instrument: findInstrument("MGC"), bars: 300 });
  assert(gold.close.every((price) => Number(price.toFixed(1)) === price));
});

Deno.test("simulateBars() stamps daily bars with their trade date and skips holidays", () => {
  const bars = simulateBars({
    ...OPTIONS,
    instrument: findInstrument("SPY"),
    intervalMs: DAY_MS,
    bars: 4,
    start: Date.parse("2024-07-02T00:00Z"),
    startPrice: 500,
  });
  assertEquals([...bars.time].map((time) => new Date(time).toISOString().slice(0, 10)), [
    "2024-07-02",
    "2024-07-03",
    "2024-07-05",
    "2024-07-08",
  ]);
});

Deno.test("simulateBars() has highs of a Brownian bridge and volume in a bowl", () => {
  const bars = simulateBars({ ...OPTIONS, world: { kind: "gbm", drift: 0 }, volatilityTicks: 40 });
  let rise = 0;
  for (let i = 0; i < bars.length; i++) {
    const unit = 40 * MES.tickSize * bars.open[i]! / OPTIONS.startPrice;
    rise += (bars.high[i]! - bars.open[i]!) / unit / bars.length;
  }
  // Brownian motion's maximum over one unit of time has mean √(2/π).
  assertClose(rise, 0.797885, 0.015);
  const calendar = createCalendar(MES);
  const byThird = [0, 0, 0];
  const counts = [0, 0, 0];
  bars.time.forEach((time, i) => {
    const session = calendar.sessionAt(time)!;
    const third = Math.floor(3 * (time - session.open) / (session.close - session.open));
    byThird[third]! += bars.volume[i]!;
    counts[third]!++;
  });
  const [early, middle, late] = byThird.map((volume, i) => volume / counts[i]!);
  assert(middle! < 0.7 * early! && middle! < 0.7 * late!);
});

Deno.test("simulateBars() refuses options out of range", () => {
  const bad: readonly Partial<SimulationOptions>[] = [
    { bars: 0 },
    { bars: 1.5 },
    { intervalMs: 0 },
    { intervalMs: 22 * 3_600_000 },
    { start: NaN },
    { startPrice: -1 },
    { volatilityTicks: 0 },
    { startPrice: 10 },
    { world: { kind: "ou", kappa: 0.0001 }, startPrice: 60, bars: 100_000 },
  ];
  for (const options of bad) {
    nodeAssert.throws(() => simulateBars({ ...OPTIONS, ...options }), InputError);
  }
});

/** Net reward per bar of positions decided at each close, and its standard error. */
function realised(options: SimulationOptions, cost: number): { mean: number; error: number } {
  const bars = simulateBars(options);
  const positions = optimalPositions(bars, options, cost);
  const returns = worldReturns(bars, options);
  const rewards: number[] = [];
  let held = 0;
  for (let i = 0; i + 1 < bars.length; i++) {
    const turned = Math.abs(positions[i]! - held);
    held = positions[i]!;
    rewards.push(held * returns[i + 1]! - cost * turned);
  }
  const mean = rewards.reduce((total, reward) => total + reward, 0) / rewards.length;
  const square = rewards.reduce((total, reward) => total + (reward - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square) / rewards.length };
}

const WORLDS: readonly (readonly [World, number])[] = [
  [{ kind: "ar1", phi: 0.2 }, 0],
  [{ kind: "ar1", phi: 0.2 }, 0.1],
  [{ kind: "ar1", phi: -0.3 }, 0.05],
  [{ kind: "ou", kappa: 0.1 }, 0],
  [{ kind: "ou", kappa: 0.1 }, 0.1],
  [{ kind: "regime", drift: 0.3, stay: 0.95 }, 0],
  [{ kind: "regime", drift: 0.3, stay: 0.95 }, 0.1],
  [{ kind: "sinusoid" }, 0.1],
  [{ kind: "gbm", drift: 0.05 }, 0.1],
];

Deno.test("optimalPositions() earns bestAchievable() on simulated bars, within three errors", () => {
  for (const [world, cost] of WORLDS) {
    const options = { ...OPTIONS, world, bars: 200_000, intervalMs: 300_000 };
    const { error, mean } = realised(options, cost);
    const best = bestAchievable(world, cost).meanPerBar;
    assert(
      Math.abs(mean - best) < 3 * error,
      `${JSON.stringify(world)} at ${cost}: ${mean} is not ${best} ± ${error}`,
    );
  }
});

Deno.test("optimalPositions() stays flat where nothing can be earned", () => {
  const bars = simulateBars({ ...OPTIONS, bars: 100 });
  for (const world of [{ kind: "garch" }, { kind: "jump" }] as const) {
    assertEquals(new Set(optimalPositions(bars, { ...OPTIONS, world }, 0.1)), new Set([0]));
  }
});

Deno.test("optimalPositions() never looks ahead", () => {
  for (const world of WORLDS.map(([world]) => world)) {
    const options = { ...OPTIONS, world, bars: 400 };
    const whole = optimalPositions(simulateBars(options), options, 0.05);
    const shorter = { ...options, bars: 250 };
    const part = optimalPositions(simulateBars(shorter), shorter, 0.05);
    assertEquals(part, whole.slice(0, 250));
  }
});
