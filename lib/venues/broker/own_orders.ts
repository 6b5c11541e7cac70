import { type OrderTerms, ROLL_ORDER_ID } from "../../trading/mod.ts";
import type { OrderLedger, SentOrder } from "./order_ledger.ts";

/** What an order at the venue is asked to become. */
export interface AskedChange {
  /** In all, those that traded included. */
  readonly lots: number;
  /** Price conditions. */
  readonly terms: OrderTerms;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Epoch milliseconds; when its answer came or was given up; null before. */
  readonly answeredAt: number | null;
}

/** One order at the venue that was made for an order of ours. */
export interface VenueWork {
  /** What it is found by at the venue. */
  readonly clOrdId: string;
  /** 1 buys, -1 sells: that of its order, but for what puts right what that has done. */
  side: 1 | -1;
  /**
   * `sending` until the venue has answered, `unknown` while it did not, `placed` once it has a
   * number, `refused` and `absent` when there provably is none.
   */
  state: "sending" | "unknown" | "placed" | "refused" | "absent";
  /** Number at the venue; null while it is not known. */
  venueId: number | null;
  /** Whole lots that it was placed or changed for, those that traded included. */
  lots: number;
  /** Terms that it was placed or changed for. */
  terms: OrderTerms;
  /** When it was handed over, epoch milliseconds. */
  sentAt: number;
  /** When its answer was given up, epoch milliseconds; null while it was not. */
  lostAt: number | null;
  /** Whether the venue has been asked to take it back. */
  isCancelling: boolean;
  /** How often it was asked to. */
  cancels: number;
  /** A change is asked for that the books do not show yet; null for none. */
  change: AskedChange | null;
  /** Changes that came to nothing. */
  failedChanges: number;
  /** Why there is none, or nobody knows; empty for no reason. */
  reason: string;
  /** The venue is asked how it stands no sooner than then, epoch milliseconds; null while nothing is open. */
  lookAt: number | null;
  /** How often it was asked since something was open. */
  looks: number;
  /** When a request was begun that has told how it stands, epoch milliseconds. */
  lookedAt: number;
  /** When it was seen to have ended, epoch milliseconds; null while it was not. */
  endedAt: number | null;
}

/** An order of ours, or the exit of one. */
export interface OwnOrder extends SentOrder {
  /** Signed lots that are wanted in all, those that traded included. */
  wanted: number;
  /** At the venue, oldest first. */
  readonly works: VenueWork[];
  /** Exits that it brought along. */
  readonly exits: OwnOrder[];
  /** Signed lots left to fill as the listener has been told; null while nothing was. */
  toldLots: number | null;
  /** Terms that the listener has been told. */
  toldTerms: OrderTerms | null;
  /** Whether the listener was told that nobody knows what became of it. */
  isToldUnknown: boolean;
  /** How it was told to have ended; null while it was not. */
  ended: string | null;
  /** Whether whoever sent it wants it back. */
  isWithdrawn: boolean;
  /** Signed lots that have traded, of which the listener knows. */
  filledLots: number;
}

/** Side of an order: 1 buys, -1 sells. */
export function sideOf({ lots }: Pick<SentOrder, "lots">): 1 | -1 {
  return lots > 0 ? 1 : -1;
}

/** Number by which whoever listens knows an order; that of rolls is nobody's. */
export function toldNumber({ id, roll, toldAs }: SentOrder): number {
  return roll === undefined ? toldAs ?? id : ROLL_ORDER_ID;
}

/** How orders of a session are named at a venue. */
export interface OrderNames {
  /** Stands between the parts of a name. */
  readonly separator: string;
  /** Name of an exit that comes with its entry, where the venue gives it; else it is one like any. */
  readonly ofExit?: (entryName: string, exit: NonNullable<SentOrder["exit"]>) => string;
}

/** The orders of one session, by our numbers, by the venue's and by what they are found by. */
export class OwnOrders {
  readonly #tag: string;
  readonly #names: OrderNames;
  readonly #byName = new Map<string, OwnOrder>();
  readonly #ledger: OrderLedger;
  readonly #orders = new Map<number, OwnOrder>();
  readonly #open = new Map<number, OwnOrder>();
  readonly #byVenueId = new Map<number, OwnOrder>();
  /** Exits by the numbers of those in whose place they are. */
  readonly #takenOver = new Map<number, OwnOrder>();

