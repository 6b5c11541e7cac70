import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import {
  barsOf,
  optionsFor,
  randomBars,
  scripted,
  TICK,
} from "../../tests/fixtures/engine_fixture.ts";
import { createStoredFeed } from "../feeds/stored_feed.ts";
import { type Bars, sliceBars } from "../market/bars.ts";
import { performanceMetrics } from "../statistics/metrics.ts";
import { dailyReturns } from "../statistics/daily_returns.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { runEngine, runEngineOnFeed, startRun } from "./run_engine.ts";
import type { RunDecision, RunOptions } from "./run_options.ts";

const START = 100_000_000_000;
const FEE = 500_000;

function randomTargets(seed: number, length: number): number[] {
  const random = createRandom(seed);
  let target = 0;
  return Array.from({ length }, () => {
    if (random.uniform() < 0.3) target = random.integer(7) - 3;
    return target;
  });
}

Deno.test("runEngine() decides at a close and fills at the next open, slipped and charged", () => {
  const bars = barsOf([100, 110, 120, 130], [105, 115, 125, 135]);
  const result = runEngine(bars, optionsFor(bars, scripted([2, 2, 0, 0])));
  assertEquals(result.fills, [
    {
      orderId: 1,
      bar: 1,
      time: 60_000,
      moment: "open",
      lots: 2,
      priceTicks: 111,
      slippageTicks: 1,
      feeMicros: 2 * FEE,
      reason: "signal",
    },
    {
      orderId: 2,
      bar: 3,
      time: 180_000,
      moment: "open",
      lots: -2,
      priceTicks: 129,
      slippageTicks: 1,
      feeMicros: 2 * FEE,
      reason: "signal",
    },
  ]);
  assertEquals([...result.positionLots], [0, 2, 2, 0]);
  assertEquals([...result.equityMicros].map((equity) => equity - START), [
    0,
    2 * 4 * TICK - 2 * FEE,
    2 * 14 * TICK - 2 * FEE,
    2 * 18 * TICK - 4 * FEE,
  ]);
  assertEquals(result.totals, {
    orders: 2,
    feesMicros: 4 * FEE,
    slippageMicros: 4 * TICK,
    lotsTraded: 4,
    notionalTradedUsd: (2 * 111 + 2 * 129) * 1.25,
    rolls: 0,
    offTickPrices: 0,
    missedSessionCloses: 0,
  });
});

Deno.test("runEngine() closes at the last close when data end and decides nothing there", () => {
  const bars = barsOf([100, 110, 120], [105, 115, 125]);
  const result = runEngine(bars, optionsFor(bars, scripted([1, 1, 5])));
  const [trade] = result.trades;
  assertEquals(result.trades.length, 1);
  assertEquals(trade?.exitReason, "end-of-data");
  assertEquals(trade?.exitPriceTicks, 124);
  assertEquals(trade?.barsHeld, 2);
  assertEquals(result.equityMicros[2], START + 13 * TICK - 2 * FEE);
  assertEquals(result.totals.orders, 2);
});

Deno.test("runEngine() is flat over the session end and enters anew in the next session", () => {
  const bars = barsOf([100, 110, 120, 500, 510], [105, 115, 125, 505, 515]);
  const session = {
    tradeDay: Int32Array.of(0, 0, 0, 1, 1),
    isLast: Uint8Array.of(0, 0, 1, 0, 0),
  };
  const options = { session, flattenAtSessionEnd: true };
  const result = runEngine(bars, optionsFor(bars, scripted([1, 1, 1, 1, 1]), options));
  assertEquals(result.trades.map((trade) => [trade.entryBar, trade.exitBar, trade.exitReason]), [
    [1, 2, "session-close"],
    [4, 4, "end-of-data"],
  ]);
  assertEquals(result.equityMicros[3], result.equityMicros[2]);
});

Deno.test("runEngine() leaves at the next open when the session's last bar is missing", () => {
  const bars = barsOf([100, 110, 200, 210], [105, 115, 205, 215]);
  const session = { tradeDay: Int32Array.of(0, 0, 1, 1), isLast: new Uint8Array(4) };
  const options = { session, flattenAtSessionEnd: true };
  const result = runEngine(bars, optionsFor(bars, scripted([1, -1, 0, 0]), options));
  assertEquals([...result.positionLots], [0, 1, 0, 0]);
  assertEquals(result.totals.missedSessionCloses, 1);
});

Deno.test("runEngine() cuts targets to the lot limit and to the margin, and counts it", () => {
  const bars = randomBars(1, 20);
  const targets = Array.from({ length: 20 }, () => 50);
  const limited = runEngine(bars, optionsFor(bars, scripted(targets), { maxLots: 3 }));
  assertEquals(Math.max(...limited.positionLots), 3);
  assertEquals(limited.vetoes, { "max-lots": 19, margin: 0 });

  const changes = { initialCashUsd: 1_000, marginPerLotUsd: 400 };
  const poor = runEngine(bars, optionsFor(bars, scripted(targets), changes));
  assertEquals(Math.max(...poor.positionLots), 2);
  assert(poor.vetoes.margin > 0);
});

