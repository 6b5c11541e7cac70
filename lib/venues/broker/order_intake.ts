import type { BrokerReport, Order } from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { VenueMarket } from "./market_contracts.ts";
import type { OrderSender } from "./order_sender.ts";
import { sentOrders, whyNotPaired, whyNotSent } from "./order_terms.ts";
import type { OwnOrder } from "./own_orders.ts";
import type { ReportListener } from "./order_reporter.ts";
import type { VenueLots } from "./venue_lots.ts";
import type { Waiters } from "./waiters.ts";

/** What orders are taken in with. */
export interface OrderIntakeOptions {
  readonly context: BrokerContext;
  readonly sender: OrderSender;
  readonly lots: VenueLots;
  readonly waiters: Waiters;
  readonly tell: ReportListener;
  /** Whether changes are heard. */
  readonly isFollowing: () => boolean;
  /** Whether a roll owns an instrument, so that an order of it has to wait. */
  readonly isHeldUp: (symbol: string, closes: boolean) => boolean;
  /** Names the newest roll of an instrument that has opened less than it had closed. */
  readonly shortRoll: (symbol: string) => number | null;
  /** Something was handed over: what became of it is looked for soon. */
  readonly onSent: () => void;
  /** For an entry to be let through and for the stream of changes to be there, milliseconds. */
  readonly entryMs: number;
  /** For a first word of an order that the venue has taken, milliseconds. */
  readonly wordMs: number;
}

/**
 * So long the first of two orders that cancel one another waits for the other, as each is written
 * down by itself; then it is an order like any.
 */
const PAIR_MS = 2_000;
/** So long an order waits for the end of a roll, which owns its instrument. */
const ROLL_MS = 60_000;
/** Reasons of orders that only ever close. */
const CLOSING = ["session-close", "risk", "margin", "end-of-data"];

interface Asked {
  readonly order: Order;
  readonly symbol: string;
  readonly market: VenueMarket;
}

/**
 * Takes orders in: what cannot be sent is rejected, everything else is written down and handed over
 * once; two that cancel one another go as one.
 */
export class OrderIntake {
  readonly #options: OrderIntakeOptions;
  /** First orders of a group, by its number, that wait for the other, and how their waiting ends. */
  readonly #held = new Map<number, { readonly asked: Asked; readonly stop: () => void }>();

  /** Orders that wait for the end of a roll. */
  readonly #heldUp = new Set<number>();
  /** Groups of which nothing is waited for any more. */
  readonly #sent = new Set<number>();
  /** Numbers of what never left. */
  readonly #refused = new Set<number>();

  /** Has taken nothing yet. */
  constructor(options: OrderIntakeOptions) {
    this.#options = options;
  }