  /**
   * Those that a ledger knows.
   *
   * @param tag begins what each order is found by at the venue: no other session has it
   */
  constructor(tag: string, ledger: OrderLedger, now: number, names: OrderNames) {
    this.#tag = tag;
    this.#names = names;
    this.#ledger = ledger;
    for (const entry of ledger.entries()) {
      switch (entry.kind) {
        case "sent":
          this.#enter(entry.order);
          break;
        case "placed": {
          const order = this.#orders.get(entry.id);
          if (order === undefined) break;
          const known = order.works.find(({ clOrdId }) => clOrdId === entry.clOrdId);
          const work = known ?? this.#work(order, entry.clOrdId);
          [work.state, work.venueId, work.sentAt] = ["placed", entry.venueId, entry.at];
          // What came to the venue after it was told as rejected is not over.
          if (order.ended === "rejected") order.isWithdrawn = true;
          this.#byVenueId.set(entry.venueId, order);
          break;
        }
        case "repeated": {
          const order = this.#orders.get(entry.id);
          if (order === undefined) break;
          const work = this.#work(order, entry.clOrdId);
          [work.side, work.lots, work.terms] = [entry.side, entry.lots, entry.terms];
          [work.state, work.sentAt, work.lostAt] = ["unknown", entry.at, now];
          break;
        }
        case "withdrawn": {
          const order = this.#orders.get(entry.id);
          if (order !== undefined) order.isWithdrawn = true;
          break;
        }
        case "changed": {
          const order = this.#orders.get(entry.id);
          if (order !== undefined) order.wanted = entry.lots;
          break;
        }
        case "filled": {
          const order = this.#byVenueId.get(entry.venue.orderId) ??
            this.#orders.get(entry.told.fill.orderId);
          if (order !== undefined) order.filledLots += entry.told.fill.lots;
          break;
        }
        case "ended": {
          const order = this.#orders.get(entry.id);
          if (order === undefined) break;
          order.ended = entry.as;
          // It was told with evidence of all that the venue had by then; what came later is open.
          for (const work of order.works) if (work.venueId !== null) work.endedAt = now;
        }
      }
    }
    // Written down and never told: it may or may not have left.
    for (const order of this.#orders.values()) {
      const first = this.#nameOf(order);
      if (order.ended !== null || order.works.some(({ clOrdId }) => clOrdId === first)) continue;
      const work = this.#work(order, first);
      [work.state, work.lostAt] = ["unknown", now];
    }
  }

  /** All of them, oldest first. */
  all(): IterableIterator<OwnOrder> {
    return this.#orders.values();
  }

  /** Those that may still trade or be told of, and the exits of those. */
  open(): IterableIterator<OwnOrder> {
    return this.#open.values();
  }

  /** Nothing will come of an order any more. */
  settle(order: OwnOrder): void {
    this.#open.delete(order.id);
  }

  /** Something may come of an order again. */
  reopen(order: OwnOrder): void {
    this.#open.set(order.id, order);
  }

  /** The one of a number. */
  get(id: number): OwnOrder | undefined {
    return this.#orders.get(id);
  }

  /** The one that whoever listens knows by a number: an exit may have been taken over. */
  known(id: number): OwnOrder | undefined {
    return this.#takenOver.get(id) ?? this.#orders.get(id);
  }

  /** The one that an order at the venue was made for. */
  ofVenue(venueId: number): OwnOrder | undefined {
    return this.#byVenueId.get(venueId);
  }

