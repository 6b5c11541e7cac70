import type { Bars } from "../market/mod.ts";
import { usdToMicros } from "../trading/mod.ts";
import { Engine } from "./engine.ts";
import {
  checkRows,
  type EngineResult,
  type RunObserver,
  type SlotRunOptions,
} from "./run_options.ts";
import { SlotRun } from "./slot_run.ts";

/** One strategy on one instrument of a shared account. */
export interface PortfolioSlot extends SlotRunOptions {
  /** What it trades; slots may differ in instrument, bar length and hours. */
  readonly bars: Bars;
}

/** Several strategies and instruments on one account. */
export interface PortfolioOptions {
  /** Positive, dollars. */
  readonly initialCashUsd: number;
  /** In the order in which they decide where they decide at the same time. */
  readonly slots: readonly PortfolioSlot[];
  /** Told of every decision, order and fill of all slots. */
  readonly observer?: RunObserver;
}

/** What happened on a shared account. */
export interface PortfolioResult {
  /** Equity before the first bar. */
  readonly initialMicros: number;
  /** Each moment at which a bar of some slot closed, epoch milliseconds. */
  readonly time: Float64Array;
  /** Equity of the account at each of them. */
  readonly equityMicros: Float64Array;
  /** Its cash at each of them, after settlement; equity less cash is the open profit. */
  readonly cashMicros: Float64Array;
  /** Each slot's own part, begun at 0: profit and loss in place of equity. */
  readonly slots: readonly EngineResult[];
  /** When equity was used up and everything was closed; null when it never was. */
  readonly ruinedAt: number | null;
}

/**
 * Runs several strategies on one account: the engine's loop for each, on common equity and margin.
 *
 * Bars are taken in the order in which they close. Slots whose bars close together first take
 * their fills, then margin is looked at, then each decides on the same equity. A slot closes its
 * position at its own last bar. Margin adds up over slots; positions of two slots in one instrument are not set off against each other.
 *
 * @throws RangeError when there is no slot or an option is outside its range.
 * @example
 * ```ts
 * import { runPortfolio } from "./run_portfolio.ts";
 * import { buyAndHold } from "../strategies/baselines.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { createSimulatedExecutor } from "../execution/simulated/simulated_executor.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const costs = { feePerSideMicros: 0, slippageTicks: 0 };
 * const slot = (symbol: string, ...prices: number[]) => {
 *   const price = Float64Array.from(prices);
 *   const bars = {
 *     instrument: findInstrument(symbol), intervalMs: 60_000, length: 3,
 *     time: Float64Array.of(0, 60_000, 120_000),
 *     open: price, high: price, low: price, close: price, volume: new Float64Array(3),
 *   };
 *   return {
 *     bars, strategy: buyAndHold(), executor: createSimulatedExecutor(costs), costs,
 *     marginPerLotUsd: 2_400, flattenAtSessionEnd: false, maxLots: 1, sizing: { kind: "fixed", lots: 1 } as const,
 *     session: { tradeDay: new Int32Array(3), isLast: new Uint8Array(3) }, from: 0, to: 3,
 *   };
 * };
 * const slots = [slot("MES", 5_000, 5_000, 5_010), slot("MNQ", 17_000, 17_000, 16_990)];
 * const { equityMicros } = runPortfolio({ initialCashUsd: 10_000, slots });
 * // Ten points are $50 in MES and $20 in MNQ.
 * assertEquals(equityMicros.at(-1), 10_030_000_000);
 * ```
 */
export function runPortfolio(options: PortfolioOptions): PortfolioResult {
  const { initialCashUsd, observer, slots } = options;
  for (const slot of slots) checkRows(slot, slot.bars.length);
  const engine = new Engine({
    initialCashUsd,
    slots: slots.map(({ bars: { instrument, intervalMs }, ...slot }) => (
      { ...slot, instrument, intervalMs }
    )),
    ...(observer?.onDecision === undefined
      ? {}
      : { observer: { onDecision: (taken) => runners[taken.slot]!.run.observeDecision(taken) } }),
  });
  const runners = slots.map((slot, index): Runner => ({
    ...{ slot, next: slot.from },
    run: new SlotRun(
      engine,
      index,
      slot.bars,
      slot,
      slots.length === 1 ? usdToMicros(initialCashUsd) : 0,
      observer,
    ),
  }));
  const time: number[] = [], equity: number[] = [], cash: number[] = [];
  for (let now = nextClose(runners); now < Infinity; now = nextClose(runners)) {
    step(engine, runners, now);
    time.push(now);
    equity.push(engine.equityMicros);
    cash.push(engine.cashMicros);
  }
  return {
    initialMicros: usdToMicros(initialCashUsd),
    time: Float64Array.from(time),
    equityMicros: Float64Array.from(equity),
    cashMicros: Float64Array.from(cash),
    slots: runners.map(({ run }) => run.result()),
    ruinedAt: engine.ruinedAt,
  };
}

/** A slot and the row it has come to. */
interface Runner {
  readonly slot: PortfolioSlot;
  readonly run: SlotRun;
  next: number;
}

/** All slots whose bars close now: first their fills, then margin, then each decides. */
function step(engine: Engine, runners: readonly Runner[], now: number): void {
  const due = runners.filter((runner) => closeOfNext(runner) === now);
  for (const { next, run, slot } of due) run.trade(slot.bars, next);
  engine.review(now);
  engine.drain((command) => runners[command.slot]!.run.carryOut(command));
  for (const runner of due) {
    runner.next++;
    runner.run.decide(closeOfNext(runner) === Infinity);
  }
  for (const runner of due) if (closeOfNext(runner) === Infinity) runner.run.end();
}

/** When the next bar of any slot closes; Infinity when all are done. */
function nextClose(runners: readonly Runner[]): number {
  return Math.min(...runners.map(closeOfNext));
}

function closeOfNext({ next, slot: { bars, to } }: Runner): number {
  return next < to ? bars.time[next]! + bars.intervalMs : Infinity;
}
