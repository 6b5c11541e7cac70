import { throws } from "node:assert/strict";
import fc from "fast-check";
import { TradingEnvironment } from "../lib/rl/environment/trading_environment.ts";
import { netResult, transitionTable } from "../lib/rl/environment/transition_table.ts";
import type { Bars } from "../lib/market/bars.ts";
import type { SessionMarks } from "../lib/market/calendar.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { RunOptions } from "../lib/engine/run_options.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { FULL_LOTS, optionsFor, randomBars, scripted, TICK } from "./fixtures/engine_fixture.ts";
import { marketBars, withOtherFuture } from "./fixtures/market_fixture.ts";

const LENGTH = 160;
const COSTS = { feePerSideMicros: 500_000, slippageTicks: 1 };

/** Sessions of 17 bars; every third lacks its last bar, as when nothing trades then. */
function sessionsOf(length: number): SessionMarks {
  const tradeDay = Int32Array.from({ length }, (_, bar) => Math.floor(bar / 17));
  const isLast = Uint8Array.from(
    { length },
    (_, bar) => bar % 17 === 16 && tradeDay[bar]! % 3 !== 2 ? 1 : 0,
  );
  return { tradeDay, isLast };
}

interface Setting {
  readonly bars: Bars;
  readonly session: SessionMarks;
  readonly flattens: boolean;
  readonly cashUsd: number;
  readonly from: number;
  readonly to: number;
}

const anySetting = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  kind: fc.constantFrom("plain", "difference", "ratio"),
  flattens: fc.boolean(),
  cashUsd: fc.constantFrom(1_000, 10_000, 1_000_000),
  from: fc.integer({ min: 0, max: 30 }),
  to: fc.integer({ min: 60, max: LENGTH }),
}).map(({ kind, seed, ...setting }): Setting => ({
  ...setting,
  bars: kind === "plain"
    ? randomBars(seed, LENGTH)
    : marketBars(seed, { length: LENGTH, method: kind === "ratio" ? "ratio" : "difference" }),
  session: sessionsOf(LENGTH),
}));

/** Equity of the engine at each close from `from` on. */
function engineRun(setting: Setting, strategy: Strategy, changes: Partial<RunOptions> = {}) {
  const { bars, cashUsd, flattens, from, session, to } = setting;
  return runEngine(
    bars,
    optionsFor(bars, strategy, {
      ...{ costs: COSTS, session, from, to, initialCashUsd: cashUsd, maxLots: 7 },
      flattenAtSessionEnd: flattens,
      marginPerLotUsd: 800,
      ...changes,
    }),
  );
}

function environmentOf(setting: Setting, marginPerLotUsd = 800): TradingEnvironment {
  return new TradingEnvironment({
    bars: setting.bars,
    session: setting.session,
    costs: COSTS,
    initialCashUsd: setting.cashUsd,
    marginPerLotUsd,
    flattenAtSessionEnd: setting.flattens,
    maxLots: 7,
  });
}

Deno.test("TradingEnvironment has the engine's equity and position for whole lots, to the micro-dollar", () => {
  fc.assert(fc.property(anySetting, (setting) => {
    const random = createRandom(setting.from + 1);
    const targets = Array.from({ length: LENGTH }, () => random.integer(21) - 10);
    const result = engineRun(setting, scripted(targets));
    const environment = environmentOf(setting);
    environment.reset([{ from: setting.from, to: setting.to }]);
    while (!environment.isDone(0)) {
      environment.step(Int32Array.of(targets[environment.bar(0)]!));
      const at = environment.bar(0) - setting.from;
      assertEquals(environment.equityMicros(0), result.equityMicros[at]);
    }
    assertEquals(environment.equityMicros(0), result.equityMicros.at(-1));
  }));
});

Deno.test("TradingEnvironment has the engine's equity for exposures that become lots by equity and price", () => {
  fc.assert(fc.property(anySetting, (setting) => {
    const random = createRandom(setting.to);
    const exposures = Float64Array.from({ length: LENGTH }, () => 6 * random.uniform() - 3);
    const { close, instrument: { pointValue } } = setting.bars;
    const lots = new Array<number>(LENGTH).fill(0);
    const equity: number[] = [];
    const environment = environmentOf(setting);
    environment.reset([{ from: setting.from, to: setting.to }]);
    while (!environment.isDone(0)) {
      const bar = environment.bar(0);
      lots[bar] = environment.lotsOf(0, exposures[bar]!);
      environment.step(Int32Array.of(lots[bar]!));
      equity.push(environment.equityMicros(0));
    }
    const result = engineRun(setting, scripted(lots.map((each) => clamp(each, FULL_LOTS))));
    equity.forEach((micros, step) => assertClose(micros, result.equityMicros[step + 1]!, 1e-9));
    lots.slice(setting.from, setting.from + equity.length).forEach((each, step) => {
      const usd = result.equityMicros[step]! / 1e6;
      const wanted = usd <= 0 ? 0 : Math.trunc(
        exposures[setting.from + step]! * usd / (close[setting.from + step]! * pointValue),
      );
      assertEquals(each + 0, wanted + 0);
    });
  }));
});

/** What is beyond the lot limit is cut either way. */
function clamp(lots: number, most: number): number {
  return Math.max(-most, Math.min(most, lots));
}

