import type { Bars } from "../market/mod.ts";
import { type Feed, usdToMicros } from "../trading/mod.ts";
import { Engine } from "./engine.ts";
import { checkRows, type EngineResult, type RunOptions } from "./run_options.ts";
import { SlotRun } from "./slot_run.ts";

/**
 * Runs a strategy over stored bars.
 *
 * @throws RangeError when an option is outside its range or the rows do not lie within the bars.
 * @example
 * ```ts
 * import { runEngine } from "./run_engine.ts";
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
 *   strategy: buyAndHold(),
 *   executor: createSimulatedExecutor(costs),
 *   initialCashUsd: 10_000,
 *   costs,
 *   marginPerLotUsd: 2_400,
 *   flattenAtSessionEnd: false,
 *   maxLots: 1,
 *   sizing: { kind: "fixed", lots: 1 },
 *   session: { tradeDay: new Int32Array(4), isLast: new Uint8Array(4) },
 *   from: 0,
 *   to: 4,
 * });
 * // Bought at 5000.25 and sold at 5002, a tick of $1.25 and a fee of $0.62 lost on each side.
 * assertEquals(result.trades[0]?.netMicros, 8_750_000 - 2 * 1_250_000 - 2 * 620_000);
 * ```
 */
export function runEngine(bars: Bars, options: RunOptions): EngineResult {
  const { from, to } = options;
  checkRows(options, bars.length);
  const run = startRun(bars, options);
  for (let row = from; row < to; row++) run.onBar(bars, row);
  return run.finish();
}

/** One run, stepped bar by bar. */
export interface SteppedRun {
  /** Takes the next row in. Rows come in order, from `from` on, without gaps. */
  onBar(bars: Bars, row: number): void;
  /** Closes what is open at the last close, unless it stays open, and hands over the result. */
  finish(): EngineResult;
}

/**
 * Begins a run that is stepped from outside. `to` may be Infinity where the end is not known.
 *
 * @throws RangeError when an option is outside its range.
 */
export function startRun(bars: Bars, options: RunOptions): SteppedRun {
  return new StoredRun(bars, options);
}

/**
 * Runs a strategy over a feed, waiting for each bar, until the feed ends.
 *
 * @throws RangeError when an option is outside its range.
 */
export async function runEngineOnFeed(feed: Feed, options: RunOptions): Promise<EngineResult> {
  const run = startRun(feed.bars, options);
  for (let row = await feed.next(); row !== null; row = await feed.next()) {
    run.onBar(feed.bars, row);
  }
  return run.finish();
}

/** A class, so that its methods are the same ones in every run: closures would be compiled anew. */
class StoredRun implements SteppedRun {
  readonly #engine: Engine;
  readonly #run: SlotRun;
  readonly #closesAtEnd: boolean;
  readonly #lastRow: number;

  constructor(bars: Bars, options: RunOptions) {
    const { closesAtEnd = true, initialCashUsd, observer, to } = options;
    const { instrument, intervalMs } = bars;
    this.#closesAtEnd = closesAtEnd;
    this.#lastRow = closesAtEnd ? to - 1 : Infinity;
    this.#engine = new Engine({
      initialCashUsd,
      slots: [{ ...options, instrument, intervalMs }],
      ...(observer?.onDecision === undefined
        ? {}
        : { observer: { onDecision: (taken) => this.#run.observeDecision(taken) } }),
    });
    const initialMicros = usdToMicros(initialCashUsd);
    this.#run = new SlotRun(this.#engine, 0, bars, options, initialMicros, observer);
  }

  onBar(bars: Bars, row: number): void {
    const engine = this.#engine, run = this.#run;
    run.trade(bars, row);
    engine.review();
    if (engine.hasCommands) engine.drain((command) => run.carryOut(command));
    run.decide(row === this.#lastRow);
  }

  finish(): EngineResult {
    if (this.#closesAtEnd) this.#run.end();
    return this.#run.result();
  }
}
