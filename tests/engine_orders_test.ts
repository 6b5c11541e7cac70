import { throws as assertThrows } from "node:assert/strict";
import type { Bars } from "../lib/market/bars.ts";
import type { Fill } from "../lib/trading/fill.ts";
import type { ExitTerms, Order, OrderTerms, TimeInForce } from "../lib/trading/order.ts";
import {
  createSimulatedExecutor,
  type SimulatedExecutorOptions,
} from "../lib/execution/simulated/simulated_executor.ts";
import { VolumeShare } from "../lib/execution/simulated/volume_share.ts";
import { matchTrades } from "../lib/trading/trades.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { OrderGateway, OrderStrategy, Placement } from "../lib/trading/strategy.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, optionsFor } from "./fixtures/engine_fixture.ts";

const COSTS = { feePerSideMicros: 0, slippageTicks: 1 };

/** Open, high, low, close in ticks, and volume. */
type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

function barsOfRows(rows: readonly Row[]): Bars {
  const prices = (pick: 0 | 1 | 2 | 3) => Float64Array.from(rows, (row) => row[pick] * 0.25);
  return {
    ...barsOf(rows.map((row) => row[0]), rows.map((row) => row[3])),
    high: prices(1),
    low: prices(2),
    volume: Float64Array.from(rows, (row) => row[4] ?? 0),
  };
}

function order(lots: number, terms: OrderTerms, changes: Partial<Order> = {}): Order {
  return { id: 1, lots, reason: "signal", decidedAt: 0, terms, ...changes };
}

/** Bar, lots and price of each fill of orders submitted before the first bar. */
function work(
  rows: readonly Row[],
  orders: readonly Order[],
  options: SimulatedExecutorOptions = {},
): (readonly [bar: number, lots: number, priceTicks: number])[] {
  return fillsOf(rows, orders, options).map(({ bar, lots, priceTicks }) => [bar, lots, priceTicks]);
}

function fillsOf(
  rows: readonly Row[],
  orders: readonly Order[],
  options: SimulatedExecutorOptions = {},
): Fill[] {
  const bars = barsOfRows(rows);
  const executor = createSimulatedExecutor(COSTS, options);
  for (const each of orders) executor.submit(each);
  return rows.flatMap((_, bar) => [...executor.onBar(bars, bar)]);
}

const limit = (limitTicks: number): OrderTerms => ({ kind: "limit", limitTicks });
const stop = (stopTicks: number): OrderTerms => ({ kind: "stop", stopTicks });

Deno.test("a limit order fills at its limit only when the price goes through it", () => {
  const touched: Row = [100, 104, 95, 100];
  const passed: Row = [100, 104, 94, 100];
  assertEquals(work([touched, passed], [order(2, limit(95))]), [[1, 2, 95]]);
  assertEquals(work([touched], [order(2, limit(95))], { penetrationTicks: 0 }), [[0, 2, 95]]);
  assertEquals(work([touched, [100, 105, 99, 100]], [order(-2, limit(104))]), [[1, -2, 104]]);
});

Deno.test("a limit order that finds a better open takes it with slippage, never beyond the limit", () => {
  assertEquals(work([[90, 92, 88, 91]], [order(1, limit(95))]), [[0, 1, 91]]);
  assertEquals(work([[95, 97, 95, 96]], [order(1, limit(95))]), [[0, 1, 95]]);
  const gap: Row[] = [[100, 101, 99, 100], [90, 92, 88, 91]];
  assertEquals(work(gap, [order(1, limit(95))]), [[1, 1, 91]]);
});

Deno.test("a stop order fills at its stop on touch, or at a worse open, slippage added", () => {
  assertEquals(work([[100, 105, 98, 100]], [order(1, stop(105))]), [[0, 1, 106]]);
  assertEquals(work([[100, 104, 98, 100]], [order(1, stop(105))]), []);
  assertEquals(work([[108, 109, 107, 108]], [order(1, stop(105))]), [[0, 1, 109]]);
  assertEquals(work([[100, 102, 95, 100]], [order(-3, stop(95))]), [[0, -3, 94]]);
});

Deno.test("a stop-limit order becomes a limit order at its stop and keeps its limit", () => {
  const terms = { kind: "stop-limit", stopTicks: 105, limitTicks: 106 } as const;
  assertEquals(work([[100, 105, 98, 100]], [order(1, terms)]), [[0, 1, 106]]);
  const tight = { ...terms, limitTicks: 105 };
  assertEquals(work([[100, 105, 98, 100]], [order(1, tight)]), [[0, 1, 105]]);
  const gap: Row[] = [[110, 112, 107, 108], [108, 109, 104, 108]];
  assertEquals(work(gap, [order(1, terms)]), [[1, 1, 106]]);
});

