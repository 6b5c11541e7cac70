import type { ExitTerms, Order, OrderTerms, TimeInForce, WorkingOrder } from "../trading/order.ts";
import type { OrderExecutor } from "../trading/ports.ts";
import type { Veto } from "../risk/risk.ts";
import type { Strategy, StrategyContext } from "../trading/strategy.ts";

/** An order as a strategy asks for it; the engine numbers and stamps it. */
export interface OrderRequest {
  /** Signed lots: positive buys, negative sells; whole, never 0. */
  readonly lots: number;
  /** Price conditions. @default {{ kind: "market" }} */
  readonly terms?: OrderTerms;
  /** When it is given up. @default {"gtc"} */
  readonly timeInForce?: TimeInForce;
  /** Makes it a bracket: what begins to work, each cancelling the others, once it fills. */
  readonly exits?: readonly ExitTerms[];
}

/** What became of a request. */
export type Placement =
  /** It was sent under this number. */
  | { readonly isPlaced: true; readonly orderId: number }
  /** A rule refused it; nothing was sent. */
  | { readonly isPlaced: false; readonly veto: Veto };

/** Where a strategy sends, reads and takes back its orders. */
export interface OrderGateway {
  /** What waits for its price, oldest first. */
  working(): readonly WorkingOrder[];
  /** Sends an order; it can trade from the next bar's open on. */
  submit(request: OrderRequest): Placement;
  /** Sends orders of which the first fill takes as many lots off the others; all or none. */
  submitOneCancelsOther(requests: readonly OrderRequest[]): readonly Placement[];
  /** Takes back what is left of an order. */
  cancel(orderId: number): void;
  /** Takes back everything. */
  cancelAll(): void;
}

/**
 * A strategy that works with orders of its own instead of naming a position. Only rows up to and
 * including `context.bar` may count.
 *
 * @example
 * ```ts
 * import type { OrderStrategy } from "./engine_orders.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const dip: OrderStrategy = {
 *   name: "buy the dip",
 *   warmupBars: 0,
 *   onClose({ bar, bars, positionLots }, gateway) {
 *     if (positionLots !== 0 || gateway.working().length > 0) return;
 *     const limitTicks = Math.round(bars.close[bar]! / bars.instrument.tickSize) - 8;
 *     gateway.submit({
 *       lots: 1,
 *       terms: { kind: "limit", limitTicks },
 *       timeInForce: "day",
 *       exits: [
 *         { kind: "take-profit", distanceTicks: 12 },
 *         { kind: "stop-loss", distanceTicks: 6 },
 *       ],
 *     });
 *   },
 * };
 * assertEquals(dip.warmupBars, 0);
 * ```
 */
export interface OrderStrategy {
  /** Name for reports. */
  readonly name: string;
  /** Bars of history needed before the first call. */
  readonly warmupBars: number;
  /** Called at each close. */
  onClose(context: StrategyContext, gateway: OrderGateway): void;
}

/** Whether a strategy sends orders of its own. */
export function isOrderStrategy(strategy: Strategy | OrderStrategy): strategy is OrderStrategy {
  return "onClose" in strategy;
}

/** What the gateway needs to know of the engine it belongs to. */
export interface GatewayAccount {
  /** Signed lots held now. */
  positionLots(): number;
  /** Largest position in either direction. */
  readonly maxLots: number;
  /** Whether equity backs so many lots. */
  canBack(lots: number): boolean;
  /** Numbers, stamps and counts an order. */
  makeOrder(request: OrderRequest, group: number | null): Order;
  /** Counts a refusal. */
  refuse(veto: Veto): void;
}

/**
 * Largest position on one side if every working order of that side filled; below 0 when even then
 * the other side is held. Exits count nothing as they only reduce.
 *
 * @param side 1 long, -1 short
 */
export function reachableLots(
  executor: OrderExecutor,
  positionLots: number,
  side: number,
): number {
  let reachable = side * positionLots;
  for (const { isExit, lots } of executor.working()) {
    if (!isExit && Math.sign(lots) === side) reachable += Math.abs(lots);
  }
  return reachable;
}

/**
 * The gateway of one engine. An order may pass when the position that all working orders of its side
 * could lead to stays within the lot limit and the margin; what can only reduce always passes.
 */
export function createOrderGateway(executor: OrderExecutor, account: GatewayAccount): OrderGateway {
  function vetoOf(lots: number): Veto | null {
    const side = Math.sign(lots);
    const reachable = reachableLots(executor, account.positionLots(), side) + Math.abs(lots);
    if (reachable > account.maxLots && reachable > 0) return "max-lots";
    return reachable > 0 && !account.canBack(reachable) ? "margin" : null;
  }

  function place(requests: readonly OrderRequest[], isGroup: boolean): readonly Placement[] {
    const veto = requests.map(({ lots }) => vetoOf(lots)).find((found) => found !== null);
    if (veto !== undefined) {
      account.refuse(veto);
      return requests.map(() => ({ isPlaced: false, veto }));
    }
    let group: number | null = null;
    return requests.map((request) => {
      const order = account.makeOrder(request, group);
      if (isGroup && group === null) group = order.id;
      executor.submit(isGroup ? { ...order, group: group ?? order.id } : order);
      return { isPlaced: true, orderId: order.id };
    });
  }

  return {
    working: () => executor.working(),
    submit: (request) => place([request], false)[0]!,
    submitOneCancelsOther: (requests) => place(requests, true),
    cancel: (orderId) => executor.cancel(orderId),
    cancelAll: () => executor.cancelAll(),
  };
}
