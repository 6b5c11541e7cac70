import fc from "fast-check";
import type { Bars } from "../lib/market/bars.ts";
import { tickValueMicros } from "../lib/market/tick_value.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { VolumeShare } from "../lib/execution/simulated/volume_share.ts";
import { toTicks } from "../lib/trading/money.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { RunOptions } from "../lib/engine/run_options.ts";
import type { EngineResult } from "../lib/engine/run_options.ts";
import type { OrderStrategy } from "../lib/trading/strategy.ts";
import {
  type PortfolioResult,
  type PortfolioSlot,
  runPortfolio,
} from "../lib/engine/run_portfolio.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, optionsFor, scripted } from "./fixtures/engine_fixture.ts";
import { marketBars, withOtherFuture } from "./fixtures/market_fixture.ts";
import { randomOrders } from "./fixtures/random_orders.ts";

const LENGTH = 150;
const COSTS = { feePerSideMicros: 730_001, slippageTicks: 1 };
const FREE = { feePerSideMicros: 0, slippageTicks: 0 };
const MARGIN = [{ from: "2000-01-01", value: { initialUsd: 900, maintenanceUsd: 800 } }];

function sessionsOf(length: number) {
  return {
    tradeDay: Int32Array.from({ length }, (_, bar) => Math.floor(bar / 23)),
    isLast: Uint8Array.from({ length }, (_, bar) => bar % 23 === 22 ? 1 : 0),
  };
}

/** Options of a slot or of an engine, with an executor of its own. */
function setUp(
  bars: Bars,
  strategy: RunOptions["strategy"],
  changes: Partial<RunOptions> = {},
): RunOptions & { readonly bars: Bars } {
  const session = sessionsOf(bars.length);
  const costs = changes.costs ?? COSTS;
  const executor = createSimulatedExecutor(costs, { session });
  return { ...optionsFor(bars, strategy, { executor, session, costs, ...changes }), bars };
}

const anySeed = fc.integer({ min: 1, max: 1e6 });
const linked = (seed: number) => randomOrders(seed, { linksOrders: true, parts: 1 });

/** Three instruments, two of them futures that roll; two strategies on one of them. */
function threeSlots(seed: number): PortfolioSlot[] {
  const first = marketBars(seed, { length: LENGTH, method: "difference" });
  const second = marketBars(seed + 1, { length: LENGTH, method: "ratio" });
  const changes = { margin: { overnight: MARGIN }, flattenAtSessionEnd: seed % 2 === 0 };
  const targets = Array.from({ length: LENGTH }, (_, bar) => ((seed * (bar >> 3)) % 7) - 3);
  return [
    setUp(first, linked(seed), changes),
    setUp(first, scripted(targets), changes),
    setUp(second, linked(seed + 2), changes),
  ];
}

/** Equity and positions of a shared account from its fills alone, bar by bar. */
function recount(
  slots: readonly PortfolioSlot[],
  result: PortfolioResult,
  now: number,
): { readonly equityMicros: number; readonly isFlat: boolean } {
  let equityMicros = result.initialMicros;
  let isFlat = true;
  slots.forEach(({ bars }, index) => {
    const tick = tickValueMicros(bars.instrument);
    let row = -1;
    while (row + 1 < bars.length && bars.time[row + 1]! + bars.intervalMs <= now) row++;
    const fills = result.slots[index]!.fills.filter(({ bar }) => bar <= row);
    let lots = 0;
    for (const fill of fills) {
      equityMicros -= fill.lots * fill.priceTicks * tick + fill.feeMicros;
      lots += fill.lots;
    }
    if (lots === 0) return;
    isFlat = false;
    equityMicros += lots * toTicks(bars.close[row]!, bars.instrument.tickSize) * tick;
  });
  return { equityMicros, isFlat };
}