Deno.test("a trailing stop follows the best price and never goes back", () => {
  const terms = { kind: "trailing-stop", distanceTicks: 5 } as const;
  const rows: Row[] = [[100, 103, 99, 103], [103, 110, 106, 109], [109, 109, 105, 106]];
  assertEquals(work(rows, [order(-1, terms)]), [[2, -1, 104]]);
  // A bar wider than the distance can raise the stop to its very low before it falls there.
  assertEquals(work([[100, 110, 97, 108]], [order(-1, terms)]), [[0, -1, 96]]);
});

Deno.test("of two orders that cancel one another the worse fills when a bar reaches both", () => {
  const pair = [order(-1, limit(106), { group: 1 }), order(-1, stop(95), { id: 2, group: 1 })];
  const long = order(1, { kind: "market" }, { id: 9 });
  const quiet: Row = [100, 101, 99, 100];
  assertEquals(work([quiet, [100, 108, 94, 100]], [long, ...pair]), [[0, 1, 101], [1, -1, 94]]);
  assertEquals(work([quiet, [100, 108, 96, 100]], [long, ...pair]), [[0, 1, 101], [1, -1, 106]]);
});

Deno.test("a bracket's exits begin with the entry and cancel one another", () => {
  const exits = [
    { id: 2, kind: "take-profit", distanceTicks: 6 },
    { id: 3, kind: "stop-loss", distanceTicks: 4 },
  ] as const;
  const entry = order(2, { kind: "market" }, { exits });
  const fills = fillsOf([[100, 102, 99, 101], [101, 108, 98, 104], [104, 108, 90, 95]], [entry]);
  assertEquals(
    fills.map(({ bar, lots, orderId, priceTicks, reason }) => [
      bar,
      lots,
      orderId,
      priceTicks,
      reason,
    ]),
    [[0, 2, 1, 101, "signal"], [1, -2, 2, 107, "take-profit"]],
  );
});

Deno.test("an exit in its entry's own bar counts when it harms, and else only when it is certain", () => {
  const exits = [
    { id: 2, kind: "take-profit", distanceTicks: 4 },
    { id: 3, kind: "stop-loss", distanceTicks: 4 },
  ] as const;
  const entry = order(1, limit(95), { exits });
  // The low of 90 comes after the entry at 95: the stop at 91 is hit.
  assertEquals(work([[100, 102, 90, 98]], [entry]), [[0, 1, 95], [0, -1, 90]]);
  // The high of 102 may have come before the entry: the target at 99 waits.
  assertEquals(work([[100, 102, 93, 98]], [entry]), [[0, 1, 95]]);
  // A close beyond the target leaves no doubt.
  assertEquals(work([[100, 102, 93, 101]], [entry]), [[0, 1, 95], [0, -1, 99]]);
});

Deno.test("an exit never opens a position: it goes when the position is closed otherwise", () => {
  const exits = [{ id: 2, kind: "stop-loss", distanceTicks: 4 }] as const;
  const bars = barsOfRows([[100, 100, 100, 100], [100, 100, 90, 95], [95, 95, 80, 85]]);
  const executor = createSimulatedExecutor(COSTS);
  executor.submit(order(3, { kind: "market" }, { exits }));
  assertEquals(executor.onBar(bars, 0).length, 1);
  assertEquals(executor.working().map(({ id, isExit, lots }) => [id, isExit, lots]), [[
    2,
    true,
    -3,
  ]]);
  executor.submit({ id: 5, lots: -3, reason: "signal", decidedAt: 0 });
  assertEquals(executor.onBar(bars, 1).map(({ lots }) => lots), [-3]);
  assertEquals(executor.working(), []);
});

/** Bar, lots and price of the fills around a position with one exit and an own order beside it. */
function workBeside(exit: ExitTerms, own: OrderTerms, last: Row): readonly unknown[] {
  const rows: Row[] = [[400, 400, 400, 400], [400, 404, 396, 400], last, [404, 404, 404, 404]];
  const bars = barsOfRows(rows);
  const strategy: OrderStrategy = {
    name: "an exit and an own order",
    warmupBars: 0,
    onClose({ bar }, gateway) {
      if (bar === 0) gateway.submit({ lots: 1, exits: [exit] });
      if (bar === 1) gateway.submit({ lots: -1, terms: own });
      if (bar === 2) assertEquals(gateway.working(), []);
    },
  };
  const costs = { feePerSideMicros: 0, slippageTicks: 0 };
  const executor = createSimulatedExecutor(costs);
  const result = runEngine(bars, optionsFor(bars, strategy, { costs, executor }));
  assertEquals(result.positionLots.at(-1), 0);
  const profit = result.equityMicros.at(-1)! - result.initialMicros;
  return [...result.fills.map(({ lots, priceTicks }) => [lots, priceTicks]), profit / 1e6];
}