  /** The one that something at the venue was made for, by what it is found by. */
  ofClientId(clOrdId: string): OwnOrder | undefined {
    const known = this.#byName.get(clOrdId);
    if (known !== undefined) return known;
    const start = `${this.#tag}${this.#names.separator}`;
    if (!clOrdId.startsWith(start)) return undefined;
    const [id, repeat] = clOrdId.slice(start.length).split(this.#names.separator);
    return repeat === undefined || !/^\d+$/.test(repeat) ? undefined : this.#orders.get(Number(id));
  }

  /** How many orders at the venue were made for one of ours. */
  get placedCount(): number {
    return this.#byVenueId.size;
  }

  /**
   * Takes an order in before it is sent, with its exits.
   *
   * @param mayBeUnkept whether it goes all the same where it cannot be written down
   * @throws when it cannot be kept
   */
  add(order: SentOrder, exits: readonly SentOrder[], mayBeUnkept = false): OwnOrder {
    try {
      for (const each of [order, ...exits]) this.#ledger.append({ kind: "sent", order: each });
    } catch (error) {
      if (!mayBeUnkept) throw error;
    }
    const own = this.#enter(order);
    exits.forEach((exit) => this.#enter(exit));
    return own;
  }

  /** The order at the venue that an order of ours becomes. */
  work(order: OwnOrder, terms: OrderTerms, lots: number, now: number): VenueWork {
    const work = this.#work(order, this.#nameOf(order));
    [work.terms, work.lots, work.sentAt] = [terms, lots, now];
    return work;
  }

  /** One more order at the venue for an order of ours. @throws when it cannot be kept */
  repeat(
    order: OwnOrder,
    { lots, side, terms }: Pick<VenueWork, "lots" | "side" | "terms">,
    at: number,
  ): VenueWork {
    const { separator } = this.#names;
    const clOrdId = [this.#tag, order.id, Math.max(1, order.works.length)].join(separator);
    this.#ledger.append({ kind: "repeated", id: order.id, clOrdId, side, lots, terms, at });
    const work = this.#work(order, clOrdId);
    [work.side, work.lots, work.terms, work.sentAt] = [side, lots, terms, at];
    this.reopen(order);
    return work;
  }

  /** Whoever sent it wants it back. */
  withdraw(order: OwnOrder): void {
    if (order.isWithdrawn) return;
    order.isWithdrawn = true;
    this.#ledger.append({ kind: "withdrawn", id: order.id });
  }

  /** The venue has given it a number. */
  placed(order: OwnOrder, work: VenueWork, venueId: number): void {
    if (work.venueId !== null) return;
    [work.state, work.venueId] = ["placed", venueId];
    this.#byVenueId.set(venueId, order);
    const { clOrdId, sentAt: at } = work;
    this.#ledger.append({ kind: "placed", id: order.id, clOrdId, venueId, at });
  }

  /** An order at the venue carries a number of ours that is not known here any more. */
  found(order: OwnOrder, clOrdId: string, venueId: number): void {
    this.placed(order, this.#work(order, clOrdId), venueId);
    this.reopen(order);
  }

  /** Whether an order at the venue may be one of ours that has no number yet. */
  isWaitingForNumbers(): boolean {
    for (const { works } of this.#open.values()) {
      if (works.some(({ state }) => state === "sending" || state === "unknown")) return true;
    }
    return false;
  }

  /** Other lots are wanted. */
  change(order: OwnOrder, wanted: number): void {
    order.wanted = wanted;
    this.#ledger.append({ kind: "changed", id: order.id, lots: wanted });
  }

  /** It was told as ended. */
  end(order: OwnOrder, as: string, evidence: string): void {
    order.ended = as;
    this.#ledger.append({ kind: "ended", id: order.id, as, evidence });
  }

  #enter(order: SentOrder): OwnOrder {
    const own: OwnOrder = {
      ...order,
      ...{ wanted: order.lots, works: [], exits: [], toldLots: null, toldTerms: null },
      ...{ isToldUnknown: false, ended: null, isWithdrawn: false, filledLots: 0 },
    };
    this.#orders.set(order.id, own);
    this.#byName.set(this.#nameOf(order), own);
    this.#open.set(order.id, own);
    if (order.toldAs !== undefined) this.#takenOver.set(order.toldAs, own);
    if (order.entryId !== null) this.#orders.get(order.entryId)?.exits.push(own);
    return own;
  }

  #work(order: OwnOrder, clOrdId: string): VenueWork {
    const work: VenueWork = {
      ...{
        clOrdId,
        side: sideOf(order),
        state: "sending",
        venueId: null,
        lots: Math.abs(order.lots),
        sentAt: 0,
      },
      ...{ terms: order.terms, lostAt: null, isCancelling: false, cancels: 0, change: null },
      failedChanges: 0,
      ...{ reason: "", lookAt: null, looks: 0, lookedAt: -1, endedAt: null },
    };
    order.works.push(work);
    return work;
  }

  #nameOf({ entryId, exit, id }: SentOrder): string {
    const { ofExit, separator } = this.#names;
    const name = [this.#tag, id].join(separator);
    if (entryId === null || exit === null || ofExit === undefined) return name;
    return ofExit([this.#tag, entryId].join(separator), exit);
  }
}