  /** Takes an order in. Settles once it is handed over, or waits for the other of its group. */
  async submit(symbol: string, order: Order): Promise<void> {
    const { calls, markets, orders, rules } = this.#options.context;
    if (orders.get(order.id) !== undefined || this.#refused.has(order.id)) return;
    const market = markets.get(symbol);
    const isHeldUp = (): boolean =>
      market !== undefined &&
      this.#options.isHeldUp(symbol, this.#closes(order.lots, { market, order }));
    const shortRoll = this.#options.shortRoll(symbol);
    if (isHeldUp() && !await this.#outwait(isHeldUp, symbol, order.id)) return;
    const why = market === undefined
      ? `${symbol} is not traded here`
      : this.#options.shortRoll(symbol) !== shortRoll
      ? "what was held when it was decided was not opened again after a roll"
      : isHeldUp()
      ? `${symbol} is being rolled into its next contract`
      : whyNotSent(order, market.lastTicks, rules, calls.placePair !== undefined);
    if (market === undefined || why !== null) return this.#refuse(symbol, order, why!);
    const asked = { symbol, order, market };
    const { group } = order;
    if (group === undefined) return await this.#send([asked]);
    if (this.#sent.has(group)) {
      return this.#refuse(symbol, order, "not sent: the orders of its group have gone already");
    }
    const held = this.#held.get(group);
    if (held === undefined) return this.#hold(group, asked);
    held.stop();
    this.#held.delete(group);
    const whyNot = whyNotPaired(held.asked.order, order) ??
      (held.asked.symbol === symbol ? null : "the orders of a group are of one contract here");
    if (whyNot === null) return await this.#send([held.asked, asked]);
    for (const each of [held.asked, asked]) this.#refuse(each.symbol, each.order, whyNot);
  }

  /** An order that has not left is taken back. @returns whether it was there */
  withdraw(orderId: number): boolean {
    if (this.#heldUp.delete(orderId)) {
      this.#options.waiters.look();
      return true;
    }
    for (const [group, { asked, stop }] of this.#held) {
      if (asked.order.id !== orderId) continue;
      stop();
      this.#held.delete(group);
      this.#refused.add(orderId);
      this.#options.tell(asked.symbol, { kind: "cancelled", orderId });
      return true;
    }
    return false;
  }

  /** Whether an order waits that is in no books. */
  get isHolding(): boolean {
    return this.#heldUp.size > 0;
  }

  /** Waits until a roll is over. @returns whether the order is wanted still */
  async #outwait(isHeldUp: () => boolean, symbol: string, orderId: number): Promise<boolean> {
    const held = this.#heldUp.add(orderId);
    await this.#options.waiters.until(() => !isHeldUp() || !held.has(orderId), ROLL_MS);
    if (held.delete(orderId)) return true;
    this.#refused.add(orderId);
    this.#options.tell(symbol, { kind: "cancelled", orderId });
    return false;
  }

  /** What has not left never will. */
  close(): void {
    for (const { stop } of this.#held.values()) stop();
    this.#held.clear();
  }

  #hold(group: number, asked: Asked): void {
    const { clock } = this.#options.context;
    const stop = clock.after(PAIR_MS, () => {
      this.#held.delete(group);
      void this.#send([asked]);
    });
    this.#held.set(group, { asked, stop });
  }

  /** An order alone, or two that cancel one another. */
  async #send(all: readonly Asked[]): Promise<void> {
    const { context: { orders }, onSent, sender, waiters, wordMs } = this.#options;
    for (const { order: { group } } of all) if (group !== undefined) this.#sent.add(group);
    const sent = all.map(({ market, order, symbol }) =>
      sentOrders(symbol, market.current.contractId, order, market.lastTicks)
    );
    const closes = all.every((asked, index) => this.#closes(sent[index]![0].lots, asked));
    const closesBracket = closes && this.#isBracketed(all) ? { closesBracket: true } as const : {};
    const own: OwnOrder[] = [];
    try {
      // A full disk keeps nobody from ending a position.
      for (const [order, exits] of sent) {
        own.push(orders.add({ ...order, ...closesBracket }, exits, closes));
      }
    } catch (error) {
      const reason = `it could not be written down: ${(error as Error).message}`;
      for (const each of own) orders.end(each, "rejected", "it was not sent");
      for (const { order, symbol } of all) this.#refuse(symbol, order, `not sent: ${reason}`);
      return;
    }
    if (!closes && !await this.#awaitStream(own)) return;
    const priority = closes ? "exit" : "entry";
    const [first, second] = own as [OwnOrder, OwnOrder?];
    const answered = second === undefined
      ? sender.submit(first, priority)
      : sender.submitPair(first, second, priority);
    onSent();
    await answered;
    await waiters.until(() => own.every(hasWord), wordMs);
  }

  /** Waits until changes are heard; an entry is not sent blindly. */
  async #awaitStream(all: readonly OwnOrder[]): Promise<boolean> {
    const { context: { orders }, entryMs, isFollowing, tell, waiters } = this.#options;
    if (isFollowing()) return true;
    const isWithdrawn = (): boolean => all.some((order) => order.isWithdrawn);
    await waiters.until(() => isFollowing() || isWithdrawn(), entryMs);
    if (isFollowing() && !isWithdrawn()) return true;
    for (const order of all) {
      const kind = order.isWithdrawn ? "cancelled" : "rejected";
      for (const each of [order, ...order.exits]) orders.end(each, kind, "it was not sent");
      tell(order.symbol, {
        kind,
        orderId: order.id,
        ...{ reason: "not sent: no changes of orders are heard from the venue" },
      } as BrokerReport);
    }
    return false;
  }

  /** Whether an order can only make a position smaller. */
  #closes(lots: number, { market, order: { reason } }: Pick<Asked, "market" | "order">): boolean {
    if (CLOSING.includes(reason)) return true;
    const held = this.#options.lots.of(market.current.contractId).ours;
    return Math.sign(lots) === -Math.sign(held) && Math.abs(lots) <= Math.abs(held);
  }

  /** Whether an order is for the moment, and exits could close all that is held. */
  #isBracketed([first, other]: readonly Asked[]): boolean {
    const { market, order } = first!;
    if (other !== undefined || (order.terms?.kind ?? "market") !== "market") return false;
    const { ours, shares } = this.#options.lots.of(market.current.contractId);
    return [...shares.values()].reduce((sum, share) => sum + share, 0) === ours;
  }

  /** Never left: its numbers, and those of its exits, are used all the same. */
  #refuse(symbol: string, { exits = [], id: orderId }: Order, reason: string): void {
    for (const { id } of [{ id: orderId }, ...exits]) this.#refused.add(id);
    this.#options.tell(symbol, { kind: "rejected", orderId, reason });
  }
}

function hasWord({ ended, isToldUnknown, toldLots }: OwnOrder): boolean {
  return ended !== null || isToldUnknown || toldLots !== null;
}
