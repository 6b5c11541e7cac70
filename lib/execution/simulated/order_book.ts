import type { Order, OrderTerms, WorkingOrder } from "../../trading/order.ts";
import { isInRange, openingMoment, type TickBar } from "./price_path.ts";
import { type Hit, type MarketBar, type WorkingLeg, worstOutcome } from "./worst_outcome.ts";

const MARKET: OrderTerms = { kind: "market" };

/** What the book asks of whoever books its fills. */
export interface FillSink {
  /** Of so many lots, how many the bar's volume still gives. */
  takeLots(wantedLots: number): number;
  /** Books a fill of so many lots, signed. */
  fill(hit: Hit, lots: number): void;
}

/** Orders that cancel one another; one order alone is a group. */
interface Group {
  readonly id: number;
  readonly legs: WorkingLeg[];
  /** The entry whose fill began this group of exits; null for orders. */
  readonly entry: WorkingLeg | null;
}

/**
 * The working orders of one instrument and one account.
 *
 * Before a bar, day orders of earlier days are given up and exits are cut to the position. Then
 * what trades at the open trades, oldest first, then what trades inside the bar, each group by the
 * intrabar rule of `worstOutcome`. A fill of one order of a group takes as many lots off the
 * others; a whole fill cancels them.
 */
export class OrderBook {
  #groups: Group[] = [];

  /** Whether nothing works. */
  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  /** Takes an order in; it works from the next bar on. */
  submit(order: Order): void {
    const leg = workingLeg(order);
    const group = this.#groups.find(({ id, entry }) => entry === null && id === order.group);
    if (group !== undefined) group.legs.push(leg);
    else this.#groups.push({ id: order.group ?? order.id, legs: [leg], entry: null });
  }

  /** Changes how many lots of an order are still wanted, signed; never its side. */
  modify(orderId: number, lots: number): void {
    for (const group of this.#groups) {
      for (const leg of group.legs) if (leg.id === orderId) leg.lots = lots;
    }
    this.#sweep();
  }

  /** Takes back what is left of an order or exit. */
  cancel(orderId: number): void {
    for (const { legs } of this.#groups) {
      for (const leg of legs) if (leg.id === orderId) leg.lots = 0;
    }
    this.#sweep();
  }

  /** Takes everything back. */
  cancelAll(): void {
    this.#groups = [];
  }

