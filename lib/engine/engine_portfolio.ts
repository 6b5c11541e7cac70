import type { Bars } from "../market/bars.ts";
import type { Journal } from "../trading/ports.ts";
import { usdToMicros } from "../trading/money.ts";
import { EngineSlot, type SlotOptions } from "./engine_slot.ts";
import { coverMargin } from "./engine_margin.ts";
import { checkEngineOptions, type EngineResult } from "./engine_options.ts";

/** One strategy on one instrument of a shared account. */
export interface PortfolioSlot extends Omit<SlotOptions, "journal"> {
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
  readonly journal?: Journal;
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
 * import { runPortfolio } from "./engine_portfolio.ts";
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
 *     bars, strategy: buyAndHold(1), executor: createSimulatedExecutor(costs), costs,
 *     marginPerLotUsd: 2_400, flattenAtSessionEnd: false, maxLots: 1,
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
  const { initialCashUsd, journal, slots } = options;
  if (slots.length === 0) throw new RangeError("Cannot run an account as it has no slots");
  for (const slot of slots) checkEngineOptions({ ...slot, initialCashUsd });
  const run = new PortfolioRun(usdToMicros(initialCashUsd), slots, journal);
  const time: number[] = [], equity: number[] = [], cash: number[] = [];
  for (let now = run.nextClose(); now < Infinity; now = run.nextClose()) {
    run.step(now);
    time.push(now);
    equity.push(run.equityMicros());
    cash.push(run.cashMicros());
  }
  return {
    initialMicros: usdToMicros(initialCashUsd),
    time: Float64Array.from(time),
    equityMicros: Float64Array.from(equity),
    cashMicros: Float64Array.from(cash),
    slots: run.results(),
    ruinedAt: run.ruinedAt,
  };
}

/** A slot and the row it has come to. */
interface Runner {
  readonly options: PortfolioSlot;
  readonly slot: EngineSlot;
  next: number;
}

class PortfolioRun {
  ruinedAt: number | null = null;
  readonly #initialMicros: number;
  readonly #runners: readonly Runner[];
  readonly #slots: readonly EngineSlot[];

  constructor(
    initialMicros: number,
    slots: readonly PortfolioSlot[],
    journal: Journal | undefined,
  ) {
    this.#initialMicros = initialMicros;
    this.#runners = slots.map((options) => {
      const shared = journal === undefined ? options : { ...options, journal };
      return { options, slot: new EngineSlot(options.bars, shared, 0), next: options.from };
    });
    this.#slots = this.#runners.map(({ slot }) => slot);
  }

  /** When the next bar of any slot closes; Infinity when all are done. */
  nextClose(): number {
    return Math.min(...this.#runners.map(closeOfNext));
  }

  step(now: number): void {
    const due = this.#runners.filter((runner) => closeOfNext(runner) === now);
    for (const { slot, next, options } of due) slot.trade(options.bars, next);
    this.#cover(now, due);
    const equityMicros = this.equityMicros();
    for (const runner of due) {
      runner.slot.elsewhereMicros = equityMicros - runner.slot.equityMicros;
      runner.slot.committedMicros = this.#committedBeside(runner.slot);
      runner.slot.decide();
      runner.next++;
    }
    for (const runner of due) if (closeOfNext(runner) === Infinity) runner.slot.end();
  }

  equityMicros(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.equityMicros, this.#initialMicros);
  }

  cashMicros(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.cashMicros, this.#initialMicros);
  }

  results(): EngineResult[] {
    return this.#slots.map((slot) => slot.result());
  }

  /** A used-up account closes each position as soon as its market trades. */
  #cover(now: number, due: readonly Runner[]): void {
    if (this.ruinedAt === null && this.equityMicros() <= 0) this.ruinedAt = now;
    if (this.ruinedAt !== null) { for (const { slot } of due) slot.ruin(); }
    else coverMargin(this.#initialMicros, this.#slots);
  }

  /** What the other slots tie up: the initial margin of what they hold and have ordered. */
  #committedBeside(slot: EngineSlot): number {
    let committedMicros = 0;
    for (const other of this.#slots) {
      if (other === slot) continue;
      committedMicros += other.reservedLots * other.initialMarginMicros;
    }
    return committedMicros;
  }
}

function closeOfNext({ next, options: { bars, to } }: Runner): number {
  return next < Math.min(to, bars.length) ? bars.time[next]! + bars.intervalMs : Infinity;
}