Deno.test("an exit never opens a position inside a bar: an own order that closes first ends it", () => {
  const target = { kind: "take-profit", distanceTicks: 40 } as const;
  assertEquals(workBeside(target, limit(416), [400, 448, 400, 404]), [[1, 400], [-1, 416], 20]);
  const protect = { kind: "stop-loss", distanceTicks: 20 } as const;
  assertEquals(workBeside(protect, stop(384), [400, 400, 360, 364]), [[1, 400], [-1, 384], -20]);
});

Deno.test("a bracket filled in parts has one set of exits, measured from the first part's price", () => {
  const exits = [{ id: 2, kind: "stop-loss", distanceTicks: 5 }] as const;
  const rows: Row[] = [[100, 100, 100, 100, 2], [110, 110, 110, 110, 2], [110, 110, 94, 95, 9]];
  const bars = barsOfRows(rows);
  const executor = createSimulatedExecutor({ feePerSideMicros: 0, slippageTicks: 0 }, {
    volume: new VolumeShare(1),
  });
  executor.submit(order(4, { kind: "market" }, { exits }));
  const stopAt = () =>
    executor.working().filter(({ isExit }) => isExit).map(({ lots, terms }) => [lots, terms]);
  assertEquals(executor.onBar(bars, 0).map(({ lots, priceTicks }) => [lots, priceTicks]), [
    [2, 100],
  ]);
  assertEquals(stopAt(), [[-2, stop(95)]]);
  assertEquals(executor.onBar(bars, 1).map(({ lots, priceTicks }) => [lots, priceTicks]), [
    [2, 110],
  ]);
  assertEquals(stopAt(), [[-4, stop(95)]]);
  assertEquals(executor.onBar(bars, 2).map(({ lots, priceTicks }) => [lots, priceTicks]), [
    [-4, 95],
  ]);
});

Deno.test("an exit that trades takes back what is left of its entry", () => {
  const exits = [{ id: 2, kind: "stop-loss", distanceTicks: 5 }] as const;
  const rows: Row[] = [[100, 100, 100, 100, 2], [95, 96, 94, 95, 1], [95, 95, 95, 95, 9]];
  const bars = barsOfRows(rows);
  const executor = createSimulatedExecutor({ feePerSideMicros: 0, slippageTicks: 0 }, {
    volume: new VolumeShare(1),
  });
  executor.submit(order(4, limit(100), { exits }));
  const fills = rows.map((_, bar) => executor.onBar(bars, bar).map(({ lots }) => lots));
  // One more lot is bought before the stop at the same open; then there is no volume left.
  assertEquals(fills, [[2], [1], [1, -4]]);
  assertEquals(executor.working(), []);
});

Deno.test("day, immediate and whole-or-nothing orders are given up in time", () => {
  const session = { tradeDay: Int32Array.of(7, 7, 8) };
  const rows: Row[] = [[100, 101, 99, 100, 4], [100, 101, 99, 100, 4], [100, 101, 90, 95, 4]];
  const give = (timeInForce: TimeInForce, limitTicks: number, lots = 1) =>
    work(rows, [order(lots, limit(limitTicks), { timeInForce })], {
      session,
      volume: new VolumeShare(1),
    });
  assertEquals(give("gtc", 95), [[2, 1, 95]]);
  assertEquals(give("day", 95), []);
  assertEquals(give("ioc", 95), []);
  assertEquals(give("ioc", 105, 9), [[0, 4, 101]]);
  assertEquals(give("fok", 105, 9), []);
  assertEquals(give("fok", 105, 4), [[0, 4, 101]]);
});

Deno.test("orders fill in parts by their share of the volume, and stops go on at the market", () => {
  const rows: Row[] = [[100, 101, 99, 100, 30], [100, 105, 99, 100, 20], [103, 104, 102, 103, 55]];
  const options = () => ({ volume: new VolumeShare(0.1) });
  const market = order(7, { kind: "market" });
  assertEquals(work(rows, [market], options()), [[0, 3, 101], [1, 2, 101], [2, 2, 104]]);
  assertEquals(work(rows, [order(7, stop(105))], options()), [[1, 2, 106], [2, 5, 104]]);
  const shared = new VolumeShare(0.1);
  const half = order(4, { kind: "market" });
  const first = work(rows, [half], { volume: shared });
  const second = work(rows, [half], { volume: shared });
  assertEquals(first, [[0, 3, 101], [1, 1, 101]]);
  assertEquals(second, [[1, 1, 101], [2, 3, 104]]);
});

