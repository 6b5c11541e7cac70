import type { Instrument } from "../../market/mod.ts";
import {
  type Order,
  type OrderKind,
  type OrderTerms,
  type TimeInForce,
  toTicks,
} from "../../trading/mod.ts";
import type { SentOrder } from "./order_ledger.ts";
import type { ContractKey, VenueOrderVersion } from "./venue_books.ts";

/** Terms that a version of an order states; those that it was sent with where it states none. */
export function termsOf(
  version: VenueOrderVersion | null,
  sent: OrderTerms,
  { tickSize }: Pick<Instrument, "tickSize">,
): OrderTerms {
  if (version === null) return sent;
  const { orderType, price, stopPrice } = version;
  const limitTicks = price === null ? null : toTicks(price, tickSize);
  const stopTicks = stopPrice === null ? null : toTicks(stopPrice, tickSize);
  if (orderType === "Market") return { kind: "market" };
  if (orderType === "Limit" && limitTicks !== null) return { kind: "limit", limitTicks };
  if (orderType === "Stop" && stopTicks !== null) return { kind: "stop", stopTicks };
  if (orderType === "StopLimit" && limitTicks !== null && stopTicks !== null) {
    return { kind: "stop-limit", stopTicks, limitTicks };
  }
  return sent;
}

/** Whether two terms say the same. */
export function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  return JSON.stringify(a, KEYS) === JSON.stringify(b, KEYS);
}

const KEYS = ["kind", "limitTicks", "stopTicks", "distanceTicks"];

/**
 * Where an exit stands.
 *
 * @param side of its entry
 * @param priceTicks of the entry's first fill, or what it is expected at
 */
export function exitTerms(
  exit: { readonly kind: string; readonly distanceTicks: number },
  side: number,
  priceTicks: number,
): OrderTerms {
  return exit.kind === "take-profit"
    ? { kind: "limit", limitTicks: priceTicks + side * exit.distanceTicks }
    : { kind: "stop", stopTicks: priceTicks - side * exit.distanceTicks };
}

/** What a venue takes. */
export interface VenueRules {
  /** Kinds of orders; `trailing-stop` is none that is sent to a venue yet. */
  readonly orderKinds: readonly OrderKind[];
  /** When orders can be given up. */
  readonly timesInForce: readonly TimeInForce[];
  /** Whether the venue itself gives a day order up with its session; else it is taken back then. */
  readonly endsDayOrders: boolean;
  /** When its day ends, where that is before the session of the market does. */
  readonly dayEnd?: {
    /** Since local midnight of the trade day. */
    readonly minutes: number;
    readonly timeZone: string;
  };
  /** Whether an entry may bring its exits along. */
  readonly brackets: boolean;
  /** Whether the lots of an order that works can be changed. */
  readonly modifies: boolean;
  /** Whether an order that is to live until it is taken back works on in the next session. */
  readonly outlivesSessions: boolean;
  /** Smallest distance of a stop that comes with its entry, ticks. */
  readonly leastStopTicks: number;
  /** Whether an entry takes one exit of each kind only. */
  readonly oneOfEach: boolean;
}

/**
 * Why an order cannot be sent; null when it can.
 *
 * @param lastTicks price of the last close; null while none is known
 * @param takesPairs whether the venue takes two orders that cancel one another
 */
export function whyNotSent(
  order: Order,
  lastTicks: number | null,
  rules: VenueRules,
  takesPairs: boolean,
): string | null {
  const { exits = [], group, lots, terms = { kind: "market" }, timeInForce = "gtc" } = order;
  const prices = [
    ...("limitTicks" in terms ? [terms.limitTicks] : []),
    ...("stopTicks" in terms ? [terms.stopTicks] : []),
  ];
  if (!Number.isSafeInteger(lots) || lots === 0) return `lots must be whole and not 0: ${lots}`;
  if (!rules.orderKinds.includes(terms.kind)) {
    return `no ${terms.kind} orders are sent to this venue`;
  }
  if (!rules.timesInForce.includes(timeInForce)) return `no orders of ${timeInForce} here`;
  const wrong = prices.find((ticks) => !Number.isSafeInteger(ticks));
  if (wrong !== undefined) return `a ${terms.kind} order needs whole ticks: ${wrong}`;
  if (group !== undefined) {
    if (!takesPairs) return "orders of a group are not sent to this venue";
    if (exits.length > 0) return "the venue takes no exits with orders of a group";
    const waits = terms.kind !== "market" && (timeInForce === "gtc" || timeInForce === "day");
    if (!waits) return "orders of a group wait for their price: one for the moment is in none";
  }
  if (exits.length > 0 && !rules.brackets) return "the venue takes no exits with an entry";
  if (exits.length > 2) return "the venue takes two exits at most";
  for (const { distanceTicks, kind } of exits) {
    if (kind === "trailing-stop") return "no trailing stops are sent to this venue";
    if (!Number.isSafeInteger(distanceTicks) || distanceTicks < 1) {
      return `a distance must be whole ticks of at least 1: ${distanceTicks}`;
    }
  }
  if (rules.oneOfEach && new Set(exits.map(({ kind }) => kind)).size < exits.length) {
    return "the venue takes one exit of each kind";
  }
  const near = exits.find(({ distanceTicks, kind }) =>
    kind === "stop-loss" && distanceTicks < rules.leastStopTicks
  );
  if (near !== undefined) {
    return `the venue takes no stop nearer than ${rules.leastStopTicks} ticks: ${near.distanceTicks}`;
  }
  if (exits.length > 0 && expectedTicks(terms, lastTicks) === null) {
    return "no price is known yet that exits could stand off from";
  }
  return null;
}

/** Why two orders cannot be sent as a pair; null when they can. */
export function whyNotPaired(first: Order, second: Order): string | null {
  return Math.abs(first.lots) === Math.abs(second.lots)
    ? null
    : "the venue takes orders that cancel one another for the same lots only";
}

/** At which price an entry is expected to fill; null while nobody knows. */
export function expectedTicks(terms: OrderTerms, lastTicks: number | null): number | null {
  if ("limitTicks" in terms) return terms.limitTicks;
  return "stopTicks" in terms ? terms.stopTicks : lastTicks;
}

/** An order and its exits as they are kept before they are sent. */
export function sentOrders(
  symbol: string,
  contractId: ContractKey,
  { exits = [], group, id, lots, reason, terms = { kind: "market" }, timeInForce = "gtc" }: Order,
  lastTicks: number | null,
): readonly [order: SentOrder, exits: readonly SentOrder[]] {
  const common = { symbol, contractId };
  const anchor = expectedTicks(terms, lastTicks);
  return [
    {
      ...{ ...common, id, lots, terms, timeInForce, entryId: null, exit: null, reason },
      ...(group === undefined ? {} : { group }),
    },
    exits.map((exit) => ({
      ...{ ...common, id: exit.id, lots: -lots, timeInForce: "gtc", entryId: id },
      terms: exitTerms(exit, Math.sign(lots), anchor!),
      exit: { kind: exit.kind, distanceTicks: exit.distanceTicks },
      reason: exit.kind === "take-profit" ? "take-profit" : "stop-loss",
    })),
  ];
}