Deno.test("runEngine() asks for the full price when there is no margin", () => {
  const bars = barsOf([400, 400, 400], [400, 400, 400]);
  const changes = { initialCashUsd: 1_600, marginPerLotUsd: null };
  const result = runEngine(bars, optionsFor(bars, scripted([9, 9, 9]), changes));
  // A lot is worth 100.00 · 5 = $500 and costs $1.75 to enter.
  assertEquals(result.positionLots[1], 3);
});

Deno.test("runEngine() liquidates when equity is used up and never trades again", () => {
  const bars = barsOf([4000, 4000, 3000, 3000, 3000], [4000, 4000, 3000, 3000, 4000]);
  const changes = { initialCashUsd: 1_000 };
  const result = runEngine(bars, optionsFor(bars, scripted([1, 1, 1, 1, 1]), changes));
  assertEquals(result.ruinedAt, 2);
  assertEquals(result.trades.map((trade) => trade.exitReason), ["margin"]);
  assertEquals(result.equityMicros[4], result.equityMicros[2]);
  assert(result.equityMicros[4]! < 0);
});

Deno.test("runEngine() counts prices off the tick grid", () => {
  const bars = barsOf([100, 110.4, 120], [105, 115, 125.2]);
  assertEquals(runEngine(bars, optionsFor(bars, scripted([]))).totals.offTickPrices, 2);
});

Deno.test("runEngine() moves a position over a roll without its gap", () => {
  const smooth = barsOf([400, 410, 420, 430], [405, 415, 425, 435]);
  const joined = runEngine(smooth, optionsFor(smooth, scripted([1, 1, 1, 1])));
  const contract = Int32Array.of(0, 0, 1, 1);
  const contracts = ["H4", "M4"];

  const gapped: Bars = {
    ...barsOf([400, 410, 520, 530], [405, 415, 525, 535]),
    continuous: {
      method: "difference",
      contract,
      contracts,
      adjustment: Float64Array.of(0, 0, -25, -25),
    },
  };
  const result = runEngine(gapped, optionsFor(gapped, scripted([1, 1, 1, 1])));
  const rollCost = 2 * (FEE + TICK);
  const expected = joined.equityMicros.map((equity, bar) => bar < 2 ? equity : equity - rollCost);
  assertEquals(result.equityMicros, expected);
  assertEquals(result.totals.rolls, 1);
  assertEquals(result.fills.slice(1, 3).map((fill) => [fill.lots, fill.priceTicks, fill.reason]), [
    [-1, 419, "roll"],
    [1, 521, "roll"],
  ]);

  const doubled: Bars = {
    ...barsOf([400, 410, 840, 860], [405, 415, 850, 870]),
    continuous: {
      method: "ratio",
      contract,
      contracts,
      adjustment: Float64Array.of(1, 1, 0.5, 0.5),
    },
  };
  const [, close, open] = runEngine(doubled, optionsFor(doubled, scripted([1, 1, 1, 1]))).fills;
  assertEquals([close?.priceTicks, open?.priceTicks], [419, 841]);
});

Deno.test("runEngine() equals stepping the engine and running it on a feed", async () => {
  const bars = randomBars(3, 400);
  const options = (): RunOptions => optionsFor(bars, scripted(randomTargets(4, 400)), { from: 9 });
  const result = structuredClone(runEngine(bars, options()));

  const run = startRun(bars, options());
  for (let bar = 9; bar < bars.length; bar++) run.onBar(bars, bar);
  assertEquals(structuredClone(run.finish()), result);

  const feed = createStoredFeed(bars, 9);
  assertEquals(structuredClone(await runEngineOnFeed(feed, options())), result);
  const open = { ...options(), to: Infinity };
  const live = structuredClone(await runEngineOnFeed(createStoredFeed(bars, 9), open));
  assertEquals(live.equityMicros, result.equityMicros);
});

Deno.test("runEngine() on cut or changed future bars gives the same past", () => {
  const bars = randomBars(5, 300);
  const targets = randomTargets(6, 300);
  const whole = runEngine(bars, optionsFor(bars, scripted(targets)));
  for (const end of [2, 57, 140, 299]) {
    const cut = sliceBars(bars, 0, end);
    const past = runEngine(cut, optionsFor(cut, scripted(targets)));
    assertEquals(past.equityMicros.slice(0, -1), whole.equityMicros.slice(0, end - 1));
    assertEquals(past.positionLots, whole.positionLots.slice(0, end));

    const scale = (prices: Float64Array) =>
      prices.map((price, bar) => bar < end ? price : price * 2);
    const changed = { ...bars, open: scale(bars.open), close: scale(bars.close) };
    const other = runEngine(changed, optionsFor(changed, scripted(targets)));
    assertEquals(other.equityMicros.slice(0, end), whole.equityMicros.slice(0, end));
  }
});

