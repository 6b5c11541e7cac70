/**
 * Bar-steps a second of the parameter sweep, one thread and all cores: 500,000 one-minute bars, 200
 * parameter sets that trade about one bar in ten, costs, margin and session closes included.
 *
 * Run: `deno task bench sweep [--json]`
 */
import type { Bars } from "../lib/market/bars.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { sweep, sweepParallel, type SweepTask } from "../lib/engine/sweep/sweep.ts";
import { prepareSweep } from "../lib/engine/sweep/sweep_market.ts";
import { createRandom } from "../lib/core/random.ts";

const BARS = 500_000;
const SETS = 200;
const RUNS = 5;
const BARS_PER_SESSION = 1_380;

function createTask(): SweepTask {
  const random = createRandom(1);
  const prices = new Float64Array(BARS);
  const score = new Float32Array(new SharedArrayBuffer(4 * BARS));
  let ticks = 20_000;
  for (let bar = 0; bar < BARS; bar++) {
    prices[bar] = (ticks = Math.max(4_000, ticks + random.integer(7) - 3)) * 0.25;
    score[bar] = random.uniform() * 2 - 1;
  }
  const bars: Bars = {
    instrument: findInstrument("MES"),
    intervalMs: 60_000,
    length: BARS,
    time: Float64Array.from(prices, (_, bar) => bar * 60_000),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: new Float64Array(BARS),
  };
  const tradeDay = Int32Array.from(prices, (_, bar) => Math.floor(bar / BARS_PER_SESSION));
  const isLast = Uint8Array.from(prices, (_, bar) => bar % BARS_PER_SESSION === 1_379 ? 1 : 0);
  const market = prepareSweep(bars, {
    initialCashUsd: 100_000_000,
    costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
    marginPerLotUsd: 2_400,
    flattenAtSessionEnd: true,
    lots: 1,
    session: { tradeDay, isLast },
    from: 0,
    to: BARS,
  });
  const rules = Array.from({ length: SETS }, (_, set) => ({
    column: 0,
    enter: 0.85 + 0.0005 * set,
    exit: -0.5,
  }));
  return { market, scores: [score], rules };
}

async function stepsPerSecond(run: () => unknown): Promise<number> {
  const rates: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now();
    await run();
    rates.push(BARS * SETS / (performance.now() - started) * 1_000);
  }
  return rates.toSorted((a, b) => a - b)[RUNS >> 1]!;
}

const task = createTask();
const { lotsTraded } = sweep(task);
const report = {
  bars: BARS,
  sets: SETS,
  barStepsPerSecondOneThread: Math.round(await stepsPerSecond(() => sweep(task))),
  barStepsPerSecondAllCores: Math.round(await stepsPerSecond(() => sweepParallel(task))),
  lotsPerBarStep: lotsTraded.reduce((sum, lots) => sum + lots, 0) / (BARS * SETS),
};
console.log(Deno.args.includes("--json") ? JSON.stringify(report) : report);
