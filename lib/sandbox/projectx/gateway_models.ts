import type { GatewayAccountBook, GatewayTrade } from "./gateway_account.ts";
import { symbolIdOf } from "./gateway_contracts.ts";
import { type GatewayCore, microStamp, type UserEvent } from "./gateway_core.ts";
import { type GatewayOrder, ORDER_KIND } from "./gateway_order.ts";

/**
 * An order as the gateway words it.
 *
 * @param nulls whether fields without a value are there: they are in answers, not in events
 */
export function orderModel(
  core: GatewayCore,
  order: GatewayOrder,
  nulls: boolean,
): Record<string, unknown> {
  const price = (ticks: number | null): number | null => ticks === null ? null : core.price(ticks);
  const isExit = order.parentId !== null;
  const trail = order.distanceTicks ?? order.trailTicks;
  const isTold = isExit || order.type === ORDER_KIND.trailingStop;
  const model = {
    ...{ id: order.id, accountId: order.accountId, contractId: order.contractId },
    symbolId: symbolIdOf(order.contractId),
    creationTimestamp: microStamp(order.createdAt),
    updateTimestamp: microStamp(order.updatedAt),
    ...{ status: order.status, type: order.type, side: order.side > 0 ? 0 : 1, size: order.size },
    limitPrice: price(order.limitTicks),
    stopPrice: price(order.stopTicks),
    fillVolume: order.filled,
    filledPrice: order.filled === 0 ? null : core.price(order.filledTicks / order.filled),
    ...{ customTag: order.customTag, parentOrderId: order.parentId },
    linkedOrderId: order.linkedId,
    trailDistance: isTold ? trail : null,
    trailPrice: isTold ? price(trail) : null,
  };
  return nulls
    ? model
    : Object.fromEntries(Object.entries(model).filter(([, value]) => value !== null));
}

/** A position, as reads and events word it. */
export function positionModel(
  core: GatewayCore,
  account: GatewayAccountBook,
  contractId: string,
): Record<string, unknown> {
  const held = account.held.get(contractId)!;
  const { lots, valueTicks } = held.ledger;
  const { name } = core.contracts.all.get(contractId)!;
  return {
    ...{ id: held.positionId, accountId: account.id, contractId },
    contractDisplayName: `${name.slice(0, -1)}${contractId.slice(-2)}`,
    creationTimestamp: microStamp(held.openedAt),
    ...{ type: lots === 0 ? 0 : lots > 0 ? 1 : 2, size: Math.abs(lots) },
    averagePrice: lots === 0 ? 0 : core.price(valueTicks / lots),
  };
}

/** A trade, as reads and events word it. */
export function tradeModel(
  core: GatewayCore,
  accountId: number,
  trade: GatewayTrade,
): Record<string, unknown> {
  const { feeMicros, lots, profitMicros, ticks } = trade;
  const isNet = core.guesses.tradeProfit === "net";
  const profit = profitMicros === null ? null : (profitMicros - (isNet ? feeMicros : 0)) / 1e6;
  return {
    ...{ id: trade.id, accountId, contractId: trade.contractId },
    ...{ creationTimestamp: microStamp(trade.time), price: core.price(ticks) },
    ...{ profitAndLoss: profit, fees: feeMicros / 1e6, side: lots > 0 ? 0 : 1 },
    ...{ size: Math.abs(lots), voided: trade.isVoided, orderId: trade.orderId },
  };
}

/** An account, as reads and events word it. */
export function accountModel(account: GatewayAccountBook): Record<string, unknown> {
  const { canTrade, id, options, toldMicros } = account;
  return {
    ...{ id, name: options.name, balance: toldMicros / 1e6, canTrade },
    ...{ isVisible: options.isVisible ?? true, simulated: options.isLive !== true },
  };
}

/** What the user hub tells of an order. */
export function orderEvent(core: GatewayCore, order: GatewayOrder): UserEvent {
  const data = orderModel(core, order, false);
  return { target: "GatewayUserOrder", accountId: order.accountId, action: 1, data };
}

/** What the user hub tells of a trade, and of what it has changed. */
export function tradeEvents(
  core: GatewayCore,
  account: GatewayAccountBook,
  trades: readonly GatewayTrade[],
): readonly UserEvent[] {
  const accountId = account.id;
  return [
    ...trades.map((trade) => ({
      ...{ target: "GatewayUserTrade", accountId, action: 0 },
      data: tradeModel(core, accountId, trade),
    })),
    ...new Set(trades.map(({ contractId }) => contractId)).values().map((contractId) => {
      const data = positionModel(core, account, contractId);
      const action = data.size === 0 ? 2 : 1;
      return { target: "GatewayUserPosition", accountId, action, data };
    }),
    accountEvent(account),
  ];
}

/** What the user hub tells of an account. */
export function accountEvent(account: GatewayAccountBook): UserEvent {
  const data = accountModel(account);
  return { target: "GatewayUserAccount", accountId: account.id, action: 1, data };
}
