import type { Bars } from "../lib/market/bars.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { epochDay } from "../lib/market/time_zone.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { VolumeShare } from "../lib/execution/simulated/volume_share.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { RunOptions } from "../lib/engine/run_options.ts";
import type { OrderStrategy } from "../lib/trading/strategy.ts";
import { runPortfolio } from "../lib/engine/run_portfolio.ts";
import { assertEquals } from "./assert.ts";
import { scripted } from "./fixtures/engine_fixture.ts";

/** Open, high, low, close as quoted, and volume. */
type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

function barsOfRows(symbol: string, rows: readonly Row[]): Bars {
  const column = (pick: number) => Float64Array.from(rows, (row) => row[pick]!);
  return {
    instrument: findInstrument(symbol),
    intervalMs: 300_000,
    length: rows.length,
    time: Float64Array.from(rows, (_, row) => row * 300_000),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

/** Dollars and cents. */
function dollars(micros: Float64Array): string[] {
  return Array.from(micros, (value) => (value / 1e6).toFixed(2));
}

type Rules = Omit<RunOptions, "strategy" | "executor" | "from" | "to">;

Deno.test("scenario 1: a bracket wins on MES, a breakout is stopped out in its own bar", () => {
  // MES: a tick of 0.25 is $1.25, a point $5.00. Fee $0.62 a side, one tick of slippage.
  const bars = barsOfRows("MES", [
    [5000.50, 5001.00, 5000.25, 5000.75, 0],
    [5001.00, 5001.50, 4999.50, 5000.50, 0],
    [5001.00, 5002.25, 4999.00, 5000.25, 0],
    [4999.75, 5000.75, 4998.00, 4998.50, 0],
    [4998.50, 4999.00, 4998.00, 4998.75, 0],
  ]);
  const strategy: OrderStrategy = {
    name: "by hand",
    warmupBars: 0,
    onClose({ bar }, gateway) {
      if (bar === 0) {
        gateway.submit({
          lots: 2,
          terms: { kind: "limit", limitTicks: 5000 * 4 },
          timeInForce: "day",
          exits: [
            { kind: "take-profit", distanceTicks: 8 },
            { kind: "stop-loss", distanceTicks: 6 },
          ],
        });
      }
      if (bar === 2) {
        gateway.submit({
          lots: -3,
          terms: { kind: "stop", stopTicks: 4999 * 4 },
          exits: [{ kind: "stop-loss", distanceTicks: 4 }],
        });
      }
    },
  };
  const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
  const session = { tradeDay: new Int32Array(5), isLast: new Uint8Array(5) };
  const rules: Rules = {
    initialCashUsd: 5_000,
    costs,
    marginPerLotUsd: 1_000,
    flattenAtSessionEnd: false,
    maxLots: 3,
    sizing: { kind: "fixed", lots: 100 },
    session,
  };
  const executor = createSimulatedExecutor(costs, { session });
  const result = runEngine(bars, { ...rules, strategy, executor, from: 0, to: 5 });

  assertEquals(
    result.fills.map((fill) => [fill.bar, fill.lots, fill.priceTicks / 4, fill.reason]),
    [
      // The low of 4999.50 goes through 5000.00: bought there, without slippage.
      [1, 2, 5000, "signal"],
      // Target 5000.00 + 2.00; the stop at 4998.50 is not reached by the low of 4999.00.
      [2, -2, 5002, "take-profit"],
      // Stop 4999.00 less a tick; the high of 5000.75 may come after it and reaches the exit at
      // 4998.75 + 1.00 = 4999.75, bought a tick higher.
      [3, -3, 4998.75, "signal"],
      [3, 3, 5000, "stop-loss"],
    ],
  );
  assertEquals(dollars(result.equityMicros), [
    "5000.00",
    // - 2 · 0.62 + 2 · (5000.50 - 5000.00) · 5 = - 1.24 + 5.00
    "5003.76",
    // - 4 · 0.62 + 2 · 2.00 · 5 = - 2.48 + 20.00
    "5017.52",
    // 5017.52 - 6 · 0.62 - 3 · (5000.00 - 4998.75) · 5 = 5017.52 - 3.72 - 18.75
    "4995.05",
    "4995.05",
  ]);
});

Deno.test("scenario 2: ES over two nights, a roll, a raised margin and a margin call", () => {
  // ES: a tick of 0.25 is $12.50, a point $50. Fee $2.50 a side, one tick of slippage.
  const bars: Bars = {
    ...barsOfRows("ES", [
      [5199, 5201, 5198, 5200, 0],
      [5201, 5204, 5200, 5203, 0], // last of 12 March
      [5262, 5263, 5249, 5250, 0], // the next contract trades 58 points higher
      [5250, 5251, 5229, 5230, 0], // last of 13 March
      [5230, 5231, 5224, 5225, 0],
      [5225, 5226, 5214, 5215, 0], // last of 14 March
      [5215, 5221, 5214, 5220, 0],
    ]),
    continuous: {
      method: "difference",
      adjustment: Float64Array.of(0, 0, -58, -58, -58, -58, -58),
      contract: Int32Array.of(0, 0, 1, 1, 1, 1, 1),
      contracts: ["ESH4", "ESM4"],
    },
  };
  const [twelfth, fifteenth] = [epochDay("2024-03-12"), epochDay("2024-03-15")];
  const rules: Rules = {
    initialCashUsd: 30_000,
    costs: { feePerSideMicros: 2_500_000, slippageTicks: 1 },
    marginPerLotUsd: null,
    margin: {
      overnight: [
        { from: "2024-03-01", value: { initialUsd: 12_100, maintenanceUsd: 11_000 } },
        { from: "2024-03-14", value: { initialUsd: 15_400, maintenanceUsd: 14_000 } },
      ],
      intraday: [{ from: "2024-03-01", value: { initialUsd: 6_000, maintenanceUsd: 5_500 } }],
    },
    flattenAtSessionEnd: false,
    maxLots: 2,
    sizing: { kind: "fixed", lots: 100 },
    session: {
      tradeDay: Int32Array.from([0, 0, 1, 1, 2, 2, 3], (day) => twelfth + day),
      isLast: Uint8Array.of(0, 1, 0, 1, 0, 1, 0),
    },
  };
  assertEquals(rules.session.tradeDay.at(-1), fifteenth);
  const strategy = scripted([2, 2, 2, 2, 2, 1, 1]);
  const executor = createSimulatedExecutor(rules.costs);
  const result = runEngine(bars, { ...rules, strategy, executor, from: 0, to: 7 });

  assertEquals(
    result.fills.map((fill) => [fill.bar, fill.lots, fill.priceTicks / 4, fill.reason]),
    [
      [1, 2, 5201.25, "signal"],
      // The old contract would have opened at 5262 - 58 = 5204.
      [2, -2, 5203.75, "roll"],
      [2, 2, 5262.25, "roll"],
      [5, -1, 5214.75, "margin"],
      [6, -1, 5219.75, "end-of-data"],
    ],
  );
  assertEquals(dollars(result.equityMicros), [
    "30000.00",
    // - 2 · 2.50 + 2 · (5203.00 - 5201.25) · 50 = - 5 + 175; two lots over night need 22,000
    "30170.00",
    // - 4 · 2.50 + 2 · (5203.75 - 5203.00) · 50 + 2 · (5250.00 - 5262.25) · 50 = - 10 + 75 - 1225
    "29010.00",
    // - 2 · 20 · 50; still above 22,000
    "27010.00",
    // - 2 · 5 · 50; inside the session two lots need 11,000
    "26510.00",
    // - 2 · 10 · 50 = 25,510, but two lots over night now need 28,000: one is sold a tick lower,
    // - 2.50 - 12.50, and the other needs 14,000
    "25495.00",
    // + 1 · 5 · 50 - 2.50 - 12.50
    "25730.00",
  ]);
});

Deno.test("scenario 3: MES in parts of the volume and an MNQ breakout, on one account", () => {
  // MES $5 and MNQ $2 a point, ticks of 0.25. Fee $0.62 a side, one tick of slippage.
  const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
  const mes = barsOfRows("MES", [
    [5000.00, 5000.50, 4999.50, 5000.00, 90],
    [5000.00, 5001.25, 4999.75, 5001.00, 30],
    [5001.50, 5002.25, 5001.00, 5002.00, 15],
    [5002.00, 5002.25, 4999.75, 5000.00, 100],
  ]);
  const mnq = barsOfRows("MNQ", [
    [17000, 17002, 16998, 17000, 0],
    [17000, 17012, 16985, 17001, 0],
    [17001, 17001, 16979, 16980, 0],
    [16980, 16981, 16979, 16980, 0],
  ]);
  const breakout: OrderStrategy = {
    name: "breakout",
    warmupBars: 0,
    onClose({ bar }, gateway) {
      if (bar !== 0) return;
      gateway.submitOneCancelsOther([
        { lots: 1, terms: { kind: "stop", stopTicks: 17010 * 4 } },
        { lots: -1, terms: { kind: "stop", stopTicks: 16990 * 4 } },
      ]);
    },
  };
  const rules = {
    costs,
    marginPerLotUsd: 1_000,
    flattenAtSessionEnd: false,
    maxLots: 5,
    sizing: { kind: "fixed", lots: 100 } as const,
    session: { tradeDay: new Int32Array(4), isLast: new Uint8Array(4) },
    from: 0,
    to: 4,
  };
  const volume = new VolumeShare(0.1);
  const result = runPortfolio({
    initialCashUsd: 10_000,
    slots: [
      {
        ...rules,
        bars: mes,
        strategy: scripted([-5, -5, -5, -5]),
        executor: createSimulatedExecutor(costs, { volume }),
      },
      { ...rules, bars: mnq, strategy: breakout, executor: createSimulatedExecutor(costs) },
    ],
  });
  const fills = result.slots.map((slot) =>
    slot.fills.map((fill) => [fill.bar, fill.lots, fill.priceTicks / 4])
  );
  assertEquals(fills, [
    // A tenth of 30, 15 and 100 lots: 3, 1 and the last 1; bought back when the data end.
    [[1, -3, 4999.75], [2, -1, 5001.25], [3, -1, 5001.75], [3, 5, 5000.25]],
    // Both stops are reached; at the close of 17001 the bought lot would stand at - 9.25 points,
    // the sold one at - 11.25: the rule takes the sold one.
    [[1, -1, 16989.75], [3, 1, 16980.25]],
  ]);
  assertEquals(dollars(result.equityMicros), [
    "10000.00",
    // MES - 3 · 1.25 · 5 - 3 · 0.62 = - 20.61; MNQ - 11.25 · 2 - 0.62 = - 23.12
    "9956.27",
    // MES - 3 · 2.25 · 5 - 1 · 0.75 · 5 - 4 · 0.62 = - 39.98; MNQ 9.75 · 2 - 0.62 = 18.88
    "9978.90",
    // MES - 3 · 0.25 · 5 + 1.25 · 5 + 1.75 · 5 - 5 · 0.62 = 8.15, closing - 5 · 0.25 · 5 - 3.10;
    // MNQ 18.88, closing - 0.25 · 2 - 0.62; together 27.03 - 10.47
    "10016.56",
  ]);
});
