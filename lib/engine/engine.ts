import type { Bars } from "../market/bars.ts";
import type { Feed } from "../trading/ports.ts";
import { usdToMicros } from "../trading/money.ts";
import { EngineSlot } from "./engine_slot.ts";
import { checkEngineOptions, type EngineOptions, type EngineResult } from "./engine_options.ts";

/** One run, stepped bar by bar. */
export interface Engine {
  /** Takes the next row in. Rows come in order, from `from` on, without gaps. */
  onBar(bars: Bars, bar: number): void;
  /** Closes what is open at the last bar's close and hands over the result. Call it once. */
  finish(bars: Bars): EngineResult;
}

/**
 * Makes an engine for one run: the same loop for backtest, paper and live.
 *
 * Each bar: fills of earlier orders, forced closes, mark, decision, risk, new order. An order
 * decided at the close of bar t fills at the open of bar t + 1 or later.
 *
 * @throws RangeError when an option is outside its range.
 */
export function createEngine(bars: Bars, options: EngineOptions): Engine {
  checkEngineOptions(options);
  return new BarEngine(bars, options);
}

/**
 * Runs a strategy over stored bars.
 *
 * @throws RangeError when an option is outside its range or the rows do not lie within the bars.
 * @example
 * ```ts
 * import { runEngine } from "./engine.ts";
 * import { buyAndHold } from "../strategies/baselines.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { createSimulatedExecutor } from "../execution/simulated/simulated_executor.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(5000, 5000.25, 5001, 5002);
 * const bars = {
 *   instrument: findInstrument("MES"),
 *   intervalMs: 60_000,
 *   length: 4,
 *   time: Float64Array.of(0, 60_000, 120_000, 180_000),
 *   open: price,
 *   high: price,
 *   low: price,
 *   close: price,
 *   volume: new Float64Array(4),
 * };
 * const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
 * const result = runEngine(bars, {
 *   strategy: buyAndHold(1),
 *   executor: createSimulatedExecutor(costs),
 *   initialCashUsd: 10_000,
 *   costs,
 *   marginPerLotUsd: 2_400,
 *   flattenAtSessionEnd: false,
 *   maxLots: 1,
 *   session: { tradeDay: new Int32Array(4), isLast: new Uint8Array(4) },
 *   from: 0,
 *   to: 4,
 * });
 * // Bought at 5000.25 and sold at 5002, a tick of $1.25 and a fee of $0.62 lost on each side.
 * assertEquals(result.trades[0]?.netMicros, 8_750_000 - 2 * 1_250_000 - 2 * 620_000);
 * ```
 */
export function runEngine(bars: Bars, options: EngineOptions): EngineResult {
  const { from, to, session } = options;
  if (!(to <= bars.length && to <= session.isLast.length && to <= session.tradeDay.length)) {
    throw new RangeError(
      `Cannot run the engine as bars and session marks must reach to row ${to}: current value is ${bars.length} bars, ${session.isLast.length} marks`,
    );
  }
  const engine = createEngine(bars, options);
  for (let bar = from; bar < to; bar++) engine.onBar(bars, bar);
  return engine.finish(bars);
}

/**
 * Runs a strategy over a feed, waiting for each bar, until the feed ends.
 *
 * @throws RangeError when an option is outside its range.
 */
export async function runEngineOnFeed(feed: Feed, options: EngineOptions): Promise<EngineResult> {
  const engine = createEngine(feed.bars, options);
  for (let bar = await feed.next(); bar !== null; bar = await feed.next()) {
    engine.onBar(feed.bars, bar);
  }
  return engine.finish(feed.bars);
}

class BarEngine implements Engine {
  readonly #slot: EngineSlot;

  constructor(bars: Bars, options: EngineOptions) {
    this.#slot = new EngineSlot(bars, options, usdToMicros(options.initialCashUsd));
  }

  onBar(bars: Bars, bar: number): void {
    this.#slot.trade(bars, bar);
    this.#slot.cover();
    this.#slot.decide();
  }

  finish(): EngineResult {
    this.#slot.end();
    return this.#slot.result();
  }
}
