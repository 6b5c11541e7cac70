import type { Bars } from "../domain/bars.ts";
import type { Fill } from "../domain/fill.ts";
import type { Order } from "../domain/order.ts";
import type { Executor } from "../domain/ports.ts";
import { checkCosts, type CostModel } from "../portfolio/costs.ts";
import { closeQuote, expiringOpenQuote, fillAt, isRoll, openQuote } from "./fill_model.ts";

/** `orderId` of fills the executor made by itself: rolls into the next contract. */
export const ROLL_ORDER_ID = 0;

const NO_FILLS: readonly Fill[] = [];

/**
 * An executor that fills orders from the bars themselves; used by backtest and paper alike.
 *
 * Market orders fill whole at the next bar's open, moved against them by the slippage. A position
 * held into a new contract is closed in the old one and opened in the new one at that bar's open,
 * both at full cost, before any order; that is pessimistic by one round trip when the order would
 * have closed it anyway. Make a new executor for every run: it remembers orders and position.
 *
 * @throws RangeError when a cost is not a whole number of at least 0.
 * @example
 * ```ts
 * import { createSimulatedExecutor } from "./simulated_executor.ts";
 * import { assertEquals } from "../utils/assert.ts";
 *
 * const executor = createSimulatedExecutor({ feePerSideMicros: 620_000, slippageTicks: 1 });
 * executor.submit({ id: 1, lots: 2, reason: "signal", decidedAt: 0 });
 * assertEquals(typeof executor.onBar, "function");
 * ```
 */
export function createSimulatedExecutor(costs: CostModel): Executor {
  return new SimulatedExecutor(checkCosts(costs));
}

class SimulatedExecutor implements Executor {
  readonly #costs: CostModel;
  #pending: Order[] = [];
  #positionLots = 0;

  constructor(costs: CostModel) {
    this.#costs = costs;
  }

  submit(order: Order): void {
    this.#pending.push(order);
  }

  onBar(bars: Bars, bar: number): readonly Fill[] {
    const rolls = this.#positionLots !== 0 && isRoll(bars, bar);
    if (!rolls && this.#pending.length === 0) return NO_FILLS;
    const fills: Fill[] = rolls ? this.#roll(bars, bar) : [];
    if (this.#pending.length > 0) {
      const quote = openQuote(bars, bar);
      for (const order of this.#pending) {
        fills.push(fillAt(quote, order, this.#costs));
        this.#positionLots += order.lots;
      }
      this.#pending = [];
    }
    return fills;
  }

  atClose(bars: Bars, bar: number, order: Order): Fill {
    this.#positionLots += order.lots;
    return fillAt(closeQuote(bars, bar), order, this.#costs);
  }

  #roll(bars: Bars, bar: number): Fill[] {
    const close = { id: ROLL_ORDER_ID, lots: -this.#positionLots, reason: "roll" } as const;
    const open = { ...close, lots: this.#positionLots };
    return [
      fillAt(expiringOpenQuote(bars, bar), close, this.#costs),
      fillAt(openQuote(bars, bar), open, this.#costs),
    ];
  }
}
