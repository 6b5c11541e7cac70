import {
  createCalendar,
  type Session,
  type SessionCalendar,
  wallTimeToUtc,
} from "../../market/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { OwnOrder } from "./own_orders.ts";

/** A venue may refuse to take an order back while its market is shut. */
const AGAIN_MS = 60_000;

/** Knows which orders have seen the end of their day, whatever the venue does with them. */
export class DayOrders {
  readonly #context: BrokerContext;
  readonly #calendars = new Map<string, SessionCalendar>();
  /** When orders were to be taken back last, by their numbers, until they are told as ended. */
  readonly #askedAt = new Map<number, number>();

  /** Has looked at none. */
  constructor(context: BrokerContext) {
    this.#context = context;
  }

  /** Whether the session is over in which a day order was sent. */
  isOver({ symbol, timeInForce, works: [work] }: OwnOrder): boolean {
    if (timeInForce !== "day" || work === undefined) return false;
    let calendar = this.#calendars.get(symbol);
    if (calendar === undefined) {
      calendar = createCalendar(this.#context.markets.get(symbol)!.instrument);
      this.#calendars.set(symbol, calendar);
    }
    const session = calendar.sessionAt(work.sentAt);
    return session !== null && this.#endOf(session, work.sentAt) <= this.#context.clock.now();
  }

  /** When the day of an order ends that was sent in a session. */
  #endOf({ close, tradeDay }: Session, sentAt: number): number {
    const { dayEnd } = this.#context.rules;
    if (dayEnd === undefined) return close;
    const end = wallTimeToUtc(dayEnd.timeZone, tradeDay, dayEnd.minutes);
    return sentAt < end ? Math.min(end, close) : close;
  }

  /** Whether an order has to be taken back now, as the venue does not end it with its day. */
  mustEnd(order: OwnOrder): boolean {
    const { clock, rules } = this.#context;
    if (order.ended !== null) this.#askedAt.delete(order.id);
    if (rules.endsDayOrders || order.ended !== null || !this.isOver(order)) return false;
    const now = clock.now(), askedAt = this.#askedAt.get(order.id) ?? -Infinity;
    if (now - askedAt < AGAIN_MS) return false;
    this.#askedAt.set(order.id, now);
    return true;
  }
}