Deno.test("forced orders trade whole, whatever the volume", () => {
  const rows: Row[] = [[100, 101, 99, 100, 0], [100, 101, 99, 100, 0]];
  const bars = barsOfRows(rows);
  const executor = createSimulatedExecutor(COSTS, { volume: new VolumeShare(0.1) });
  executor.submit({ id: 1, lots: 5, reason: "session-close", decidedAt: 0 });
  assertEquals(executor.onBar(bars, 0).map(({ lots }) => lots), [5]);
  const close = { id: 2, lots: -5, reason: "end-of-data", decidedAt: 0 } as const;
  assertEquals(executor.atClose(bars, 1, close).lots, -5);
});

Deno.test("a fill at the open carries the bar's open time, a fill inside it the time of its close", () => {
  const fills = fillsOf([[100, 106, 99, 100]], [
    order(1, { kind: "market" }),
    order(1, stop(105), { id: 2 }),
  ]);
  assertEquals(fills.map(({ orderId, time }) => [orderId, time]), [[1, 0], [2, 60_000]]);
});

Deno.test("bars held are counted from when in its bar an order filled", () => {
  const entry = order(1, { kind: "market" }, { id: 9 });
  const held = (next: Row, exit: OrderTerms) =>
    matchTrades(fillsOf([[100, 100, 100, 100], next], [entry, order(-1, exit)]), 1)
      .map(({ barsHeld }) => barsHeld);
  // A stop hit at the open of the next bar; a limit filled inside it.
  assertEquals(held([90, 92, 88, 90], stop(95)), [1]);
  assertEquals(held([100, 106, 100, 100], limit(105)), [2]);
  // A session's close that was missed, made good at the next open.
  const bars = barsOf([100, 100, 100, 100], [100, 100, 100, 100]);
  const session = { tradeDay: Int32Array.of(0, 0, 1, 1), isLast: new Uint8Array(4) };
  const strategy = once((gateway) => gateway.submit({ lots: 1 }));
  const { trades } = runEngine(
    bars,
    optionsFor(bars, strategy, { session, flattenAtSessionEnd: true }),
  );
  assertEquals(trades.map(({ barsHeld, exitReason }) => [barsHeld, exitReason]), [
    [1, "session-close"],
  ]);
});

Deno.test("finer bars decide which of two exits came first", () => {
  const session: Row[] = [[100, 100, 100, 100], [100, 110, 90, 100]];
  const pair = [order(-1, limit(106), { group: 1 }), order(-1, stop(95), { id: 2, group: 1 })];
  const long = order(1, { kind: "market" }, { id: 9 });
  assertEquals(work(session, [long, ...pair])[1], [1, -1, 94]);

  const halves: Row[] = [[100, 100, 100, 100], [100, 100, 100, 100], [100, 110, 99, 104], [
    104,
    104,
    90,
    100,
  ]];
  const finer = {
    ...barsOfRows(halves),
    intervalMs: 30_000,
    time: Float64Array.from(halves, (_, row) => row * 30_000),
  };
  assertEquals(work(session, [long, ...pair], { finer })[1], [1, -1, 106]);
  // Finer bars that miss the bar's low are not believed.
  const cut = { ...finer, length: 3 };
  assertEquals(work(session, [long, ...pair], { finer: cut })[1], [1, -1, 94]);
});

Deno.test("working orders move with the contract when it rolls", () => {
  const rows: Row[] = [[100, 101, 99, 100], [180, 181, 179, 180], [180, 181, 170, 175]];
  const bars: Bars = {
    ...barsOfRows(rows),
    continuous: {
      method: "difference",
      adjustment: Float64Array.of(0, -20, -20),
      contract: Int32Array.of(0, 1, 1),
      contracts: ["H4", "M4"],
    },
  };
  const executor = createSimulatedExecutor(COSTS);
  const exits = [{ id: 2, kind: "stop-loss", distanceTicks: 6 }] as const;
  executor.submit(order(1, { kind: "market" }, { exits }));
  const fills = [0, 1, 2].flatMap((bar) => [...executor.onBar(bars, bar)]);
  // Bought at 101, stop at 95; the gap of 80 ticks puts it at 175.
  assertEquals(fills.map(({ lots, priceTicks, reason }) => [lots, priceTicks, reason]), [
    [1, 101, "signal"],
    [-1, 99, "roll"],
    [1, 181, "roll"],
    [-1, 174, "stop-loss"],
  ]);
});