Deno.test("cash and positions add up to equity to the micro-dollar, on every bar of an account", () => {
  let trades = 0;
  fc.assert(
    fc.property(anySeed, (seed) => {
      const slots = threeSlots(seed);
      const result = runPortfolio({ initialCashUsd: 100_000, slots });
      result.time.forEach((now, index) => {
        const { equityMicros, isFlat } = recount(slots, result, now);
        assertEquals(result.equityMicros[index], equityMicros);
        if (isFlat) assertEquals(result.cashMicros[index], equityMicros);
      });
      trades += result.slots.reduce((sum, slot) => sum + slot.trades.length, 0);
      const net = result.slots.flatMap((slot) => slot.trades)
        .reduce((sum, trade) => sum + trade.netMicros, 0);
      assertEquals(result.equityMicros.at(-1)! - result.initialMicros, net);
    }),
    { numRuns: 40 },
  );
  assert(trades > 1_000, `only ${trades} trades`);
});

Deno.test("settlement pays the open profit of futures into cash at each session's last close", () => {
  const bars = barsOf([100, 110, 120, 130, 140], [105, 115, 125, 135, 145]);
  const session = {
    tradeDay: Int32Array.of(0, 0, 0, 1, 1),
    isLast: Uint8Array.of(0, 0, 1, 0, 0),
  };
  const run = (kind: "future" | "stock") => {
    const instrument = { ...bars.instrument, kind };
    const traded = { ...bars, instrument };
    const slot = setUp(traded, scripted([1, 1, 1, 1]), { session, costs: FREE });
    const { cashMicros, equityMicros } = runPortfolio({ initialCashUsd: 1_000, slots: [slot] });
    return { cash: [...cashMicros], equity: [...equityMicros] };
  };
  const tick = 1_250_000;
  const start = 1_000_000_000;
  const equity = [0, 5, 15, 25, 35].map((ticks) => start + ticks * tick);
  assertEquals(run("future").equity, equity);
  assertEquals(run("stock").equity, equity);
  // Bought at 110: 15 ticks are paid at the settlement price of 125, the rest at the end.
  assertEquals(run("future").cash, [0, 0, 15, 15, 35].map((ticks) => start + ticks * tick));
  assertEquals(run("stock").cash, [0, 0, 0, 0, 35].map((ticks) => start + ticks * tick));
});

Deno.test("an account with one slot is the engine", () => {
  fc.assert(
    fc.property(anySeed, fc.boolean(), (seed, isTarget) => {
      const bars = marketBars(seed, { length: LENGTH, method: "difference" });
      const targets = Array.from({ length: LENGTH }, (_, bar) => ((seed * (bar >> 2)) % 5) - 2);
      const strategy = isTarget ? scripted(targets) : linked(seed);
      const changes = { margin: { overnight: MARGIN }, initialCashUsd: 5_000 };
      const alone = runEngine(bars, setUp(bars, strategy, changes));
      const slots = [setUp(bars, strategy, changes)];
      const shared = runPortfolio({ initialCashUsd: 5_000, slots });
      assertEquals(shared.equityMicros, alone.equityMicros);
      assertEquals(shared.slots[0]!.fills, alone.fills);
      assertEquals(shared.slots[0]!.vetoes, alone.vetoes);
    }),
    { numRuns: 40 },
  );
});

Deno.test("splitting an order never earns: parts fill as the whole does", () => {
  let lots = 0;
  fc.assert(
    fc.property(anySeed, fc.boolean(), (seed, hasVolume) => {
      const bars = marketBars(seed, { length: LENGTH });
      const run = (parts: number): EngineResult => {
        const session = sessionsOf(LENGTH);
        const volume = hasVolume ? { volume: new VolumeShare(0.01) } : {};
        const executor = createSimulatedExecutor(COSTS, { session, ...volume });
        // With scarce volume an exit takes back the rest of its own entry only.
        const strategy = randomOrders(seed, { linksOrders: false, parts });
        const changes = { executor, maxLots: 1_000, initialCashUsd: 10_000_000 };
        return runEngine(bars, setUp(bars, strategy, changes));
      };
      const whole = run(1);
      lots += whole.totals.lotsTraded;
      for (const parts of [2, 3]) assertEquals(run(parts).equityMicros, whole.equityMicros);
    }),
    { numRuns: 40 },
  );
  assert(lots > 1_000, `only ${lots} lots`);
});

