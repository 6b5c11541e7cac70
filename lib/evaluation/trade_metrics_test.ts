import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { type Activity, TRADE_METRIC_NAMES, tradeMetrics } from "./trade_metrics.ts";
import type { Trade } from "../trading/trades.ts";

function trade(netUsd: number, barsHeld: number): Trade {
  return {
    entryTime: 0,
    exitTime: 0,
    entryBar: 0,
    exitBar: 0,
    lots: 1,
    entryPriceTicks: 0,
    exitPriceTicks: 0,
    grossMicros: netUsd * 1e6,
    feesMicros: 0,
    netMicros: netUsd * 1e6,
    slippageMicros: 0,
    barsHeld,
    entryReason: "signal",
    exitReason: "signal",
  };
}

function activity(trades: readonly Trade[]): Activity {
  return {
    trades,
    positionLots: Int32Array.of(0, 1, -2, 0),
    equityMicros: Float64Array.of(100e6, 100e6, 100e6, 100e6),
    totals: { notionalTradedUsd: 600 },
  };
}

Deno.test("tradeMetrics() counts wins, losses, holding, exposure and turnover", () => {
  const metrics = tradeMetrics(
    activity([trade(30, 4), trade(-10, 2), trade(10, 3), trade(0, 3)]),
    2,
  );
  const expected = {
    trades: 4,
    hitRate: 0.5,
    profitFactorPerTrade: 4,
    expectancyUsd: 7.5,
    averageWinUsd: 20,
    averageLossUsd: -10,
    payoffRatio: 2,
    bestTradeUsd: 30,
    worstTradeUsd: -10,
    averageBarsHeld: 3,
    exposure: 0.5,
    turnover: 3,
  };
  for (const name of TRADE_METRIC_NAMES) assertClose(metrics[name].value!, expected[name], 1e-12);
});

Deno.test("tradeMetrics() explains what is undefined without trades, wins or losses", () => {
  for (const trades of [[], [trade(1, 1)], [trade(-1, 1)], [trade(0, 1)]]) {
    for (const metric of Object.values(tradeMetrics(activity(trades), 1))) {
      assert(metric.value === null ? metric.reason !== undefined : Number.isFinite(metric.value));
    }
  }
  assertEquals(tradeMetrics(activity([trade(-1, 1)]), 1).profitFactorPerTrade.value, 0);
});
