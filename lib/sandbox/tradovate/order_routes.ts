import type { Exchange } from "./exchange.ts";
import { checkTerms, type Refusal, refusal } from "./order_checks.ts";
import type { AskedOrder, CommandExtras, OrderDesk } from "./order_desk.ts";
import type { Strategies } from "./strategies.ts";
import type { UserSession } from "./token_desk.ts";
import {
  accountOf,
  BAD_PARAMETERS,
  DENIED,
  done,
  NOT_THERE,
  type VenueAnswer,
  type VenueCall,
  type VenueRoute,
} from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";
import { isLive, type OrderTermsOfVenue, type VenueOrder } from "./venue_order.ts";

type Body = Readonly<Record<string, unknown>>;

/** Endpoints that place, change and end orders. */
export function orderRoutes(
  core: VenueCore,
  exchange: Exchange,
  desk: OrderDesk,
  strategies: Strategies,
): Readonly<Record<string, VenueRoute>> {
  const read = new Tickets(core);

  /** The order that a call names, which must be the user's. */
  const orderOf = (call: VenueCall, session: UserSession): VenueOrder | VenueAnswer => {
    const order = exchange.orders.get(Number(call.body.orderId));
    if (order === undefined) return NOT_THERE;
    return accountOf(core, call, session, order.accountId) === null ? DENIED : order;
  };

  return {
    "order/placeorder": (call, session) => {
      const ticket = read.ticket(call, session, call.body);
      if (isAnswer(ticket)) return ticket;
      const refused = desk.check(ticket);
      if (refused !== null) return done(refused);
      const { id } = desk.place(ticket);
      const said = core.guesses.successReason === "said" ? { failureReason: "Success" } : {};
      return done({ orderId: id, ...said });
    },
    "order/placeoco": (call, session) => {
      const ticket = read.ticket(call, session, call.body);
      const other = isAnswer(ticket) ? ticket : read.leg(ticket, call.body.other);
      if (isAnswer(ticket)) return ticket;
      if (other === null || isAnswer(other)) return BAD_PARAMETERS;
      const refused = desk.check(ticket) ?? desk.check(other);
      if (refused !== null) return done(refused);
      const first = desk.place(ticket), second = desk.place(other);
      desk.pair(first, second);
      return done({ orderId: first.id, ocoId: second.id });
    },
    "order/placeoso": (call, session) => {
      const ticket = read.ticket(call, session, call.body);
      if (isAnswer(ticket)) return ticket;
      const asked = [call.body.bracket1, call.body.bracket2].filter((leg) => leg !== undefined);
      const legs = asked.map((leg) => read.leg(ticket, leg));
      if (legs.length === 0 || legs.includes(null)) return BAD_PARAMETERS;
      const refused = desk.check(ticket) ??
        legs.map((leg) => checkTerms(core, leg!.terms)).find((each) => each !== null);
      if (refused !== undefined && refused !== null) return done(refused);
      const entry = desk.place(ticket);
      const [first, second] = legs.map((leg) => desk.hold(leg!, entry));
      if (second !== undefined) desk.pair(first!, second);
      return done({
        ...{ orderId: entry.id, oso1Id: first!.id },
        ...(second === undefined ? {} : { oso2Id: second.id }),
      });
    },
    "order/modifyorder": (call, session) => {
      const order = orderOf(call, session);
      if (!("terms" in order)) return order;
      const terms = read.terms(call.body);
      if (terms === null) return BAD_PARAMETERS;
      // What a change does not repeat stays as it was.
      const timeInForce = terms.timeInForce ?? order.terms.timeInForce;
      return done(desk.modify(order, { ...terms, timeInForce }, read.extras(call.body)));
    },
    "order/cancelorder": (call, session) => {
      const order = orderOf(call, session);
      if (!("terms" in order)) return order;
      const isDenied = !isLive(order) && core.guesses.cancelTooLate === "access-denied";
      return isDenied ? DENIED : done(desk.cancel(order, read.extras(call.body)));
    },
    "order/liquidateposition": (call, session) => {
      const { body } = call;
      const account = accountOf(core, call, session, body.accountId);
      const contractId = Number(body.contractId);
      // An integrator got this answer for that field.
      if (account === null || body.customTag50 !== undefined) return NOT_THERE;
      if (core.contract(contractId) === null) return BAD_PARAMETERS;
      return done(liquidate(core, exchange, desk, account.id, contractId, read.extras(body)));
    },
    "order/liquidatepositions": (call, session) => {
      const ids = Array.isArray(call.body.positions) ? call.body.positions : null;
      if (ids === null) return BAD_PARAMETERS;
      for (const id of ids) {
        const position = core.store.get("position", Number(id));
        if (position === undefined) return done({ ok: false, errorText: `No position ${id}` });
        if (accountOf(core, call, session, position.accountId) === null) return DENIED;
        const extras = read.extras(call.body);
        const [accountId, contractId] = [position.accountId, position.contractId].map(Number);
        liquidate(core, exchange, desk, accountId!, contractId!, extras);
      }
      return done({ ok: true });
    },
    "orderstrategy/startorderstrategy": (call, session) => {
      const { body } = call;
      const ticket = read.ticket(call, session, { ...body, orderQty: 1, orderType: "Market" });
      if (isAnswer(ticket)) return ticket;
      if (body.orderStrategyTypeId !== 2 || typeof body.params !== "string") return BAD_PARAMETERS;
      const { accountId, contractId, side } = ticket;
      const started = strategies.start({
        ...{ accountId, contractId, side, params: body.params, ...read.extras(body) },
        ...(typeof body.uuid === "string" ? { uuid: body.uuid } : {}),
      });
      return done(started);
    },
    "orderstrategy/interruptorderstrategy": (call, session) => {
      const found = core.store.get("orderStrategy", Number(call.body.orderStrategyId));
      if (found === undefined) return NOT_THERE;
      if (accountOf(core, call, session, found.accountId) === null) return DENIED;
      return done(strategies.interrupt(found.id));
    },
    // Its grammar is not documented.
    "orderstrategy/modifyorderstrategy": () => done(refusal("Unsupported", "Unsupported command")),
  };
}

