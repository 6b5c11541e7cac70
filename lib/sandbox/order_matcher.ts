import type { Print } from "./price_tape.ts";

/** How an order waits for the market. */
export type RestingKind =
  | "market"
  | "limit"
  | "stop"
  | "stop-limit"
  /** A market order once the price has come to it from the other side, like a limit. */
  | "touched"
  /** A limit order from then on. */
  | "touched-limit"
  | "trailing-stop";

/** An order in the book of the exchange. */
export interface RestingOrder {
  /** Unique at the venue. */
  readonly id: number;
  /** Contract that it trades. */
  readonly contract: string;
  /** 1 buys, -1 sells. */
  readonly side: 1 | -1;
  /** How it waits. */
  readonly kind: RestingKind;
  /** Worst price of a limit, whole ticks. */
  readonly limitTicks?: number;
  /** Price that sets it off, whole ticks; of a trailing stop the first one, where it has one. */
  readonly stopTicks?: number;
  /** Distance of a trailing stop from the best price, whole ticks. */
  readonly trailTicks?: number;
  /** Lots not yet filled, at least 1. */
  readonly lots: number;
  /** Whether it takes what it can at once and gives up the rest; or all or nothing. */
  readonly moment?: "ioc" | "fok";
}

/** An execution of a resting order. */
export interface Match {
  /** Its order. */
  readonly orderId: number;
  /** Above 0. */
  readonly lots: number;
  /** Whole ticks. */
  readonly ticks: number;
}

/** Best prices and the last trade of a contract, whole ticks. */
export interface TouchPrices {
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly lastTicks: number;
}

/** How generous the market is. */
export interface MatchingRules {
  /** What a market order and a stop pay beyond the price that they meet. */
  readonly slippageTicks: number;
  /** Whether a waiting limit is filled at its price, or only when the market trades through it. */
  readonly limitFill: "touch" | "through";
  /** Most lots that an order gets at one moment. */
  readonly lotsAtOnce: (order: RestingOrder) => number;
}

interface Waiting {
  order: RestingOrder;
  isTriggered: boolean;
  stopTicks: number | null;
}

/**
 * The book of an exchange over a tape of trades. The path of prices is known here, so nothing has to
 * be assumed about it, unlike in a backtest over bars: an order is met when the price reaches it; at
 * a gap it gets the price after the gap.
 */
export class OrderMatcher {
  readonly #rules: MatchingRules;
  readonly #waiting = new Map<number, Waiting>();

  /** Begins empty. */
  constructor(rules: MatchingRules) {
    this.#rules = rules;
  }

  /** What waits, oldest first. */
  get orders(): readonly RestingOrder[] {
    return Array.from(this.#waiting.values(), ({ order }) => order);
  }

  /**
   * Takes an order in, and fills what it meets at once.
   *
   * @returns its executions; `isDone` once nothing of it waits any more
   */
  place(
    order: RestingOrder,
    touch: TouchPrices,
  ): { readonly matches: readonly Match[]; readonly isDone: boolean } {
    const waiting: Waiting = {
      order,
      isTriggered: false,
      stopTicks: order.stopTicks ?? startOfTrail(order, touch.lastTicks),
    };
    this.#waiting.set(order.id, waiting);
    const { side } = order;
    if (waiting.stopTicks !== null && isReached(waiting, touch.lastTicks)) {
      waiting.isTriggered = true;
    }
    const far = side > 0 ? touch.askTicks : touch.bidTicks;
    const matches = this.#take(waiting, isActive(waiting) ? far : null, "arrives");
    if (order.moment !== undefined) this.#waiting.delete(order.id);
    return { matches, isDone: !this.#waiting.has(order.id) };
  }

  /** Puts an order in the place of one with its number; a stop that was set off stays so. */
  replace(order: RestingOrder): void {
    const waiting = this.#waiting.get(order.id);
    if (waiting === undefined) return;
    const moved = order.stopTicks !== waiting.order.stopTicks;
    waiting.order = order;
    if (moved && order.stopTicks !== undefined) waiting.stopTicks = order.stopTicks;
  }

  /** Takes an order out; false when it is not there. */
  remove(orderId: number): boolean {
    return this.#waiting.delete(orderId);
  }

  /**
   * What a trade of the market fills.
   *
   * @param contract of the orders
   * @param before price of the trade before it, whole ticks
   * @param premiumTicks added to the prices of the tape
   */
  trade(contract: string, print: Print, before: number, premiumTicks: number): readonly Match[] {
    const now = print.ticks + premiumTicks;
    const then = print.isGap ? now : before + premiumTicks;
    const matches: Match[] = [];
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.order.contract !== contract) continue;
      matches.push(
        ...this.#take(waiting, this.#met(waiting, before + premiumTicks, then, now), "waits"),
      );
    }
    return matches;
  }

  /** The price at which the market meets an order on its way; null when it does not. */
  #met(waiting: Waiting, before: number, then: number, now: number): number | null {
    const { order: { kind, limitTicks, side, trailTicks } } = waiting;
    const away = side * (before - now);
    // A buy stop trails downwards: a price that falls draws it along before it can rise to it.
    if (kind === "trailing-stop" && away > 0) {
      const drawn = now + side * trailTicks!;
      if (side * (drawn - waiting.stopTicks!) < 0) waiting.stopTicks = drawn;
    }
    if (kind === "market") return now;
    if (waiting.stopTicks !== null && !waiting.isTriggered) {
      if (!isReached(waiting, now)) return null;
      waiting.isTriggered = true;
      const met = isReached(waiting, then) ? now : waiting.stopTicks;
      return limitTicks === undefined || side * (limitTicks - met) >= 0 ? met : null;
    }
    if (limitTicks === undefined) return now;
    const through = this.#rules.limitFill === "through" ? 1 : 0;
    if (side * (limitTicks - now) < through) return null;
    // A gap beyond the limit gives the better price.
    return then === now ? now : limitTicks;
  }

  #take(waiting: Waiting, met: number | null, how: "arrives" | "waits"): readonly Match[] {
    if (met === null) return [];
    const { order } = waiting;
    const { id, limitTicks, lots, moment, side } = order;
    if (limitTicks !== undefined && side * (limitTicks - met) < 0) return [];
    const most = Math.floor(this.#rules.lotsAtOnce(order));
    const filled = Math.min(lots, Math.max(0, most));
    if (filled === 0 || (moment === "fok" && filled < lots)) return [];
    // Who pays the spread already pays less for haste than whose stop is hit.
    const slips = limitTicks === undefined && (how === "arrives" || order.kind !== "market");
    const ticks = slips ? met + side * this.#rules.slippageTicks : met;
    if (filled === lots) this.#waiting.delete(id);
    else waiting.order = { ...order, lots: lots - filled };
    return [{ orderId: id, lots: filled, ticks }];
  }
}

function startOfTrail({ side, trailTicks }: RestingOrder, lastTicks: number): number | null {
  return trailTicks === undefined ? null : lastTicks + side * trailTicks;
}

function isActive({ isTriggered, order: { kind } }: Waiting): boolean {
  return isTriggered || kind === "market" || kind === "limit";
}

/** Which way the price must go to set an order off: a buy stop waits for a rise, `touched` for a fall. */
function awaited({ kind, side }: RestingOrder): number {
  return kind === "touched" || kind === "touched-limit" ? -side : side;
}

function isReached({ order, stopTicks }: Waiting, ticks: number): boolean {
  return awaited(order) * (ticks - stopTicks!) >= 0;
}