Deno.test("TradingEnvironment keeps its episodes apart: many at once are as each alone", () => {
  const setting: Setting = {
    ...{ bars: marketBars(5, { length: LENGTH, method: "difference" }), flattens: true },
    ...{ session: sessionsOf(LENGTH), cashUsd: 50_000, from: 0, to: LENGTH },
  };
  const windows = [{ from: 0, to: 90 }, { from: 30, to: LENGTH }, { from: 31, to: 40 }];
  const wanted = (bar: number, episode: number) => (bar * (episode + 2)) % 5 - 2;
  const together = environmentOf(setting);
  together.reset(windows);
  for (let step = 0; step < LENGTH; step++) {
    together.step(Int32Array.from(windows, (_, i) => wanted(together.bar(i), i)));
  }
  windows.forEach((window, episode) => {
    const alone = environmentOf(setting);
    alone.reset([window]);
    while (!alone.isDone(0)) alone.step(Int32Array.of(wanted(alone.bar(0), episode)));
    assert(together.isDone(episode));
    assertEquals(together.equityMicros(episode), alone.equityMicros(0));
  });
});

Deno.test("transitionTable() adds up to the engine's profit along any positions, sessions and rolls included", () => {
  fc.assert(fc.property(anySetting, (setting) => {
    const { bars, flattens, from, session, to } = setting;
    const random = createRandom(to);
    const targets = Array.from({ length: LENGTH }, () => random.integer(5) - 2);
    // Enough cash that no rule of the account interferes.
    const rich = { ...setting, cashUsd: 5_000_000 };
    const strategy = scripted(targets);
    const { equityMicros, initialMicros } = engineRun(rich, strategy, { marginPerLotUsd: 1 });
    const table = transitionTable(bars, {
      ...{ costs: COSTS, session, from, to },
      flattenAtSessionEnd: flattens,
    });
    const tickValue = bars.instrument.tickSize * bars.instrument.pointValue * 1e6;
    let held = 0, profit = 0;
    for (let row = 0; row < table.rows; row++) {
      const next = table.forced[row] === 1 ? 0 : targets[from + row]!;
      profit += netResult(table, row, held, next) * tickValue;
      held = table.resets[row] === 1 ? 0 : next;
    }
    assertClose(profit, equityMicros.at(-1)! - initialMicros, 1e-3);
  }));
});

Deno.test("transitionTable() charges costs with the right sign and knows nothing beyond the next fill", () => {
  const bars = randomBars(3, 60);
  const options = {
    ...{ costs: COSTS, session: sessionsOf(60), flattenAtSessionEnd: false, from: 0, to: 60 },
  };
  const table = transitionTable(bars, options);
  assertEquals(table.turnCost, 1 + 500_000 / TICK);
  assertClose(netResult(table, 5, 1, 1) - netResult(table, 5, 0, 1), table.turnCost, 1e-12);
  assertClose(netResult(table, 5, 0, 0), 0, 0);
  // Row t ends at the open of bar t + 2: later bars do not count.
  const other = transitionTable(withOtherFuture(bars, 23, 9), options);
  assertEquals(other.gross.subarray(0, 21), table.gross.subarray(0, 21));
});

Deno.test("transitionTable() refuses one bar, and a size that is not known", () => {
  const bars = randomBars(1, 10);
  const options = { costs: COSTS, session: sessionsOf(10), flattenAtSessionEnd: false, from: 0 };
  throws(() => transitionTable(bars, { ...options, to: 1 }), {
    message:
      "Cannot learn to trade as it takes two bars at least: current value is 1 (give more bars)",
  });
  const size = new Float64Array(10).fill(1).with(3, NaN);
  throws(() => transitionTable(bars, { ...options, to: 10, size }), {
    message:
      "bar 3: Cannot learn to trade as the size of a position is unknown: current value is NaN " +
      "(begin later, where it can be estimated)",
  });
});

Deno.test("TradingEnvironment refuses a window without two bars", () => {
  const bars = randomBars(1, 10);
  const environment = environmentOf({
    ...{ bars, session: sessionsOf(10), flattens: false, cashUsd: 1_000, from: 0, to: 10 },
  });
  throws(() => environment.reset([{ from: 9, to: 10 }]), {
    message:
      "Cannot begin an episode as its window must hold two of 10 bars: current value is 9 to 10",
  });
});

Deno.test("transitionTable() keeps the cost of resizing when the size of a position changes", () => {
  const bars = randomBars(2, 5);
  const table = transitionTable(bars, {
    ...{ costs: COSTS, session: sessionsOf(5), flattenAtSessionEnd: false, from: 0, to: 5 },
    size: Float64Array.of(2, 3, 1, 1, 1),
  });
  // From 2 to 3 lots, held on: one lot is bought. From 3 to 1, closed at the end: two are sold.
  assertClose(netResult(table, 1, 1, 1), 3 * table.gross[1]! - table.turnCost, 1e-9);
  assertClose(netResult(table, 2, 1, 1), table.gross[2]! - 2 * table.turnCost, 1e-9);
  assertClose(netResult(table, 2, -1, 0), -3 * table.turnCost, 1e-9);
});
