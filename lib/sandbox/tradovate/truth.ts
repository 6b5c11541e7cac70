import type { SandboxTruth, TrueOrder } from "../truth.ts";
import { lotsLeft, type VenueOrder } from "./venue_order.ts";
import type { Exchange } from "./exchange.ts";
import type { VenueApi } from "./venue_api.ts";
import type { VenueCore } from "./venue_core.ts";

/** Looks into the books. */
export function truthOf(
  core: VenueCore,
  exchange: Exchange,
  api: VenueApi,
  sockets: number,
): SandboxTruth {
  const orders = [...exchange.orders.values()];
  return {
    now: core.clock.now(),
    accounts: [...core.accounts.values()].map((account) => ({
      ...{ id: account.id, name: account.name, cashMicros: account.cashMicros },
      ...{ realisedMicros: account.realisedMicros, feesMicros: account.feesMicros },
      positions: [...account.contracts].map(([contractId, { lots, valueTicks }]) => ({
        ...{ contract: core.contract(contractId)!.name, lots, valueTicks },
      })),
      fills: [...account.contracts].flatMap(([contractId, { fills }]) =>
        fills.map(({ feeMicros, fillId, lots, orderId, ticks }) => ({
          ...{ id: fillId, orderId, contract: core.contract(contractId)!.name },
          ...{ lots, ticks, feeMicros },
        }))
      ),
      orders: orders.filter(({ accountId }) => accountId === account.id).map(trueOrder),
    })),
    ...{ calls: api.calls, logins: api.tokens.logins, tooMany: api.limits.refused },
    ...{ tickets: api.limits.issued, sockets, unknownFields: [], faults: core.faults.struck },
  };
}

function trueOrder(order: VenueOrder): TrueOrder {
  const { accountId, clOrdId, contract, filled, id, rejectReason, side, status, terms } = order;
  return {
    ...{ id, accountId, contract, clOrdId: clOrdId ?? null, side, lots: terms.orderQty },
    ...{ lotsLeft: lotsLeft(order), filled, orderType: terms.orderType },
    ...{ price: terms.price ?? null, stopPrice: terms.stopPrice ?? null, status, rejectReason },
    ...{ parentId: order.parentId ?? null, ocoId: order.ocoId ?? null },
    isAutomated: order.isAutomated ?? null,
  };
}
