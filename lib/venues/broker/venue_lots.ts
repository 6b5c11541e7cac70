import { type Fill, remainingOwnLots } from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import { ToldLots } from "./told_lots.ts";
import type { ContractKey, VenueFill } from "./venue_books.ts";
import type { OwnOrder } from "./own_orders.ts";

/** Reasons of orders that only ever close. */
const CLOSING = ["session-close", "risk", "margin", "end-of-data"];

/** What executions have made of a contract. */
export interface ContractLots {
  /** Signed lots held, whoever has traded them. */
  readonly lots: number;
  /** Signed lots of these that orders of ours have made, less what somebody else has closed of them. */
  readonly ours: number;
  /** Signed lots on the other side that orders opened which were only to close. */
  readonly overrun: number;
  /** The order of ours that did. */
  readonly overrunBy: OwnOrder | null;
  /** Signed lots of ours that are the exits' of a bracket to close, by the number of its entry. */
  readonly shares: ReadonlyMap<number, number>;
}

/** Counts what is held from what was there before and every execution since. */
export class VenueLots {
  readonly #context: BrokerContext;
  readonly #lastFillId: number;
  readonly #before: ReadonlyMap<ContractKey, number>;
  readonly #own = new Set<number>();
  readonly #counted = new Map<ContractKey, ContractLots & { readonly version: string }>();
  readonly #told = new Map<ContractKey, ToldLots>();
  #toldCount = 0;

  /**
   * Counts from a beginning on.
   *
   * @param lastFillId executions up to this number were there before
   * @param before lots by contract, as they were then
   */
  constructor(
    context: BrokerContext,
    lastFillId: number,
    before: ReadonlyMap<ContractKey, number>,
  ) {
    this.#context = context;
    this.#lastFillId = lastFillId;
    this.#before = before;
    // What others, or the venue itself, did to the account was told as that before a restart.
    for (const entry of context.ledger.entries()) {
      if (entry.kind === "filled" && entry.told.fill.orderId <= 0) this.#own.add(entry.venue.id);
    }
  }