  /** What works, oldest first. */
  working(): WorkingOrder[] {
    return this.#groups.flatMap(({ entry, legs }) =>
      legs.map(({ id, lots, terms }) => ({ id, lots, terms, isExit: entry !== null }))
    );
  }

  /** Moves every price by the gap between two contracts: orders are rolled with the position. */
  shift(ticks: number): void {
    for (const { legs } of this.#groups) {
      for (const leg of legs) {
        leg.terms = shiftTerms(leg.terms, ticks);
        if (leg.bestTicks !== null) leg.bestTicks += ticks;
      }
    }
  }

  /**
   * Makes ready for a bar, the orders that trade at its open already filled.
   *
   * @param day trade day of the bar
   * @param positionLots signed lots held
   */
  begin(day: number, positionLots: number): void {
    let closableLots = Math.abs(positionLots);
    for (const { entry, legs } of this.#groups) {
      let lots = 0;
      for (const leg of legs) {
        leg.day ??= day;
        if (leg.timeInForce === "day" && leg.day !== day) leg.lots = 0;
        if (entry !== null) leg.lots = cutExit(leg.lots, positionLots, closableLots);
        lots = Math.max(lots, Math.abs(leg.lots));
      }
      if (entry !== null) closableLots -= lots;
    }
    this.#sweep();
  }

  /** Fills what a bar, or a finer bar inside it, fills. */
  match(market: MarketBar, sink: FillSink): void {
    const met = this.#groups.slice();
    const reached = met.filter(({ legs }) =>
      legs.some((leg) => isInRange(leg.terms, leg.lots, leg, market.bar))
    );
    const waiting = reached.filter((group) => !this.#matchGroup(group, market, sink, true));
    for (const group of waiting) this.#matchGroup(group, market, sink, false);
    for (const group of met) for (const leg of group.legs) age(leg, market.bar);
    this.#sweep();
  }

  /** @returns whether the group's turn in this bar is over */
  #matchGroup(group: Group, market: MarketBar, sink: FillSink, isOpening: boolean): boolean {
    const legs = group.legs.filter(({ lots }) => lots !== 0);
    const hit = worstOutcome(legs, openingMoment(market.bar), market);
    if (hit === null || hit.reach.isImmediate !== isOpening) return false;
    this.#apply(group, hit, sink);
    return true;
  }

  #apply(group: Group, hit: Hit, sink: FillSink): void {
    const { leg } = hit;
    const wanted = Math.abs(leg.lots);
    const available = sink.takeLots(wanted);
    const isRefused = leg.timeInForce === "fok" && available < wanted;
    const lots = isRefused ? 0 : Math.sign(leg.lots) * available;
    if (leg.terms.kind === "stop" || leg.terms.kind === "trailing-stop") leg.terms = MARKET;
    if (lots === 0) return;
    sink.fill(hit, lots);
    for (const other of group.legs) other.lots = towardsZero(other.lots, Math.abs(lots));
    if (leg.lots === 0) { for (const other of group.legs) other.lots = 0; }
    if (group.entry !== null) group.entry.lots = 0;
    if (hit.exits.length > 0) this.#attachExits(hit, lots, sink);
  }

  #attachExits(entry: Hit, lots: number, sink: FillSink): void {
    const legs = entry.exits.map((exit) => {
      exit.lots = -lots;
      return exit;
    });
    const group = { id: entry.leg.id, legs, entry: entry.leg };
    this.#groups.push(group);
    if (entry.exitHit !== null) this.#apply(group, entry.exitHit, sink);
    const { highAheadTicks, lowAheadTicks } = entry.reach.next;
    for (const leg of legs) {
      leg.bestTicks = leg.lots < 0 ? highAheadTicks : lowAheadTicks;
      leg.isArriving = false;
    }
  }

  #sweep(): void {
    const hasEmpty = this.#groups.some(({ legs }) => legs.some(({ lots }) => lots === 0));
    if (!hasEmpty) return;
    this.#groups = this.#groups
      .map((group) => ({ ...group, legs: group.legs.filter(({ lots }) => lots !== 0) }))
      .filter(({ legs }) => legs.length > 0);
  }
}

function workingLeg(order: Order): WorkingLeg {
  return {
    id: order.id,
    reason: order.reason,
    terms: order.terms ?? MARKET,
    timeInForce: order.timeInForce ?? "gtc",
    exits: order.exits ?? [],
    lots: order.lots,
    isArriving: true,
    isTriggered: false,
    bestTicks: null,
    day: null,
  };
}

/** What a bar changes in an order that worked through it. */
function age(leg: WorkingLeg, bar: TickBar): void {
  if (leg.timeInForce === "ioc" || leg.timeInForce === "fok") leg.lots = 0;
  leg.isArriving = false;
  const { terms } = leg;
  if (leg.lots > 0) {
    leg.bestTicks = Math.min(leg.bestTicks ?? bar.lowTicks, bar.lowTicks);
    if (terms.kind === "stop-limit") leg.isTriggered ||= bar.highTicks >= terms.stopTicks;
  } else {
    leg.bestTicks = Math.max(leg.bestTicks ?? bar.highTicks, bar.highTicks);
    if (terms.kind === "stop-limit") leg.isTriggered ||= bar.lowTicks <= terms.stopTicks;
  }
}

/** What is left of an exit when only so many lots of the position are its to close. */
function cutExit(lots: number, positionLots: number, closableLots: number): number {
  if (Math.sign(lots) !== -Math.sign(positionLots)) return 0;
  return Math.sign(lots) * Math.min(Math.abs(lots), closableLots);
}

function towardsZero(lots: number, by: number): number {
  return Math.sign(lots) * Math.max(0, Math.abs(lots) - by);
}

function shiftTerms(terms: OrderTerms, ticks: number): OrderTerms {
  switch (terms.kind) {
    case "limit":
      return { ...terms, limitTicks: terms.limitTicks + ticks };
    case "stop":
      return { ...terms, stopTicks: terms.stopTicks + ticks };
    case "stop-limit":
      return {
        ...terms,
        stopTicks: terms.stopTicks + ticks,
        limitTicks: terms.limitTicks + ticks,
      };
    default:
      return terms;
  }
}
