import type { Instrument } from "../../market/mod.ts";
import type { OrderTerms } from "../../trading/mod.ts";
import { contractNameOf, type VenueMarket } from "../broker/market_contracts.ts";
import type { VenueWork } from "../broker/own_orders.ts";
import type { PlacedIds, SentWork, VenueCalls } from "../broker/venue_ports.ts";
import type { CallOptions } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { orderTicket } from "./order_tickets.ts";
import type { TradovateAccount } from "./entities.ts";
import type { OrderTicket, PlacedTicket, TradovateClient } from "./tradovate_client.ts";

/** Sends orders to Tradovate, a bracket as one. */
export class TradovateCalls implements VenueCalls {
  readonly #client: TradovateClient;
  readonly #account: TradovateAccount;
  readonly #markets: ReadonlyMap<string, VenueMarket>;

  /** Sends nothing yet. */
  constructor(
    client: TradovateClient,
    account: TradovateAccount,
    markets: ReadonlyMap<string, VenueMarket>,
  ) {
    this.#client = client;
    this.#account = account;
    this.#markets = markets;
  }

  place(
    entry: SentWork,
    exits: readonly SentWork[],
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    const ticket = this.#placed(entry);
    return exits.length === 0
      ? this.#client.placeOrder(ticket, options)
      : this.#client.placeOso(ticket, exits.map((exit) => this.#ticket(exit)), options);
  }

  placePair(
    first: SentWork,
    second: SentWork,
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    return this.#client.placeOco(this.#placed(first), this.#ticket(second), options);
  }

  cancel({ clOrdId, venueId }: VenueWork, options: CallOptions): Promise<CallOutcome<number>> {
    return this.#client.cancelOrder(venueId!, `${clOrdId}-c`, options);
  }

  modify(
    [order, work]: SentWork,
    orderQty: number,
    terms: OrderTerms,
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    const clOrdId = `${work.clOrdId}-m`;
    const ticket = { ...this.#ticket([order, { ...work, terms }]), orderQty, clOrdId };
    return this.#client.modifyOrder(work.venueId!, ticket, options);
  }

  isPending(outcome: CallOutcome<unknown>): boolean {
    return outcome.kind === "refused" && outcome.reason.startsWith("AnotherCommandPending");
  }

  #placed(sent: SentWork): PlacedTicket {
    const { id: accountId, name: accountSpec } = this.#account;
    const [order, work] = sent;
    const symbol = contractNameOf(this.#markets.get(order.symbol)!, order.contractId);
    return { accountId, accountSpec, symbol, orderQty: work.lots, ...this.#ticket(sent) };
  }

  #ticket([{ symbol, timeInForce }, { clOrdId, side, terms }]: SentWork): OrderTicket {
    const instrument: Instrument = this.#markets.get(symbol)!.instrument;
    return orderTicket({ side, terms, timeInForce }, instrument, clOrdId);
  }
}