Deno.test("splitting an order over strategies of one account finds no more volume", () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const bars = marketBars(seed, { length: LENGTH });
      const half = halved(randomOrders(seed, { linksOrders: false, parts: 1 }));
      const run = (strategies: readonly OrderStrategy[]) => {
        const volume = new VolumeShare(0.01);
        const slots = strategies.map((strategy) => {
          const executor = createSimulatedExecutor(COSTS, { volume });
          return setUp(bars, strategy, { executor, maxLots: 1_000 });
        });
        return runPortfolio({ initialCashUsd: 10_000_000, slots }).slots;
      };
      const lotsByBar = (slots: readonly EngineResult[]) => {
        const lots = new Float64Array(LENGTH);
        for (const { fills } of slots) {
          for (const fill of fills) {
            if (fill.reason === "signal") lots[fill.bar] = lots[fill.bar]! + Math.abs(fill.lots);
          }
        }
        return lots;
      };
      lotsByBar(run([half, half])).forEach((lots, bar) =>
        assert(lots <= 0.01 * bars.volume[bar]!, `${lots} lots of ${bars.volume[bar]}`)
      );
    }),
    { numRuns: 30 },
  );
});

function halved(strategy: OrderStrategy): OrderStrategy {
  return {
    ...strategy,
    onClose: (context, gateway) =>
      strategy.onClose(context, {
        ...gateway,
        submit: (request) => gateway.submit({ ...request, lots: request.lots / 2 }),
      }),
  };
}

Deno.test("no positions earn nothing, and neither does trading at an unchanging price for free", () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const bars = marketBars(seed, { length: LENGTH, method: "difference" });
      const idle = runEngine(bars, setUp(bars, scripted([]), { costs: COSTS }));
      assert(idle.equityMicros.every((equity) => equity === idle.initialMicros));

      const still = barsOf(Array(LENGTH).fill(400), Array(LENGTH).fill(400));
      const busy = runEngine(still, setUp(still, linked(seed), { costs: FREE }));
      assert(busy.equityMicros.every((equity) => equity === busy.initialMicros));
    }),
    { numRuns: 30 },
  );
});

Deno.test("the same run twice gives the same bytes", () => {
  const run = (seed: number) => {
    const { slots, ...account } = runPortfolio({ initialCashUsd: 60_000, slots: threeSlots(seed) });
    return JSON.stringify([account, slots.map((slot) => ({ ...slot, trades: slot.trades }))]);
  };
  for (const seed of [1, 2, 3, 4]) assertEquals(run(seed), run(seed));
});

Deno.test("fills, equity and orders up to a bar do not know the bars after it", () => {
  fc.assert(
    fc.property(anySeed, fc.integer({ min: 5, max: LENGTH - 5 }), (seed, end) => {
      const bars = marketBars(seed, { length: LENGTH, method: "difference" });
      const other = withOtherFuture(bars, end, seed + 1);
      const run = (of: Bars) => runEngine(of, setUp(of, linked(seed)));
      const [one, two] = [run(bars), run(other)];
      assertEquals(one.equityMicros.slice(0, end), two.equityMicros.slice(0, end));
      const before = (result: EngineResult) => result.fills.filter(({ bar }) => bar < end);
      assertEquals(before(one), before(two));
    }),
    { numRuns: 40 },
  );
});

Deno.test("the accounts of these laws meet rolls, margin calls and every reason to trade", () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 30; seed++) {
    const { slots } = runPortfolio({ initialCashUsd: 8_000, slots: threeSlots(seed) });
    for (const { fills } of slots) for (const { reason } of fills) kinds.add(reason);
  }
  assertEquals([...kinds].sort(), [
    "end-of-data",
    "margin",
    "roll",
    "session-close",
    "signal",
    "stop-loss",
    "take-profit",
  ]);
});
