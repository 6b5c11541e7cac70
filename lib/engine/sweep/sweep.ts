import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type ScoreRule, sweepAccount, type SweepColumns } from "./sweep_account.ts";
import type { SweepMarket } from "./sweep_market.ts";

/** Everything a sweep reads. */
export interface SweepTask {
  /** Bars and rules, from `prepareSweep`. */
  readonly market: SweepMarket;
  /** Score columns, each at least `market.to` long and known at its bar's close. */
  readonly scores: readonly Float32Array[];
  /** One parameter set each. */
  readonly rules: readonly ScoreRule[];
}

/** What a thread is given, once. */
export interface SweepOrder {
  /** Bars, scores and parameter sets. */
  readonly task: SweepTask;
  /** Shared: takes the results. */
  readonly columns: SweepColumns;
  /** Shared `[1]`: the next parameter set that nobody has taken. */
  readonly next: Int32Array;
}

/**
 * Runs many parameter sets over the same bars in this thread. On what it supports (positions that
 * depend on scores alone, market orders, one instrument, one margin) it is the engine: the same
 * equity, fees and lots to the micro-dollar.
 *
 * @throws RangeError when a rule names no column or a score column is too short.
 * @example
 * ```ts
 * import { sweep } from "./sweep.ts";
 * import { prepareSweep } from "./sweep_market.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const price = Float64Array.of(5000, 5000, 5001, 5002);
 * const bars = {
 *   instrument: findInstrument("MES"), intervalMs: 60_000, length: 4,
 *   time: Float64Array.of(0, 60_000, 120_000, 180_000),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(4),
 * };
 * const market = prepareSweep(bars, {
 *   initialCashUsd: 10_000, costs: { feePerSideMicros: 0, slippageTicks: 0 },
 *   marginPerLotUsd: 2_400, flattenAtSessionEnd: false, lots: 1,
 *   session: { tradeDay: new Int32Array(4), isLast: new Uint8Array(4) }, from: 0, to: 4,
 * });
 * const scores = [Float32Array.of(1, 1, 1, 1)];
 * const rules = [{ column: 0, enter: 0.5, exit: 0 }, { column: 0, enter: 2, exit: 0 }];
 * const { finalMicros } = sweep({ market, scores, rules });
 * // Two points of $5 for the first set; the second never enters.
 * assertEquals([...finalMicros], [10_010_000_000, 10_000_000_000]);
 * ```
 */
export function sweep(task: SweepTask): SweepColumns {
  checkTask(task);
  const columns = createColumns(task.rules.length);
  task.rules.forEach((rule, set) =>
    sweepAccount(task.market, task.scores[rule.column]!, rule, columns, set)
  );
  return columns;
}

/**
 * `sweep` on several threads, with the same result to the bit. Score columns should lie in shared
 * memory; others are copied to each thread.
 *
 * @param threads at least 1. @default all cores
 * @throws RangeError when a rule names no column or a score column is too short.
 */
export async function sweepParallel(
  task: SweepTask,
  threads: number = availableParallelism(),
): Promise<SweepColumns> {
  checkTask(task);
  const columns = createColumns(task.rules.length);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const count = Math.max(1, Math.min(threads, task.rules.length));
  await Promise.all(Array.from({ length: count }, () => workOn({ task, columns, next })));
  return columns;
}

function workOn(order: SweepOrder): Promise<void> {
  const worker = new Worker(new URL("./sweep_worker.ts", import.meta.url));
  return new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}

function createColumns(sets: number): SweepColumns {
  const column = () => new Float64Array(new SharedArrayBuffer(8 * sets));
  return {
    finalMicros: column(),
    feesMicros: column(),
    slippageMicros: column(),
    lotsTraded: column(),
    maxDrawdown: column(),
    dailyMean: column(),
    dailyDeviation: column(),
    ruinedAt: column(),
  };
}

function checkTask({ market, rules, scores }: SweepTask): void {
  for (const { column } of rules) {
    const length = scores[column]?.length ?? 0;
    if (length >= market.to) continue;
    throw new RangeError(
      `Cannot sweep as score column ${column} must have ${market.to} rows: current value is ${length}`,
    );
  }
}