Deno.test("orders that cannot be worked are refused", () => {
  const executor = createSimulatedExecutor(COSTS);
  const refuse = (each: Order) => assertThrows(() => executor.submit(each), RangeError);
  refuse(order(1, limit(0.5)));
  refuse(order(1, stop(NaN)));
  refuse(order(0, limit(5)));
  refuse(order(1, { kind: "trailing-stop", distanceTicks: 0 }));
  refuse(order(1, limit(5), { timeInForce: "day" }));
  refuse(order(1, stop(5), { timeInForce: "ioc" }));
  const half = [{ id: 2, kind: "stop-loss", distanceTicks: 1.5 }] as const;
  refuse(order(1, limit(5), { exits: half }));
  const whole = [{ id: 2, kind: "stop-loss", distanceTicks: 2 }] as const;
  refuse(order(1, { kind: "trailing-stop", distanceTicks: 3 }, { exits: whole }));
});

/** Sends what `onClose` sends at the close of row 0. */
function once(onClose: (gateway: OrderGateway) => void): OrderStrategy {
  return {
    name: "once",
    warmupBars: 0,
    onClose: ({ bar }, gateway) => bar === 0 ? onClose(gateway) : undefined,
  };
}

Deno.test("OrderGateway refuses what could exceed the lot limit or the margin, exits never", () => {
  const bars = barsOfRows([[100, 100, 100, 100], [100, 100, 100, 100], [100, 100, 100, 100]]);
  const placed: Placement[] = [];
  const strategy = once((gateway) => {
    placed.push(gateway.submit({ lots: 3, terms: limit(50) }));
    placed.push(gateway.submit({ lots: 2, terms: limit(49) }));
    placed.push(gateway.submit({ lots: -4, terms: limit(150) }));
    placed.push(gateway.submit({ lots: -1, terms: limit(151) }));
  });
  const changes = { maxLots: 4, initialCashUsd: 1_000, marginPerLotUsd: 200 };
  const result = runEngine(bars, optionsFor(bars, strategy, changes));
  assertEquals(placed, [
    { isPlaced: true, orderId: 1 },
    { isPlaced: false, veto: "max-lots" },
    { isPlaced: true, orderId: 2 },
    { isPlaced: false, veto: "max-lots" },
  ]);
  assertEquals(result.vetoes, { "max-lots": 2, margin: 0 });
  const poor = optionsFor(bars, strategy, { ...changes, marginPerLotUsd: 300 });
  assertEquals(runEngine(bars, poor).vetoes, { "max-lots": 1, margin: 1 });
});

Deno.test("an executor serves one run: a used one is refused", () => {
  const bars = barsOf([100, 100, 100], [100, 100, 100]);
  const options = optionsFor(bars, once(() => {}));
  runEngine(bars, options);
  assertThrows(() => runEngine(bars, options), /its executor has served another run/);
});

Deno.test("forced closes take working orders back", () => {
  const rows: Row[] = [[100, 100, 100, 100], [100, 100, 100, 100], [100, 120, 80, 100]];
  const bars = barsOfRows(rows);
  const strategy = once((gateway) => {
    gateway.submit({ lots: 1, exits: [{ kind: "stop-loss", distanceTicks: 9 }] });
    gateway.submitOneCancelsOther([{ lots: 1, terms: stop(110) }, { lots: -1, terms: stop(90) }]);
  });
  const session = { tradeDay: Int32Array.of(0, 0, 1), isLast: Uint8Array.of(0, 1, 0) };
  const changes = { session, flattenAtSessionEnd: true };
  const { fills } = runEngine(bars, optionsFor(bars, strategy, changes));
  assertEquals(fills.map(({ bar, lots, reason }) => [bar, lots, reason]), [
    [1, 1, "signal"],
    [1, -1, "session-close"],
  ]);
});

Deno.test("an order decided at a close never trades in that bar", () => {
  const rows: Row[] = [[100, 150, 50, 100], [100, 150, 50, 100], [100, 150, 50, 100]];
  const bars = barsOfRows(rows);
  const strategy = once((gateway) => {
    gateway.submit({ lots: 1, terms: limit(60) });
    gateway.submit({ lots: -1, terms: stop(60) });
  });
  const { fills } = runEngine(bars, optionsFor(bars, strategy));
  assertEquals(fills.filter(({ reason }) => reason === "signal").map(({ bar }) => bar), [1, 1]);
  assert(fills.every(({ time, bar }) => time >= bars.time[bar]!));
});
