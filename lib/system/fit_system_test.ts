import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../core/errors.ts";
import { decideActions } from "../strategies/decide.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import {
  MARKET,
  openTrending,
  predictParts,
  trainParts,
} from "../../tests/fixtures/blend_fixture.ts";
import { fitSystem, makeSystem, type SystemRequest } from "./fit_system.ts";
import {
  readySystem,
  requireSameInstrument,
  systemConditions,
  systemForecasts,
  systemTradingConditions,
} from "./run_system.ts";
import { systemSettings } from "./system_settings.ts";
import type { TradingSystem } from "../records/mod.ts";
import { settlingBars } from "./settling.ts";

// Outside of any test: the runtime that checks a graph after its training keeps a port open.
const opened = await openTrending();
const models = await predictParts(await trainParts(opened), opened);
const REQUEST: SystemRequest = {
  name: "MES-blend",
  blend: { kind: "hedge", confidenceShare: 0.4 },
  market: MARKET,
  risk: { limits: {} },
};
const ROWS = { from: 2_000, to: opened.bars.length };
const instant = (row: number) => new Date(opened.bars.time[row]!).toISOString();

Deno.test("fitSystem() reads no bar of those that it leaves unseen", () => {
  const { history, system } = fitSystem(models, opened, REQUEST, ROWS);
  assertEquals(history, { from: 2_000, to: 2_800 });
  assertEquals([system.lastBarSeen, system.evidence.history?.lastTime], [
    ...[instant(2_799), instant(2_799)],
  ]);
  const { bars } = opened;
  // The open of the bar after the last is known when the last has closed.
  const shaken = (prices: Float64Array, first: number) =>
    prices.map((price, row) => row < first ? price : price * 1.5);
  const later = {
    ...opened,
    bars: {
      ...bars,
      open: shaken(bars.open, 2_801),
      high: shaken(bars.high, 2_800),
      low: shaken(bars.low, 2_800),
      close: shaken(bars.close, 2_800),
    },
  };
  assertEquals(fitSystem(models, later, REQUEST, ROWS).system, system);
});

Deno.test("a system knows its costs, sizes and bars of a year by the last bar that it has seen", () => {
  const { lots: _, ...market } = MARKET;
  const volatilityTarget = { annualVolatility: 0.2, maxLeverage: 2 };
  const made = (changes: Partial<SystemRequest>) =>
    makeSystem(models, opened, { ...REQUEST, market, ...changes }, { from: 2_000, to: 2_800 });
  const price = opened.bars.close[2_799]! * opened.bars.instrument.pointValue;
  const lots = Math.max(1, Math.floor(0.99 * MARKET.cashUsd / price));
  assertEquals(made({}).sizing, { kind: "fixed", lots });
  const { barsPerYear, ...target } = made({ risk: { limits: {}, volatilityTarget } })
    .sizing as unknown as { readonly barsPerYear: number };
  assertEquals(target, { kind: "volatility-target", ...volatilityTarget });
  const days = new Set(opened.session.tradeDay.subarray(0, 2_800)).size;
  assertClose(barsPerYear, 2_800 / days * 252, 1e-9);
  assertEquals(made({}).costs.slippageTicks, 1);
});

Deno.test("where a test begins changes no forecast: parts forget where they began within the look-back", () => {
  const { system } = fitSystem(models, opened, REQUEST, ROWS);
  const ready = readySystem(system, models);
  assert(system.lookBack.signalBars >= 20, `${system.lookBack.signalBars}`);
  const whole = systemForecasts(ready, opened.bars, { from: 2_800, to: 3_600 });
  for (const from of [2_801, 2_850, 3_003, 3_400]) {
    const late = systemForecasts(ready, opened.bars, { from, to: 3_600 });
    for (let row = from; row < 3_600; row++) assertEquals(late(row), whole(row), `row ${row}`);
  }
});

Deno.test("one part is followed as it is; several need a blend, and a blend some history", () => {
  const { blend: _, ...alone } = REQUEST;
  const { history, system } = fitSystem(models.slice(0, 1), opened, alone, ROWS);
  assertEquals([history, system.blend, system.evidence.history], [
    { from: 2_000, to: 2_000 },
    null,
    null,
  ]);
  assertEquals(system.lastBarSeen, models[0]!.model.manifest.data.lastTime);
  assertThrows(() => fitSystem(models, opened, alone, ROWS), {
    name: "InputError",
    message: /of 5 parts without a blend/,
  });
  assertThrows(() => fitSystem(models, opened, REQUEST, { from: 3_600, to: 4_000 }), InputError);
});

Deno.test("requireSameInstrument() refuses other instruments, other facts and other bars", () => {
  const { system } = fitSystem(models, opened, REQUEST, ROWS);
  const { bars } = opened;
  requireSameInstrument(system, bars);
  const cases = [
    [{ ...bars, instrument: { ...bars.instrument, symbol: "ES" } }, /Cannot trade ES/],
    [{ ...bars, instrument: { ...bars.instrument, pointValue: 50 } }, /has pointValue 50 here/],
    [{ ...bars, intervalMs: 60_000 }, /of 3600 s bars on bars of 60 s/],
  ] as const;
  for (const [other, message] of cases) {
    assertThrows(() => requireSameInstrument(system, other), { name: "InputError", message });
  }
  const conditions = systemConditions(readySystem(system, models), opened, MARKET, {
    ...{ from: 2_800, to: 3_000 },
  });
  assertEquals([conditions.sizing, conditions.maxLots], [{ kind: "fixed", lots: 4 }, 4]);
});

Deno.test("settlingBars() is the longest memory of a policy for where it began, counted out", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 3 }), {
    minLength: 9 * 12,
    maxLength: 9 * 12,
  });
  fc.assert(fc.property(weights, (values) => {
    const rows = 12, actions = [-1, 0, 1];
    // No two alike: of equals the one nearest to what is held would win.
    const probabilities = Float32Array.from(values, (value, i) => value + i / 1_024);
    let longest = 0;
    for (let start = 0; start < rows; start++) {
      const paths = actions.map((_, held) => {
        const own = probabilities.slice(9 * start);
        // The first row as if that position were held: its block stands where flat's is read.
        own.copyWithin(3, 3 * held, 3 * held + 3);
        return Array.from(decideActions(own, actions));
      });
      const agree = paths[0]!.findIndex((_, row) => new Set(paths.map((p) => p[row])).size === 1);
      longest = Math.max(longest, agree < 0 ? rows - start : agree + 1);
      if (agree < 0) break;
    }
    assertEquals(settlingBars(probabilities, actions, { from: 0, to: rows }), longest);
  }));
});

Deno.test("a margin that a system was fitted with counts wherever it trades, unless the account names one", () => {
  const rows = { from: 2_000, to: 2_800 };
  const made = (marginUsd?: number) =>
    makeSystem(models, opened, {
      ...REQUEST,
      market: { ...MARKET, ...(marginUsd === undefined ? {} : { marginUsd }) },
    }, rows);
  const marginOf = (system: TradingSystem, account: { readonly marginUsd?: number } = {}) =>
    systemTradingConditions(
      { system, settings: systemSettings(system) },
      opened.bars.instrument,
      { cashUsd: 100_000, ...account },
      19_000,
    ).marginPerLotUsd;
  const [plain, fitted] = [made(), made(777)];
  assertEquals([plain.marginUsd, fitted.marginUsd], [undefined, 777]);
  assertEquals(marginOf(fitted), 777);
  assertEquals(marginOf(fitted, { marginUsd: 900 }), 900);
  assert(marginOf(plain) !== 777);
});
