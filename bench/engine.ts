/**
 * Bars a second of the engine on one core: simulated one-minute bars, precomputed probabilities,
 * orders, fees, slippage and dated margin included. The heap grows by the kept fills alone, about 100
 * bytes each; equity and position take 12 bytes a bar outside it.
 *
 * Run: `deno run bench/engine.ts [--json]`
 */
import type { Bars } from "../lib/market/bars.ts";
import type { Instrument } from "../lib/market/instrument.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { roundTripCostTicks } from "../lib/trading/costs.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { EngineResult } from "../lib/engine/run_options.ts";
import { followModel } from "../lib/strategies/follow_model.ts";
import { createRandom } from "../lib/core/random.ts";

const BARS = 5_000_000;
const RUNS = 7;
const MINUTE_MS = 60_000;
const BARS_PER_SESSION = 1_380;
const MARGIN = {
  overnight: [
    { from: "1970-01-01", value: { initialUsd: 2_400, maintenanceUsd: 2_200 } },
    { from: "1975-01-01", value: { initialUsd: 2_600, maintenanceUsd: 2_400 } },
  ],
};
const COSTS = { feePerSideMicros: 620_000, slippageTicks: 1 };

const INSTRUMENT: Instrument = {
  symbol: "MES",
  name: "Micro E-mini S&P 500",
  kind: "future",
  exchange: "CME",
  currency: "USD",
  tickSize: 0.25,
  pointValue: 5,
  session: "always",
  timeZone: "UTC",
  feePerSideUsd: [{ from: "2000-01-01", value: 0.62 }],
  margin: [],
  rollMonths: "HMUZ",
};

function simulateBars(length: number): Bars {
  const random = createRandom(1);
  const column = (): Float64Array => new Float64Array(length);
  const bars = { time: column(), open: column(), high: column(), low: column(), close: column() };
  let ticks = 20_000;
  for (let bar = 0; bar < length; bar++) {
    const open = ticks;
    ticks = Math.max(4_000, ticks + random.integer(7) - 3);
    bars.time[bar] = bar * MINUTE_MS;
    bars.open[bar] = open * INSTRUMENT.tickSize;
    bars.close[bar] = ticks * INSTRUMENT.tickSize;
    bars.high[bar] = Math.max(open, ticks) * INSTRUMENT.tickSize;
    bars.low[bar] = Math.min(open, ticks) * INSTRUMENT.tickSize;
  }
  return { ...bars, instrument: INSTRUMENT, intervalMs: MINUTE_MS, length, volume: column() };
}

/** One bar in ten carries an edge worth trading. */
function simulateProbabilities(length: number): Float32Array {
  const random = createRandom(2);
  const probabilities = new Float32Array(length * 3);
  for (let bar = 0; bar < length; bar++) {
    const up = random.uniform() < 0.1 ? 0.1 + 0.8 * random.integer(2) : 0.5;
    probabilities[bar * 3] = 1 - up;
    probabilities[bar * 3 + 2] = up;
  }
  return probabilities;
}

function sessionMarks(length: number): { tradeDay: Int32Array; isLast: Uint8Array } {
  const tradeDay = Int32Array.from({ length }, (_, bar) => Math.floor(bar / BARS_PER_SESSION));
  const isLast = Uint8Array.from(tradeDay, (_, bar) => (bar + 1) % BARS_PER_SESSION === 0 ? 1 : 0);
  return { tradeDay, isLast };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function measure(bars: Bars, probabilities: Float32Array): () => EngineResult {
  const session = sessionMarks(bars.length);
  return () =>
    runEngine(bars, {
      strategy: followModel({
        signals: { probabilities },
        horizonBars: 12,
        classOutcomes: [-0.002, 0, 0.002],
        costTicks: roundTripCostTicks(INSTRUMENT, COSTS),
        edgeThreshold: 1,
        source: "bench",
        modelVersion: 1,
      }),
      executor: createSimulatedExecutor(COSTS),
      initialCashUsd: 100_000_000,
      costs: COSTS,
      marginPerLotUsd: null,
      margin: MARGIN,
      flattenAtSessionEnd: true,
      maxLots: 5,
      sizing: { kind: "fixed", lots: 1 },
      session,
      from: 0,
      to: bars.length,
    });
}

const run = measure(simulateBars(BARS), simulateProbabilities(BARS));
const rates: number[] = [];
const ratesWithTrades: number[] = [];
let result = run();
const heapBefore = Deno.memoryUsage().heapUsed;
for (let i = 0; i < RUNS; i++) {
  const started = performance.now();
  result = run();
  rates.push(BARS / (performance.now() - started) * 1_000);
  result.trades;
  ratesWithTrades.push(BARS / (performance.now() - started) * 1_000);
}
const heapAfter = Deno.memoryUsage().heapUsed;
const report = {
  bars: BARS,
  barsPerSecond: Math.round(median(rates)),
  barsPerSecondWithTradeList: Math.round(median(ratesWithTrades)),
  slowest: Math.round(Math.min(...rates)),
  fastest: Math.round(Math.max(...rates)),
  fills: result.fills.length,
  trades: result.trades.length,
  heapBytesPerBar: Math.max(0, heapAfter - heapBefore) / BARS,
};
console.log(Deno.args.includes("--json") ? JSON.stringify(report) : report);
