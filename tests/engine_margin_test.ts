import fc from "fast-check";
import type { Dated, Margin } from "../lib/market/instrument.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { lotsToLiquidate } from "../lib/trading/margin.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { OrderStrategy } from "../lib/trading/strategy.ts";
import { runPortfolio } from "../lib/engine/run_portfolio.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, optionsFor, randomBars, scripted } from "./fixtures/engine_fixture.ts";

const FREE = { feePerSideMicros: 0, slippageTicks: 0 };

function margin(...rows: readonly (readonly [string, number, number])[]): Dated<Margin>[] {
  return rows.map(([from, initialUsd, maintenanceUsd]) => ({
    from,
    value: { initialUsd, maintenanceUsd },
  }));
}

Deno.test("an entry needs the initial margin of its day and is cut to what equity backs", () => {
  const bars = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  const session = { tradeDay: Int32Array.of(0, 0, 1, 1), isLast: new Uint8Array(4) };
  const changes = {
    session,
    costs: FREE,
    initialCashUsd: 1_000,
    margin: { overnight: margin(["1970-01-01", 300, 250], ["1970-01-02", 150, 100]) },
  };
  const result = runEngine(bars, optionsFor(bars, scripted([9, 9, 9, 9]), changes));
  assertEquals([...result.positionLots], [0, 3, 3, 6]);
  assertEquals(result.vetoes.margin, 3);
});

Deno.test("a position may be larger inside a session than over its close", () => {
  const bars = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  const session = { tradeDay: Int32Array.of(0, 0, 0, 1), isLast: Uint8Array.of(0, 0, 1, 0) };
  const changes = {
    session,
    costs: FREE,
    initialCashUsd: 1_000,
    margin: {
      overnight: margin(["1970-01-01", 500, 400]),
      intraday: margin(["1970-01-01", 100, 90]),
    },
  };
  const result = runEngine(bars, optionsFor(bars, scripted([8, 8, 2, 2]), changes));
  assertEquals(result.fills.map(({ bar, lots, reason }) => [bar, lots, reason]), [
    [1, 8, "signal"],
    [2, -6, "margin"],
    [3, -2, "end-of-data"],
  ]);
});

Deno.test("liquidation closes the fewest lots that restore the maintenance margin", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 60_000 }),
      (held, maintenance, share, equity) => {
        const cost = Math.floor(maintenance * share / 1_000);
        const isCovered = (closed: number) =>
          equity - closed * cost >= (held - closed) * maintenance;
        const closed = lotsToLiquidate(held, held * maintenance - equity, maintenance, cost);
        assert(isCovered(closed) || closed === held);
        assert(closed === 0 || !isCovered(closed - 1));
      },
    ),
  );
});

Deno.test("no close leaves a position that equity does not keep", () => {
  let calls = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const bars = randomBars(seed, 120);
      const isLast = Uint8Array.from({ length: 120 }, (_, bar) => bar % 30 === 29 ? 1 : 0);
      const tradeDay = Int32Array.from({ length: 120 }, (_, bar) => Math.floor(bar / 30));
      const changes = {
        session: { tradeDay, isLast },
        initialCashUsd: 1_500,
        margin: {
          overnight: margin(["1970-01-01", 320, 300], ["1970-01-03", 420, 400]),
          intraday: margin(["1970-01-01", 110, 100]),
        },
      };
      const targets = Array.from({ length: 120 }, (_, bar) => (((seed + bar) >> 4) % 3 - 1) * 9);
      const { equityMicros, fills } = runEngine(bars, optionsFor(bars, scripted(targets), changes));
      let lots = 0, next = 0;
      for (let bar = 0; bar < 119; bar++) {
        for (; next < fills.length && fills[next]!.bar === bar; next++) lots += fills[next]!.lots;
        const overnight = tradeDay[bar]! >= 2 ? 400 : 300;
        const maintenance = isLast[bar] === 1 ? overnight : 100;
        assert(equityMicros[bar]! <= 0 || Math.abs(lots) * maintenance * 1e6 <= equityMicros[bar]!);
      }
      calls += fills.filter(({ reason }) => reason === "margin").length;
    }),
    { numRuns: 60 },
  );
  assert(calls > 60, `only ${calls} margin calls`);
});