/** The engine's rules once more, in plain floating-point dollars, without its code. */
function referenceEquity(bars: Bars, targets: readonly number[], last: Uint8Array): number[] {
  const FEE_USD = 0.5, SLIPPAGE = 0.25, POINT = 5, MARGIN = 100;
  let cash = 100_000, position = 0, wanted = 0;
  const equity: number[] = [];
  const trade = (lots: number, price: number): void => {
    cash -= lots * (price + Math.sign(lots) * SLIPPAGE) * POINT + Math.abs(lots) * FEE_USD;
    position += lots;
  };
  for (let bar = 0; bar < bars.length; bar++) {
    trade(wanted - position, bars.open[bar]!);
    const close = bars.close[bar]!;
    const ends = last[bar] === 1 || bar === bars.length - 1;
    if (ends) trade(-position, close);
    equity.push(cash + position * close * POINT);
    if (Math.abs(targets[bar]!) * (MARGIN + 1.75) > equity[bar]!) throw new Error("poor");
    wanted = ends ? 0 : targets[bar]!;
  }
  return equity;
}

Deno.test("runEngine() agrees with an independent simulator on random targets", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const bars = randomBars(seed, 250);
      const targets = randomTargets(seed + 1, 250);
      const isLast = Uint8Array.from(targets, (_, bar) => bar % 60 === 59 ? 1 : 0);
      const session = {
        tradeDay: Int32Array.from(targets, (_, bar) => Math.floor(bar / 60)),
        isLast,
      };
      const options = optionsFor(bars, scripted(targets), { session, flattenAtSessionEnd: true });
      const { equityMicros } = runEngine(bars, options);
      referenceEquity(bars, targets, isLast).forEach((usd, bar) =>
        assertClose(equityMicros[bar]! / 1e6 / usd, 1, 1e-9)
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("runEngine() keeps money: net of all trades is the change of equity", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const bars = randomBars(seed, 200);
      const { equityMicros, trades, totals } = runEngine(
        bars,
        optionsFor(bars, scripted(randomTargets(seed, 200))),
      );
      const net = trades.reduce((sum, trade) => sum + trade.netMicros, 0);
      assertEquals(equityMicros[199]! - START, net);
      assertEquals(trades.reduce((sum, trade) => sum + trade.feesMicros, 0), totals.feesMicros);
      assertEquals(
        trades.reduce((sum, trade) => sum + trade.slippageMicros, 0),
        totals.slippageMicros,
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("daily returns of a run compound to its total return", () => {
  const bars = randomBars(8, 500);
  const result = runEngine(bars, optionsFor(bars, scripted(randomTargets(9, 500))));
  const tradeDay = Int32Array.from(bars.time, (_, bar) => Math.floor(bar / 37));
  const { returns } = dailyReturns(result.equityMicros, tradeDay, result.initialMicros);
  const total = result.equityMicros[499]! / result.initialMicros - 1;
  assertClose(performanceMetrics(returns, 252).totalReturn.value!, total, 1e-9);
});

Deno.test("runEngine() tells its observer of every decision, its vetoes, every order and every fill", () => {
  const bars = randomBars(2, 30);
  const decisions: RunDecision[] = [];
  let orders = 0, fills = 0;
  const observer = {
    onDecision: (decision: RunDecision) => void decisions.push(decision),
    onOrder: () => void orders++,
    onFill: () => void fills++,
  };
  const result = runEngine(
    bars,
    optionsFor(bars, scripted(randomTargets(1, 30)), { observer, maxLots: 1 }),
  );
  assertEquals(decisions.length, 29);
  assertEquals(
    decisions.filter(({ vetoes }) => vetoes.length > 0).length,
    result.vetoes["max-lots"],
  );
  assertEquals([orders, fills], [result.totals.orders, result.fills.length]);
});

Deno.test("runEngine() refuses options, targets and money that it cannot keep exact", () => {
  const bars = randomBars(1, 10);
  const run = (changes: Partial<RunOptions>, targets: number[] = []) => () =>
    runEngine(bars, optionsFor(bars, scripted(targets), changes));
  assertThrows(run({ from: 5, to: 5 }), RangeError);
  assertThrows(run({ to: 11 }), RangeError);
  assertThrows(run({ maxLots: 1.5 }), RangeError);
  assertThrows(run({ initialCashUsd: -1 }), RangeError);
  assertThrows(run({}, [101]), RangeError);
  assertThrows(run({}, [NaN]), RangeError);
  assertThrows(run({ initialCashUsd: 1e10 }), RangeError);
});

Deno.test("runEngine() names the row whose price is no number", () => {
  for (const column of ["open", "close"] as const) {
    const bars = randomBars(1, 10);
    bars[column][4] = NaN;
    const run = () => runEngine(bars, optionsFor(bars, scripted([1, 1, 1, 1, 1, 1])));
    assertThrows(run, /row 4/);
  }
});