  /** What is held of a contract, by every execution that is known. */
  of(contractId: ContractKey): ContractLots {
    const { books, orders } = this.#context;
    const known = this.#counted.get(contractId);
    const { fillChanges } = books;
    const version = [fillChanges, books.orders.size, orders.placedCount, this.#toldCount].join();
    if (known?.version === version) return known;
    const all = [...books.fills.values()].filter((fill) => this.#isKnown(fill, contractId))
      .toSorted((a, b) => a.id - b.id);
    const isOurs = ({ orderId }: VenueFill): boolean => orders.ofVenue(orderId) !== undefined;
    const told = this.#toldOf(contractId), ours = told.ours(all, isOurs);
    const count = (fills: readonly VenueFill[]) =>
      this.#count(fills.filter(({ isActive }) => isActive), this.#before.get(contractId) ?? 0);
    // What exits and orders have closed or opened is what they did at the venue. Beside lots of
    // somebody else the order says what is ours: there exits follow the one by which that is counted.
    const counted = { ...count(all), ours, version };
    if (!all.every(isOurs)) counted.shares = count(told.inOrder(all)).shares;
    cut(counted.shares, sharedLots(counted.shares) - Math.abs(ours));
    this.#counted.set(contractId, counted);
    return counted;
  }

  /** An execution was told, or was taken back. */
  tell(fill: Fill, { contractId, id }: VenueFill): void {
    this.#toldCount++;
    this.#toldOf(contractId).tell(fill, id);
  }

  #toldOf(contractId: ContractKey): ToldLots {
    let told = this.#told.get(contractId);
    if (told === undefined) {
      told = new ToldLots(this.#before.get(contractId) ?? 0);
      this.#told.set(contractId, told);
    }
    return told;
  }

  /**
   * Takes executions without an order as the account's own where they make up a difference, as those
   * of a contract that has ended.
   *
   * @returns whether they do
   */
  explain(contractId: ContractKey, difference: number): boolean {
    const { books } = this.#context;
    const open = [...books.fills.values()].filter(({ contractId: of, id, isActive, orderId }) =>
      of === contractId && isActive && id > this.#lastFillId && orderId <= 0 && !this.#own.has(id)
    );
    const lots = open.reduce((sum, { action, qty }) => sum + (action === "Buy" ? qty : -qty), 0);
    if (open.length === 0 || lots !== difference) return false;
    for (const { id } of open) this.#own.add(id);
    this.#counted.delete(contractId);
    this.#context.changed();
    return true;
  }

  /** Whether an execution without an order is the account's own. */
  isOwn(fillId: number): boolean {
    return this.#own.has(fillId);
  }

  #count(
    fills: readonly VenueFill[],
    before: number,
  ): Omit<ContractLots, "shares"> & { shares: Map<number, number> } {
    let lots = before, ours = 0, overrun = 0, overrunBy: OwnOrder | null = null;
    const shares = new Map<number, number>();
    for (const { action, orderId, qty } of fills) {
      const traded = (action === "Buy" ? 1 : -1) * qty, after = lots + traded;
      const order = this.#context.orders.ofVenue(orderId);
      const onlyCloses = order !== undefined &&
        (order.entryId !== null || order.roll === "close" || order.closesBracket === true ||
          CLOSING.includes(order.reason)) &&
        Math.sign(order.lots) === Math.sign(traded);
      // What this execution has on the side that it trades to, less what was there.
      const opened = Math.max(0, Math.sign(traded) * after) -
        Math.max(0, Math.sign(traded) * lots);
      if (onlyCloses && opened > 0) {
        overrun += Math.sign(traded) * opened;
        overrunBy = order;
      }
      // Whatever closes it closes this first, but exits what is theirs.
      if (Math.sign(traded) === -Math.sign(overrun)) {
        const own = order?.entryId == null ? 0 : Math.abs(shares.get(order.entryId) ?? 0);
        const closes = Math.max(0, Math.abs(traded) - own);
        overrun -= Math.sign(overrun) * Math.min(Math.abs(overrun), closes);
      }
      if (order !== undefined) share(shares, order, ours, traded);
      lots = after;
      ours = remainingOwnLots(order === undefined ? ours : ours + traded, lots);
      // What somebody else has closed of ours.
      cut(shares, sharedLots(shares) - Math.abs(ours));
      if (overrun !== 0) {
        const left = Math.max(0, Math.min(Math.abs(overrun), Math.sign(overrun) * lots));
        overrun = Math.sign(overrun) * left;
      }
    }
    return { lots, ours, overrun, overrunBy, shares };
  }

  /** Whether an execution is, or was, of this account, and not from before. */
  #isKnown({ contractId: of, id, orderId }: VenueFill, contractId: ContractKey): boolean {
    const { books, orders } = this.#context;
    if (of !== contractId) return false;
    if (orders.ofVenue(orderId) !== undefined || this.#own.has(id)) return true;
    return id > this.#lastFillId && books.orders.has(orderId);
  }
}

/**
 * Whose an execution of ours makes what is ours, oldest bracket first. An exit closes what its entry
 * has opened; whatever else closes takes what no bracket has, then what the newest have: the oldest
 * keep what they can, as in a backtest. What was closed never comes back.
 */
function share(shares: Map<number, number>, order: OwnOrder, ours: number, traded: number): void {
  const side = Math.sign(traded);
  let closes = Math.min(Math.abs(traded), Math.max(0, -side * ours));
  const opens = Math.abs(traded) - closes;
  if (order.entryId !== null) closes -= take(shares, order.entryId, closes);
  closes -= Math.min(closes, Math.max(0, Math.abs(ours) - sharedLots(shares)));
  cut(shares, closes);
  if (opens === 0 || order.exits.length === 0 || side !== Math.sign(order.lots)) return;
  shares.set(order.id, (shares.get(order.id) ?? 0) + side * opens);
}

/** Takes so many lots off, the newest bracket first. */
function cut(shares: Map<number, number>, lots: number): void {
  let left = lots;
  for (const entryId of [...shares.keys()].reverse()) {
    if (left > 0) left -= take(shares, entryId, left);
  }
}

/** Takes up to so many lots off the share of an entry. @returns how many it had */
function take(shares: Map<number, number>, entryId: number, lots: number): number {
  const share = shares.get(entryId) ?? 0, taken = Math.min(lots, Math.abs(share));
  if (taken === Math.abs(share)) shares.delete(entryId);
  else shares.set(entryId, share - Math.sign(share) * taken);
  return taken;
}

function sharedLots(shares: ReadonlyMap<number, number>): number {
  return [...shares.values()].reduce((sum, lots) => sum + Math.abs(lots), 0);
}