Deno.test("the slots of an account share its margin, and the largest requirement is closed first", () => {
  const still = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  const falling = barsOf([400, 400, 400, 400], [400, 400, 360, 360]);
  const slot = (bars: typeof still, targets: readonly number[], usd: number) => ({
    ...optionsFor(bars, scripted(targets), {
      costs: FREE,
      margin: { overnight: margin(["1970-01-01", usd, usd]) },
      executor: createSimulatedExecutor(FREE),
    }),
    bars,
  });
  // The first slot reserves 300 of 1,000 when it orders, so that the second can have 700.
  const slots = [slot(still, [3, 3, 3, 3], 100), slot(falling, [9, 2, 2, 2], 350)];
  const result = runPortfolio({ initialCashUsd: 1_000, slots });
  assertEquals(result.slots.map(({ positionLots }) => positionLots[1]), [3, 2]);
  // The fall of 40 ticks costs two lots $100: 900 do not keep 300 + 700.
  assertEquals(result.slots[1]!.fills.map(({ bar, lots, reason }) => [bar, lots, reason]).at(1), [
    2,
    -1,
    "margin",
  ]);
  assertEquals(result.slots[0]!.fills.every(({ reason }) => reason !== "margin"), true);
});

Deno.test("an account that is used up closes everything and never trades again", () => {
  const still = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  const falling = barsOf([400, 400, 400, 400], [400, 400, 100, 400]);
  const slot = (bars: typeof still) => ({
    ...optionsFor(bars, scripted([1, 1, 1, 1]), {
      costs: FREE,
      marginPerLotUsd: 1,
      executor: createSimulatedExecutor(FREE),
    }),
    bars,
  });
  const result = runPortfolio({ initialCashUsd: 300, slots: [slot(still), slot(falling)] });
  assertEquals(result.ruinedAt, 180_000);
  assertEquals(result.slots.map(({ fills }) => fills.map(({ reason }) => reason)), [
    ["signal", "margin"],
    ["signal", "margin"],
  ]);
  assertEquals(result.equityMicros.at(-1), (300 - 375) * 1e6);
});

Deno.test("a night whose last bar is missing is not looked at until the next close", () => {
  const bars = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  const session = { tradeDay: Int32Array.of(0, 0, 1, 1), isLast: Uint8Array.of(0, 0, 0, 1) };
  const changes = {
    session,
    costs: FREE,
    initialCashUsd: 1_000,
    margin: {
      overnight: margin(["1970-01-01", 500, 400]),
      intraday: margin(["1970-01-01", 100, 90]),
    },
  };
  const result = runEngine(bars, optionsFor(bars, scripted([8, 8, 8, 8]), changes));
  assertEquals(result.fills.map(({ bar, lots, reason }) => [bar, lots, reason]), [
    [1, 8, "signal"],
    [3, -6, "margin"],
    [3, -2, "end-of-data"],
  ]);
});

Deno.test("what is paid in full has no maintenance margin: only a used-up account closes it", () => {
  const falling = barsOf([400, 400, 100, 100], [400, 400, 100, 100]);
  const changes = { costs: FREE, initialCashUsd: 1_000, margin: { overnight: [] } };
  const result = runEngine(falling, optionsFor(falling, scripted([9, 9, 9, 9]), changes));
  // A lot is worth 100.00 · 5 = $500; after the fall $250 of $1,000 are left.
  assertEquals([...result.positionLots], [0, 2, 2, 2]);
  assertEquals(result.fills.map(({ reason }) => reason), ["signal", "end-of-data"]);
});

Deno.test("an entry that is paid in full never spends more than there is at its open", () => {
  // Worth $50 a lot at the close of 10 and $55 at the open of 11; a thousand dollars in the account.
  const bars = barsOf([40, 44, 44, 44], [40, 44, 44, 44]);
  const changes = { costs: FREE, initialCashUsd: 1_000, marginPerLotUsd: null };
  const target = runEngine(bars, optionsFor(bars, scripted([20, 20, 20]), changes));
  assertEquals([...target.positionLots], [0, 18, 18, 18]);
  const twice: OrderStrategy = {
    name: "two orders",
    warmupBars: 0,
    onClose({ bar }, gateway) {
      if (bar === 0) { for (const lots of [12, 8]) gateway.submit({ lots }); }
    },
  };
  const ordered = runEngine(bars, optionsFor(bars, twice, changes));
  assertEquals(ordered.fills.slice(0, 2).map(({ lots }) => lots), [12, 6]);
  const dear = barsOf([40, 4_400, 4_400], [40, 4_400, 4_400]);
  assertEquals(runEngine(dear, optionsFor(dear, scripted([1, 1]), changes)).fills, []);
});

Deno.test("a fall below zero inside a bar that its close recovers is no ruin", () => {
  const bars = barsOf([400, 400, 400, 400], [400, 400, 400, 400]);
  bars.low[2] = 10;
  const changes = { costs: FREE, initialCashUsd: 200, marginPerLotUsd: 100 };
  const result = runEngine(bars, optionsFor(bars, scripted([1, 1, 1]), changes));
  assertEquals([result.ruinedAt, ...result.positionLots], [null, 0, 1, 1, 1]);
});
