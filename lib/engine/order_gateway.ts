import type { Veto } from "../risk/mod.ts";
import type { OpenOrders, OrderGateway, OrderRequest, Placement } from "../trading/mod.ts";

/** What a gateway needs to know of the engine it belongs to. */
export interface GatewayAccount {
  /** Largest position in either direction. */
  maxLots(): number;
  /** Signed lots held now. */
  positionLots(): number;
  /** Whether positions may become larger. */
  mayEnter(): boolean;
  /** Whether equity backs so many lots. */
  canBack(lots: number): boolean;
  /**
   * Sends an order; its number.
   *
   * @param group `id` of the first order of its group, "first" for that one, null without a group
   */
  send(request: OrderRequest, group: number | "first" | null): number;
  /** Takes back what is left of an order. */
  cancel(orderId: number): void;
  /** Counts a refusal. */
  refuse(veto: Veto): void;
}

/**
 * The gateway of one slot. An order may pass when the position that all working orders of its side
 * could lead to stays within the lot limit and the margin; what can only reduce always passes.
 */
export function createOrderGateway(orders: OpenOrders, account: GatewayAccount): OrderGateway {
  function vetoOf(lots: number): Veto | null {
    const side = Math.sign(lots);
    const reachable = orders.reachableLots(account.positionLots(), side) + Math.abs(lots);
    if (reachable <= 0) return null;
    if (reachable > account.maxLots() || !account.mayEnter()) return "max-lots";
    return account.canBack(reachable) ? null : "margin";
  }

  function place(requests: readonly OrderRequest[], isGroup: boolean): readonly Placement[] {
    const veto = requests.map(({ lots }) => vetoOf(lots)).find((found) => found !== null);
    if (veto !== undefined) {
      account.refuse(veto);
      return requests.map(() => ({ isPlaced: false, veto }));
    }
    let group: number | "first" = "first";
    return requests.map((request) => {
      const orderId = account.send(request, isGroup ? group : null);
      if (group === "first") group = orderId;
      return { isPlaced: true, orderId };
    });
  }

  const cancel = (orderId: number): void => {
    if (orders.working().some(({ id }) => id === orderId)) account.cancel(orderId);
  };
  return {
    working: () => orders.working(),
    submit: (request) => place([request], false)[0]!,
    submitOneCancelsOther: (requests) => place(requests, true),
    cancel,
    cancelAll: () => orders.working().forEach(({ id }) => cancel(id)),
  };
}
