import { lotsLeft, type VenueOrder } from "./venue_order.ts";
import type { Exchange } from "./exchange.ts";
import type { StruckFault } from "../fault_script.ts";
import type { VenueApi } from "./venue_api.ts";
import type { VenueCore } from "./venue_core.ts";

/** An order as it truly is. */
export interface TrueOrder {
  readonly id: number;
  readonly accountId: number;
  readonly contract: string;
  readonly clOrdId: string | null;
  readonly side: 1 | -1;
  readonly lots: number;
  readonly lotsLeft: number;
  readonly filled: number;
  readonly orderType: string;
  readonly price: number | null;
  readonly stopPrice: number | null;
  readonly status: string;
  readonly rejectReason: string | null;
  readonly parentId: number | null;
  readonly ocoId: number | null;
  readonly isAutomated: boolean | null;
}

/** A position as it truly is. */
export interface TruePosition {
  readonly contract: string;
  readonly lots: number;
  /** Sum of signed lots times their price, whole ticks. */
  readonly valueTicks: number;
}

/** A fill as it truly is. */
export interface TrueFill {
  readonly id: number;
  readonly contract: string;
  /** Signed. */
  readonly lots: number;
  readonly ticks: number;
  readonly feeMicros: number;
}

/** An account as it truly is. */
export interface TrueAccount {
  readonly id: number;
  readonly name: string;
  readonly cashMicros: number;
  readonly realisedMicros: number;
  readonly feesMicros: number;
  readonly positions: readonly TruePosition[];
  /** All, of every session, oldest first in each contract. */
  readonly fills: readonly TrueFill[];
  /** All, of every session. */
  readonly orders: readonly TrueOrder[];
}

/** What truly is at the venue, whatever it has told: for judging a client, which never sees it. */
export interface SandboxTruth {
  readonly now: number;
  readonly accounts: readonly TrueAccount[];
  /** Calls that came, those refused too; logins that succeeded; answers of 429; tickets given. */
  readonly calls: number;
  readonly logins: number;
  readonly tooMany: number;
  readonly tickets: number;
  /** Sockets that are open. */
  readonly sockets: number;
  readonly faults: readonly StruckFault[];
}

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
        fills.map(({ feeMicros, fillId, lots, ticks }) => ({
          ...{ id: fillId, contract: core.contract(contractId)!.name, lots, ticks, feeMicros },
        }))
      ),
      orders: orders.filter(({ accountId }) => accountId === account.id).map(trueOrder),
    })),
    ...{ calls: api.calls, logins: api.tokens.logins, tooMany: api.limits.refused },
    ...{ tickets: api.limits.issued, sockets, faults: core.faults.struck },
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
