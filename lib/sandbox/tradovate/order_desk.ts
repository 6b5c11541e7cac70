import type { EntityChange } from "./entity_store.ts";
import type { Exchange } from "./exchange.ts";
import {
  checkAccount,
  checkOpen,
  checkRisk,
  checkTerms,
  type Refusal,
  refusal,
} from "./order_checks.ts";
import { type VenueCore } from "./venue_core.ts";
import { withoutUndefined } from "./entity_store.ts";
import { isLive, lotsLeft, type OrderTermsOfVenue, type VenueOrder } from "./venue_order.ts";

/** An order as somebody asks for it. */
export interface AskedOrder {
  readonly accountId: number;
  readonly contractId: number;
  readonly side: 1 | -1;
  readonly terms: OrderTermsOfVenue;
  readonly clOrdId?: string | undefined;
  readonly customTag50?: string | undefined;
  readonly isAutomated?: boolean | undefined;
  readonly isAdmin?: boolean;
  readonly strategyId?: number;
}

/** What goes with a change or a cancel. */
export interface CommandExtras {
  readonly clOrdId?: string | undefined;
  readonly customTag50?: string | undefined;
  readonly isAutomated?: boolean | undefined;
}

/** Orders on their way from a user to the exchange. */
export class OrderDesk {
  readonly #core: VenueCore;
  readonly #exchange: Exchange;

  /** Begins with nothing on the way. */
  constructor(core: VenueCore, exchange: Exchange) {
    this.#core = core;
    this.#exchange = exchange;
  }

