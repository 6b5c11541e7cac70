import { barsOf, optionsFor, randomBars } from "../../tests/fixtures/engine_fixture.ts";
import type { Bars } from "../market/bars.ts";
import { genericStock } from "../market/instruments.ts";
import { performanceMetrics } from "../statistics/metrics.ts";
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { buyAndHold, flat, timeSeriesMomentum } from "./baselines.ts";
import { runEngine } from "../engine/run_engine.ts";
import { fixedLots } from "../risk/sizing.ts";
import type { Strategy } from "../trading/strategy.ts";

const SPY = new URL("../../../shared/data/spy_daily.csv", import.meta.url);

function exists(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}

if (!exists(SPY)) console.log("No shared market data: the SPY checks of the baselines are skipped");

function readSpy(): Bars {
  const rows = Deno.readTextFileSync(SPY).trim().split("\n").slice(1).map((row) => row.split(","));
  const column = (index: number) => Float64Array.from(rows, (row) => Number(row[index]));
  return {
    instrument: genericStock("SPY"),
    intervalMs: 86_400_000,
    length: rows.length,
    time: Float64Array.from(rows, (row) => Date.parse(row[0]!)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/**
 * Net returns from open to open of exposures -1, 0, 1 decided at each close:
 * a · rho - cost · |change of a| (docs/methods.md#timing), from `first` on.
 */
function exposureReturns(bars: Bars, strategy: Strategy, first: number, cost = 0): Float64Array {
  const returns: number[] = [];
  const forecaster = strategy.begin();
  let held = 0;
  for (let bar = first; bar + 2 < bars.length; bar++) {
    const context = { bars, bar, exposure: held, positionLots: held, acts: true };
    const { exposure } = forecaster.forecast(context);
    const earned = bars.open[bar + 2]! / bars.open[bar + 1]! - 1;
    returns.push(exposure * earned - cost * Math.abs(exposure - held));
    held = exposure;
  }
  return Float64Array.from(returns);
}

function sharpe(returns: Float64Array): number {
  return performanceMetrics(returns, 252).sharpe.value!;
}

Deno.test({
  name: "timeSeriesMomentum() on SPY gives the Sharpe ratios of docs/methods.md#real-bars",
  ignore: !exists(SPY),
  fn() {
    const bars = readSpy();
    const year = timeSeriesMomentum(252);
    const returns = exposureReturns(bars, year, 252);
    assertEquals(returns.length, 5_595);
    assertClose(sharpe(returns), 0.2620, 5e-5);
    assertClose(sharpe(exposureReturns(bars, year, 252, 0.0002)), 0.2546, 5e-5);
    assertClose(sharpe(exposureReturns(bars, buyAndHold(), 252)), 0.3623, 5e-5);
    const month = timeSeriesMomentum(20);
    assertClose(sharpe(exposureReturns(bars, month, 20)), -0.0283, 5e-5);
  },
});

Deno.test({
  name: "runEngine() on SPY trades momentum as the exposures say",
  ignore: !exists(SPY),
  fn() {
    const bars = readSpy();
    const strategy = timeSeriesMomentum(252);
    const costs = { feePerSideMicros: 0, slippageTicks: 0 };
    const changes = { costs, marginPerLotUsd: null, maxLots: 100 };
    const result = runEngine(bars, optionsFor(bars, strategy, changes));
    for (let bar = 252; bar + 2 < bars.length; bar++) {
      const side = Math.sign(bars.close[bar]! - bars.close[bar - 252]!);
      assertEquals(result.positionLots[bar + 1], 100 * side);
    }
  },
});

Deno.test("timeSeriesMomentum() does not see roll gaps", () => {
  const strategy = timeSeriesMomentum(1);
  const roll = { contract: Int32Array.of(0, 0, 1, 1), contracts: ["H4", "M4"] };
  const joined = [
    { method: "difference", adjustment: Float64Array.of(0, 0, -50, -50), ...roll },
    { method: "ratio", adjustment: Float64Array.of(1, 1, 0.65, 0.65), ...roll },
  ] as const;
  for (const continuous of joined) {
    const bars = { ...barsOf([400, 390, 580, 570], [395, 385, 575, 565]), continuous };
    const context = { bars, bar: 2, exposure: 0, positionLots: 0, acts: true };
    assertEquals(strategy.begin().forecast(context).exposure, -1);
  }
});

Deno.test("buyAndHold() buys once and flat() never", () => {
  const bars = randomBars(1, 50);
  const bought = runEngine(bars, optionsFor(bars, buyAndHold(), { sizing: fixedLots(2) }));
  assertEquals(bought.fills.map((fill) => [fill.bar, fill.lots]), [[1, 2], [49, -2]]);
  assertEquals(runEngine(bars, optionsFor(bars, flat())).fills, []);
});
