import { assert, assertEquals } from "../../tests/assert.ts";
import { simulateBars } from "../simulator/simulator.ts";
import { findInstrument } from "../market/instruments.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import type { SizingSettings } from "../risk/sizing.ts";
import { baselines } from "./comparison.ts";

const BARS = simulateBars({
  world: { kind: "gbm" },
  instrument: findInstrument("NQ"),
  bars: 1_500,
  intervalMs: 86_400_000,
  start: Date.UTC(2015, 0, 5),
  startPrice: 5_000,
  volatilityTicks: 320,
  seed: 4,
});

function conditionsOf(sizing: SizingSettings): RunConditions {
  return {
    bars: BARS,
    session: {
      tradeDay: Int32Array.from({ length: BARS.length }, (_, bar) => bar),
      isLast: new Uint8Array(BARS.length),
    },
    ...{ from: 300, to: BARS.length, costs: { feePerSideMicros: 0, slippageTicks: 1 } },
    ...{ initialCashUsd: 10_000_000, maxLots: 1_000, marginPerLotUsd: 100 },
    ...{ flattenAtSessionEnd: false, sizing },
    margin: { overnight: [{ from: "1970-01-01", value: { initialUsd: 100, maintenanceUsd: 0 } }] },
  };
}

Deno.test("baselines() take the risk that the conditions set, not a number of lots of their own", () => {
  const fixed = baselines(conditionsOf({ kind: "fixed", lots: 200 }), 60);
  const target = { annualVolatility: 0.1, barsPerYear: 252, maxLeverage: 4 };
  const sized = baselines(conditionsOf({ kind: "volatility-target", ...target }), 60);
  assertEquals(sized.map(({ evaluation }) => evaluation.result.strategy), [
    ...["flat", "buy and hold", "momentum 60"],
  ]);
  const momentum = sized[2]!.evaluation;
  const volatility = momentum.metrics["volatility"]!.value!;
  assert(volatility > 0.06 && volatility < 0.14, `${volatility}`);
  assertEquals(momentum.result.ruinedAt, null);
  // Two hundred contracts of a market that moves 1.6 % a day are more than the account can bear.
  assert(fixed[2]!.evaluation.metrics["volatility"]!.value! > 3 * volatility);
  assert(new Set(momentum.result.positionLots.map(Math.abs)).size > 5, "lots follow the market");
});
