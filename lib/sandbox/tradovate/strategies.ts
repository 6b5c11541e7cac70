import { parseJson } from "../../core/mod.ts";
import { isOnTick } from "../../trading/mod.ts";
import { withoutUndefined } from "./entity_store.ts";
import type { Exchange } from "./exchange.ts";
import { priceOf, type Refusal, refusal } from "./order_checks.ts";
import type { CommandExtras, OrderDesk } from "./order_desk.ts";
import type { VenueCore } from "./venue_core.ts";
import { isLive, type OrderTermsOfVenue, type VenueOrder } from "./venue_order.ts";

/** One bracket of a strategy: exits at so many points from the entry's fill, signed. */
interface StrategyBracket {
  readonly qty: number;
  readonly profitTarget?: number;
  readonly stopLoss?: number;
  readonly trailingStop?: boolean;
}

/** What a strategy is asked to do. */
export interface StrategyTicket extends CommandExtras {
  readonly accountId: number;
  readonly contractId: number;
  readonly side: 1 | -1;
  /** JSON. */
  readonly params: string;
  readonly uuid?: string | undefined;
}

interface Running {
  readonly id: number;
  readonly entry: VenueOrder;
  readonly brackets: readonly StrategyBracket[];
  exits: readonly VenueOrder[];
}

/** Strategies of type 2: an entry, and exits that are sent once it is filled. */
export class Strategies {
  readonly #core: VenueCore;
  readonly #desk: OrderDesk;
  readonly #exchange: Exchange;
  readonly #running = new Map<number, Running>();

  /** Begins to follow fills. */
  constructor(core: VenueCore, exchange: Exchange, desk: OrderDesk) {
    this.#core = core;
    this.#exchange = exchange;
    this.#desk = desk;
    exchange.onFill((order) => this.#filled(order));
    exchange.onEnd((order) => this.#ended(order));
  }

  /** Starts one; its entity, or why not. */
  start(ticket: StrategyTicket): { readonly orderStrategy: unknown } | Refusal {
    const core = this.#core, { store } = core;
    const read = readParams(ticket.params);
    if (read === null) return refusal("UnknownReason", "Invalid or missed parameters");
    const order = {
      ...{ accountId: ticket.accountId, contractId: ticket.contractId, side: ticket.side },
      ...{ terms: read.entryVersion, isAutomated: ticket.isAutomated },
    };
    const wrong = read.brackets.some((bracket) =>
      [bracket.profitTarget, bracket.stopLoss].some((points) =>
        points !== undefined && !isOnTick(points, core.market.instrument.tickSize)
      )
    );
    const refused = wrong
      ? refusal("InvalidPrice", "Invalid price increment")
      : this.#desk.check(order);
    if (refused !== null) return refused;
    const id = store.nextId();
    const created = store.create(
      "orderStrategy",
      withoutUndefined({
        ...{ id, accountId: ticket.accountId, timestamp: core.stamp },
        ...{ contractId: ticket.contractId, orderStrategyTypeId: 2 },
        ...{ action: ticket.side > 0 ? "Buy" : "Sell", params: ticket.params, uuid: ticket.uuid },
        ...{ status: "ActiveStrategy", archived: false, senderId: core.users[0]!.id },
        customTag50: ticket.customTag50,
      }) as { id: number },
    );
    core.tell([created], ticket.accountId);
    const entry = this.#desk.place({ ...order, strategyId: id });
    this.#link(id, entry, "256");
    this.#running.set(id, { id, entry, brackets: read.brackets, exits: [] });
    return { orderStrategy: created.entity };
  }

  /** Stops one: what it has sent is cancelled, what is held stays. */
  interrupt(id: number): { readonly orderStrategy: unknown } | Refusal {
    const running = this.#running.get(id);
    if (running === undefined) return refusal("TooLate", "Strategy is not active");
    this.#finish(running, "ExecutionInterrupted");
    for (const order of [running.entry, ...running.exits]) {
      if (isLive(order)) this.#exchange.end(order, "Canceled");
    }
    return { orderStrategy: this.#core.store.get("orderStrategy", id) };
  }

  #filled(order: VenueOrder): void {
    const running = this.#of(order);
    if (running === null) return;
    if (order === running.entry && running.exits.length === 0 && !isLive(order)) {
      this.#sendExits(running);
    }
    this.#ended(order);
  }

  #sendExits(running: Running): void {
    const { brackets, entry } = running;
    const { accountId, contractId, isAutomated } = entry;
    const from = entry.filledTicks / entry.filled;
    const side = -entry.side as 1 | -1;
    const at = (points: number): number => priceOf(this.#core, Math.round(from)) + points;
    const exits: VenueOrder[] = [];
    for (const [index, bracket] of brackets.entries()) {
      const { profitTarget, qty, stopLoss, trailingStop } = bracket;
      const send = (terms: OrderTermsOfVenue): VenueOrder => {
        const order = this.#desk.place({
          ...{ accountId, contractId, side, isAutomated, strategyId: running.id },
          terms: { ...terms, timeInForce: entry.terms.timeInForce },
        });
        this.#link(running.id, order, String(index));
        exits.push(order);
        return order;
      };
      const target = profitTarget === undefined
        ? null
        : send({ orderQty: qty, orderType: "Limit", price: at(profitTarget) });
      const stop = stopLoss === undefined ? null : send({
        ...{ orderQty: qty, orderType: trailingStop ? "TrailingStop" : "Stop" },
        stopPrice: at(stopLoss),
        ...(trailingStop ? { pegDifference: Math.abs(stopLoss) } : {}),
      });
      if (target !== null && stop !== null) this.#desk.pair(target, stop);
    }
    running.exits = exits;
  }

  #ended(order: VenueOrder): void {
    const running = this.#of(order);
    if (running === null) return;
    const { entry, exits } = running;
    if (entry.status === "Rejected") {
      return this.#finish(
        running,
        entry.rejectReason === "NotEnoughLiquidity" ? "NotEnoughLiquidity" : "ExecutionFailed",
      );
    }
    if (isLive(entry) || exits.some(isLive)) return;
    this.#finish(running, "ExecutionFinished");
  }

  #finish(running: Running, status: string): void {
    if (!this.#running.delete(running.id)) return;
    const change = this.#core.store.update("orderStrategy", running.id, { status });
    this.#core.tell([change], running.entry.accountId);
  }

  #of({ strategyId }: VenueOrder): Running | null {
    return strategyId === undefined ? null : this.#running.get(strategyId) ?? null;
  }

  #link(orderStrategyId: number, order: VenueOrder, label: string): void {
    const change = this.#core.store.create("orderStrategyLink", {
      ...{ id: order.id, orderStrategyId, orderId: order.id, label },
    });
    this.#core.tell([change], order.accountId);
  }
}

function readParams(text: string): {
  readonly entryVersion: OrderTermsOfVenue;
  readonly brackets: readonly StrategyBracket[];
} | null {
  try {
    const { brackets, entryVersion } = parseJson(text) as {
      readonly entryVersion?: OrderTermsOfVenue;
      readonly brackets?: readonly StrategyBracket[];
    };
    const isWhole = typeof entryVersion?.orderQty === "number" && Array.isArray(brackets) &&
      brackets.every((each) => Number.isInteger(each?.qty));
    if (!isWhole) return null;
    return { entryVersion, brackets };
  } catch {
    return null;
  }
}