/** Cancels what works in a contract, then closes what is held of it. */
export function liquidate(
  core: VenueCore,
  exchange: Exchange,
  desk: OrderDesk,
  accountId: number,
  contractId: number,
  extras: CommandExtras & { readonly isAdmin?: boolean },
): { readonly orderId: number } | Refusal | Record<string, never> {
  for (const order of exchange.live) {
    if (order.accountId === accountId && order.contractId === contractId) {
      exchange.end(order, "Canceled");
    }
  }
  const held = core.accounts.get(accountId)?.find(contractId)?.lots ?? 0;
  if (held === 0) return {};
  const ticket: AskedOrder = {
    ...{ accountId, contractId, side: held > 0 ? -1 : 1, ...extras },
    terms: { orderQty: Math.abs(held), orderType: "Market", timeInForce: "Day" },
  };
  return (extras.isAdmin ? null : desk.check(ticket)) ?? { orderId: desk.place(ticket).id };
}

function isAnswer(value: AskedOrder | VenueAnswer | null): value is VenueAnswer {
  return value !== null && "status" in value;
}

/** Reads orders out of the bodies of calls. */
class Tickets {
  readonly #core: VenueCore;

  constructor(core: VenueCore) {
    this.#core = core;
  }

  ticket(call: VenueCall, session: UserSession, body: Body): AskedOrder | VenueAnswer {
    const account = accountOf(this.#core, call, session, body.accountId);
    if (account === null) return DENIED;
    const terms = this.terms(body), side = sideOf(body.action);
    if (terms === null || side === null || typeof body.symbol !== "string") return BAD_PARAMETERS;
    const contract = this.#core.store.list("contract").find(({ name }) => name === body.symbol);
    if (contract === undefined) return done(refusal("InvalidContract", "Unknown contract"));
    return {
      ...{ accountId: account.id, contractId: contract.id, side, terms },
      ...this.extras(body),
    };
  }

  /** An exit, or the other of a pair: it has the contract and the quantity of its order. */
  leg(of: AskedOrder, value: unknown): AskedOrder | null {
    if (typeof value !== "object" || value === null) return null;
    const body = value as Body;
    const terms = this.terms({ ...body, orderQty: of.terms.orderQty });
    const side = sideOf(body.action);
    if (terms === null || side === null) return null;
    const { accountId, contractId, isAutomated } = of;
    return {
      ...{ accountId, contractId, isAutomated, side, terms },
      clOrdId: textOf(body.clOrdId),
    };
  }

  terms(body: Body): OrderTermsOfVenue | null {
    if (typeof body.orderQty !== "number" || typeof body.orderType !== "string") return null;
    return {
      ...{ orderQty: body.orderQty, orderType: body.orderType },
      ...{ price: numberOf(body.price), stopPrice: numberOf(body.stopPrice) },
      limitIfTouchedPrice: numberOf(body.limitIfTouchedPrice),
      ...{ maxShow: numberOf(body.maxShow), pegDifference: numberOf(body.pegDifference) },
      ...{ timeInForce: textOf(body.timeInForce), expireTime: textOf(body.expireTime) },
      text: textOf(body.text),
    };
  }

  extras(body: Body): CommandExtras {
    return {
      ...{ clOrdId: textOf(body.clOrdId), customTag50: textOf(body.customTag50) },
      isAutomated: typeof body.isAutomated === "boolean" ? body.isAutomated : undefined,
    };
  }
}

function sideOf(action: unknown): 1 | -1 | null {
  return action === "Buy" ? 1 : action === "Sell" ? -1 : null;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