  /** What is wrong with an order at once; null when it gets a number. */
  check(ticket: AskedOrder): Refusal | null {
    const core = this.#core;
    const { accountId, contractId, side, terms } = ticket;
    if (core.strikes("order-refused")) {
      return refusal("OtherExecutionRelated", "Order was refused by a fault of the sandbox");
    }
    const refused = checkTerms(core, terms) ?? checkOpen(core, contractId, terms.orderType) ??
      checkAccount(core, accountId, contractId, side * terms.orderQty);
    if (refused !== null || core.guesses.riskCheck === "later") return refused;
    return checkRisk(core, this.#make(0, ticket), this.#exchange.live);
  }

  /** Gives a checked order its number and sends it on. */
  place(ticket: AskedOrder): VenueOrder {
    const order = this.#open(ticket, "PendingNew", {});
    this.#send(order);
    return order;
  }

  /** An order that waits until another is filled. */
  hold(ticket: AskedOrder, parent: VenueOrder): VenueOrder {
    const order = this.#open(ticket, "Suspended", { parentId: parent.id });
    order.pending = null;
    parent.legs = [...parent.legs, order.id];
    return order;
  }

  /** Two orders cancel one another from now on. */
  pair(first: VenueOrder, second: VenueOrder): void {
    const { store } = this.#core;
    first.ocoId = second.id;
    second.ocoId = first.id;
    this.#core.tell([
      store.update("order", first.id, { ocoId: second.id }),
      store.update("order", second.id, { ocoId: first.id }),
    ], first.accountId);
  }

  /** Puts an order that waited to work, for so many lots. */
  release(order: VenueOrder, lots: number): void {
    const core = this.#core;
    if (order.status !== "Suspended") return;
    if (lots !== order.terms.orderQty) this.resize(order, lots);
    core.later(core.delays.exchangeMs, () => {
      if (order.status !== "Suspended") return;
      if (core.strikes("leg-rejected")) {
        this.#exchange.reject(order, "OtherExecutionRelated", "Rejected by exchange");
      } else this.#exchange.enter(order);
    });
  }

  /** The venue itself changes how many lots an order is for. */
  resize(order: VenueOrder, lots: number): void {
    const core = this.#core;
    order.terms = { ...order.terms, orderQty: lots };
    core.tell([this.#version(core.store.nextId(), order)], order.accountId);
    this.#exchange.replace(order);
  }

  /** Changes an order; the number of the command. */
  modify(
    order: VenueOrder,
    terms: OrderTermsOfVenue,
    extras: CommandExtras,
  ): { readonly commandId: number } | Refusal {
    const core = this.#core;
    const refused = this.#busy(order) ?? checkTerms(core, terms);
    if (refused !== null) return refused;
    const id = core.store.nextId();
    const command = this.#command(id, order, "Modify", extras);
    const isIgnored = core.strikes("modify-ignored");
    if (isIgnored) {
      core.tell([command], order.accountId);
      return { commandId: id };
    }
    order.pending = id;
    const asked = { ...order, terms };
    core.tell([command, this.#version(id, asked)], order.accountId);
    core.later(core.delays.riskMs, () => {
      const refused = isLive(order) ? checkRisk(core, asked, this.#exchange.live) : null;
      if (refused !== null) {
        order.pending = null;
        const { failureReason: rejectReason, failureText: text } = refused;
        const report = { rejectReason, text, ordStatus: order.status };
        return core.tell(this.#exchange.commandTo(id, "RiskRejected", report), order.accountId);
      }
      core.tell(this.#exchange.commandTo(id, "RiskPassed"), order.accountId);
      core.later(core.delays.exchangeMs, () => this.#change(order, id, terms));
    });
    return { commandId: id };
  }

  /** Takes an order back; the number of the command. */
  cancel(order: VenueOrder, extras: CommandExtras): { readonly commandId: number } | Refusal {
    const core = this.#core;
    const refused = this.#busy(order);
    if (refused !== null) return refused;
    const id = core.store.nextId();
    order.pending = id;
    const wasHeld = order.status === "Suspended";
    core.tell([
      this.#command(id, order, "Cancel", extras),
      ...(wasHeld ? [] : [core.store.update("order", order.id, { ordStatus: "PendingCancel" })]),
    ], order.accountId);
    core.later(core.delays.riskMs + core.delays.exchangeMs, () => {
      if (!wasHeld && isLive(order) && core.strikes("cancel-race")) this.#exchange.fillRest(order);
      if (isLive(order)) {
        core.tell(this.#exchange.commandTo(id, "AtExecution"), order.accountId);
        this.#exchange.end(order, "Canceled", id);
      } else this.#tooLate(order, id);
    });
    return { commandId: id };
  }

  #change(order: VenueOrder, commandId: number, terms: OrderTermsOfVenue): void {
    const core = this.#core;
    if (!isLive(order)) return this.#tooLate(order, commandId);
    order.pending = null;
    order.terms = terms;
    core.tell([
      ...this.#exchange.commandTo(commandId, "AtExecution"),
      this.#exchange.booking.report(order, commandId, {
        ...{ execType: "Replaced", ordStatus: order.status },
        ...{ action: order.side > 0 ? "Buy" : "Sell", cumQty: order.filled },
      }),
    ], order.accountId);
    if (order.status !== "Suspended") this.#exchange.replace(order);
    if (order.parentId !== undefined && core.strikes("legs-vanish")) {
      core.later(2_000, () => {
        const other = this.#exchange.orders.get(order.ocoId ?? 0);
        for (const leg of [order, other]) {
          if (leg !== undefined) this.#exchange.end(leg, "Canceled");
        }
      });
    }
  }

  #tooLate(order: VenueOrder, commandId: number): void {
    order.pending = null;
    this.#core.tell(
      this.#exchange.commandTo(commandId, "ExecutionRejected", {
        ...{ rejectReason: "TooLate", text: "Too late", ordStatus: order.status },
      }),
      order.accountId,
    );
  }

  #busy(order: VenueOrder): Refusal | null {
    if (!isLive(order)) return refusal("TooLate", "Order is not working any more");
    return order.pending === null
      ? null
      : refusal("AnotherCommandPending", "Another command is pending");
  }

  #make(id: number, ticket: AskedOrder): VenueOrder {
    const { terms } = ticket;
    return {
      ...{ id, accountId: ticket.accountId, contractId: ticket.contractId, side: ticket.side },
      contract: this.#core.contract(ticket.contractId)!.name,
      ...{ clOrdId: ticket.clOrdId, isAdmin: ticket.isAdmin ?? false },
      isAutomated: ticket.isAutomated,
      tradeDay: this.#core.market.calendar.tradeDay(this.#core.clock.now()),
      terms: { ...terms, timeInForce: terms.timeInForce ?? this.#core.guesses.timeInForce },
      ...{ status: "PendingNew", filled: 0, filledTicks: 0, parentId: undefined },
      ...{ ocoId: undefined, legs: [], strategyId: ticket.strategyId, pending: id },
      rejectReason: null,
    };
  }

  /** Writes a new order down: its order, its command and its first version have one number. */
  #open(ticket: AskedOrder, status: string, fields: { readonly parentId?: number }): VenueOrder {
    const core = this.#core, { store } = core;
    const id = store.nextId();
    const order: VenueOrder = { ...this.#make(id, ticket), status, ...fields };
    this.#exchange.add(order);
    core.tell([
      store.create(
        "order",
        withoutUndefined({
          ...{ id, accountId: order.accountId, contractId: order.contractId },
          ...{ timestamp: core.stamp, action: order.side > 0 ? "Buy" : "Sell", ordStatus: status },
          ...{ executionProviderId: 1, parentId: order.parentId, admin: order.isAdmin },
        }) as { id: number },
      ),
      this.#version(id, order),
      this.#command(id, order, "New", ticket),
    ], order.accountId);
    return order;
  }

  #send(order: VenueOrder): void {
    const core = this.#core;
    core.later(core.delays.riskMs, () => {
      if (!isLive(order)) return;
      if (core.strikes("order-rejected")) {
        return this.#exchange.reject(order, "OtherExecutionRelated", "Rejected by exchange");
      }
      const refused = core.guesses.riskCheck === "later"
        ? checkRisk(core, order, this.#exchange.live)
        : null;
      if (refused !== null) {
        return this.#exchange.reject(order, refused.failureReason, refused.failureText);
      }
      core.tell(this.#exchange.commandTo(order.id, "RiskPassed"), order.accountId);
      core.later(core.delays.exchangeMs, () => {
        if (isLive(order) && lotsLeft(order) > 0) this.#exchange.enter(order);
      });
    });
  }

  #version(id: number, { id: orderId, terms }: VenueOrder): EntityChange {
    const { store } = this.#core;
    const { orderQty, orderType, price, stopPrice, ...others } = terms;
    return store.create(
      "orderVersion",
      withoutUndefined({ id, orderId, orderQty, orderType, price, stopPrice, ...others }) as {
        id: number;
      },
    );
  }

  #command(
    id: number,
    order: VenueOrder,
    commandType: "New" | "Modify" | "Cancel",
    { clOrdId, customTag50, isAutomated }: CommandExtras,
  ): EntityChange {
    const { stamp, store } = this.#core;
    return store.create(
      "command",
      withoutUndefined({
        ...{ id, orderId: order.id, timestamp: stamp, clOrdId, commandType },
        ...{ commandStatus: "Pending", customTag50, isAutomated },
      }) as { id: number },
    );
  }
}
