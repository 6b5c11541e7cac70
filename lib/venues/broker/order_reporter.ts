import {
  type BrokerFill,
  type BrokerReport,
  type Fill,
  type OrderTerms,
  toTicks,
  usdToMicros,
} from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import { marketOf, type VenueMarket } from "./market_contracts.ts";
import type { ContractKey, VenueFill } from "./venue_books.ts";
import { sameTerms, termsOf } from "./order_terms.ts";
import { type OwnOrder, sideOf, toldNumber, type VenueWork } from "./own_orders.ts";
import { mayTrade } from "./protect_bracket.ts";
import type { VenueOrderState } from "./venue_books.ts";
import type { VenueLots } from "./venue_lots.ts";
import { isAllKnown } from "./work_end.ts";

/** So long the number of an exit is waited for before nobody knows what became of it. */
const NUMBER_MS = 2_000;
/** So long a fill waits for its fee; then it is told with the one that is assumed. */
const FEE_MS = 3_000;

/** Who is told of reports. */
export type ReportListener = (symbol: string, report: BrokerReport) => void;

/**
 * Tells what has become of orders, each report once and in its order: what was accepted, then its
 * executions, then its end with the evidence for it.
 */
export class OrderReporter {
  readonly #context: BrokerContext;
  readonly #lots: VenueLots;
  readonly #tell: ReportListener;
  readonly #isDayOver: (order: OwnOrder) => boolean;
  /** Executions that were told, oldest first. */
  readonly #told: BrokerFill[] = [];
  /** What was told last of an execution, by the venue's number, and how often something was told. */
  readonly #standing = new Map<
    number,
    { fill: Fill | null; venue: VenueFill; count: number }
  >();
  /** When an execution was seen first, by number. */
  readonly #seenAt = new Map<number, number>();
  /** Executions up to this number were there before. */
  readonly #lastFillId: number;

  /**
   * Has told what the ledger says.
   *
   * @param lastFillId executions up to this number were there before the first order
   * @param isDayOver whether the day of an order that is for one has ended
   */
  constructor(
    context: BrokerContext,
    lots: VenueLots,
    lastFillId: number,
    tell: ReportListener,
    isDayOver: (order: OwnOrder) => boolean,
  ) {
    this.#context = context;
    this.#lots = lots;
    this.#isDayOver = isDayOver;
    this.#lastFillId = lastFillId;
    this.#tell = tell;
    for (const entry of context.ledger.entries()) {
      if (entry.kind !== "filled") continue;
      this.#note(entry.told, entry.venue);
    }
  }

  /** Executions that were told, oldest first. */
  get told(): readonly BrokerFill[] {
    return this.#told;
  }

  /** What the books' count of changes was when all executions were looked through. */
  #scanned = -1;
  /** Executions that were not told as they stand, by number. */
  #untold: number[] = [];

  /** Executions that wait for their fee, by number. */
  readonly waitingForFee = new Set<number>();

  /**
   * Tells executions that have not been told, oldest first: those of a contract wait for one before
   * them, as whose lots are whose depends on their order.
   *
   * @param isUndecided whether it is about to be known whose an execution is
   * @param isHeldBack whether what an order has done is to be told later
   * @returns those of somebody else
   */
  tellFills(
    isExternal: (fill: VenueFill) => boolean,
    isUndecided: (fill: VenueFill) => boolean,
    isHeldBack: (order: OwnOrder) => boolean,
  ): readonly Fill[] {
    const { books, orders } = this.#context;
    const external: Fill[] = [], waiting = new Set<ContractKey>();
    // All are looked through only when one is new or has changed.
    if (books.fillChanges !== this.#scanned) {
      this.#scanned = books.fillChanges;
      this.#untold = [...books.fills.keys()];
    }
    this.#untold = this.#untold.filter((id) => this.#isNews(books.fills.get(id)!));
    for (const id of this.#untold.toSorted((a, b) => a - b)) {
      const fill = books.fills.get(id)!;
      const order = orders.ofVenue(fill.orderId);
      const market = this.#marketOf(fill);
      if (market === null) continue;
      if (order === undefined && (fill.id <= this.#lastFillId || !isExternal(fill))) {
        if (fill.id > this.#lastFillId && isUndecided(fill)) waiting.add(fill.contractId);
        continue;
      }
      const fee = this.#feeMicros(fill, market);
      if (fee === null) waiting.add(fill.contractId);
      if (fee === null || waiting.has(fill.contractId)) continue;
      if (order !== undefined && isHeldBack(order)) continue;
      const before = this.#standing.get(fill.id);
      if (before?.fill != null) {
        // It was taken back, or corrected: first the same the other way round.
        const { feeMicros, lots } = before.fill;
        const back = { ...before.fill, lots: -lots, feeMicros: -feeMicros, slippageTicks: 0 };
        this.#tellFill(order, back, fill, market);
      }
      if (!fill.isActive) continue;
      const told = this.#fill(fill, order, market, fee);
      if (order !== undefined) this.#accept(order, told.lots);
      this.#tellFill(order, told, fill, market);
      if (order === undefined) external.push(told);
    }
    return external;
  }

  /** Whether an order at the venue has executions since the beginning that were not told. */
  hasUntold(venueId: number): boolean {
    return this.#context.books.fillsOf(venueId).some((fill) =>
      fill.id > this.#lastFillId && this.#isNews(fill)
    );
  }

  /** Nobody can tell what became of an order. */
  unknown(order: OwnOrder, reason: string): void {
    if (order.isToldUnknown || order.ended !== null) return;
    order.isToldUnknown = true;
    if (order.roll !== undefined) return;
    this.#tell(order.symbol, { kind: "unknown", orderId: toldNumber(order), reason });
  }

  /**
   * Tells what is new of an order.
   *
   * @param mayComeBack whether another order at the venue may take the place of those that ended
   */
  review(order: OwnOrder, mayComeBack: boolean): void {
    const { books, orders } = this.#context;
    if (order.ended !== null || order.works.length === 0) return;
    const works = order.works.map((work) =>
      [work, work.venueId === null ? null : books.stateOf(work.venueId)] as const
    );
    if (works.some(([{ venueId }]) => venueId !== null && this.hasUntold(venueId))) return;
    const entry = order.entryId === null ? null : orders.get(order.entryId) ?? null;
    const isWaiting = entry !== null && entry.filledLots === 0 && order.filledLots === 0;
    if (isWaiting && entry.ended === null) return;
    if (isWaiting) {
      // The listener forgot it with its entry.
      if (works.every(([work, state]) => !mayTrade(work, state))) orders.end(order, "unused", "");
      return;
    }
    const working = works.filter(([work, state]) =>
      state?.phase === "working" && work.side === sideOf(order)
    );
    if (working.length > 0) return this.#tellWorking(order, working);
    const lost = works.find(([work]) => this.#isLost(work));
    if (lost !== undefined) return this.unknown(order, lost[0].reason);
    if (works.some(([work, state]) => mayTrade(work, state)) || mayComeBack) return;
    this.#tellEnd(order, works);
  }

  /** One without a number may only be heard of a moment later. */
  #isLost({ lostAt, state }: VenueWork): boolean {
    if (state !== "sending" || lostAt === null) return state === "unknown";
    return this.#context.clock.now() - lostAt >= NUMBER_MS;
  }

  #tellWorking(
    order: OwnOrder,
    working: readonly (readonly [VenueWork, VenueOrderState | null])[],
  ): void {
    const { instrument } = this.#context.markets.get(order.symbol)!;
    const left = working.reduce(
      (sum, [work, state]) =>
        sum + Math.max(0, (state!.version?.orderQty ?? work.lots) - state!.filled),
      0,
    );
    if (left === 0) return;
    const [work, state] = working.at(-1)!;
    this.#tellAccepted(
      order,
      sideOf(order) * left,
      termsOf(state!.version, work.terms, instrument),
    );
  }

  #tellAccepted(order: OwnOrder, lots: number, terms: OrderTerms): void {
    const known = order.toldTerms ?? (order.entryId === null ? order.terms : null);
    const isNews = known === null || !sameTerms(known, terms);
    if (order.toldLots === lots && !isNews && !order.isToldUnknown) return;
    [order.toldLots, order.toldTerms, order.isToldUnknown] = [lots, terms, false];
    if (order.roll !== undefined) return;
    this.#tell(order.symbol, {
      ...{ kind: "accepted", orderId: toldNumber(order), lots },
      ...(isNews ? { terms } : {}),
    });
  }

  /** An execution is word enough that its order was accepted. */
  #accept(order: OwnOrder, lots: number): void {
    if (order.toldLots !== null || order.ended !== null) return;
    const left = order.entryId === null ? order.wanted - order.filledLots : lots;
    this.#tellAccepted(order, left, order.works.at(-1)?.terms ?? order.terms);
  }

  #tellEnd(
    order: OwnOrder,
    works: readonly (readonly [VenueWork, VenueOrderState | null])[],
  ): void {
    const { orders } = this.#context;
    if (!works.every(([work, state]) => state === null || isAllKnown(work, state))) return;
    const [work, state] = works.at(-1)!;
    const { symbol } = order, orderId = toldNumber(order);
    const tell = (report: BrokerReport): void => {
      if (order.roll === undefined) this.#tell(symbol, report);
    };
    const left = order.toldLots ?? (order.entryId === null ? order.wanted - order.filledLots : 0);
    if (left === 0 && order.filledLots !== 0) {
      return orders.end(order, "filled", state?.evidence ?? "");
    }
    const evidence = state?.evidence ?? work.reason;
    // What has traded was not rejected, whatever became of the last that was to go on for it.
    if (order.filledLots === 0 && (state === null || state.end === "rejected")) {
      const reason = state === null ? work.reason : state.reason || "rejected by the venue";
      orders.end(order, "rejected", evidence);
      if (order.isWithdrawn && state === null) tell({ kind: "cancelled", orderId });
      else tell({ kind: "rejected", orderId, reason });
    } else {
      const isOver = !order.isWithdrawn && this.#isDayOver(order);
      const kind = state?.end === "expired" || isOver ? "expired" : "cancelled";
      orders.end(order, kind, evidence);
      tell({ kind, orderId });
    }
  }

  #tellFill(
    order: OwnOrder | undefined,
    fill: Fill,
    venue: VenueFill,
    { instrument: { symbol } }: VenueMarket,
  ): void {
    const count = this.#standing.get(venue.id)?.count ?? 0;
    const executionId = count === 0 ? `${venue.id}` : `${venue.id}:${count}`;
    const told = { executionId, symbol, fill };
    this.#context.ledger.append({ kind: "filled", told, venue });
    this.#note(told, venue);
    if (order !== undefined) {
      order.filledLots += fill.lots;
      if (order.toldLots !== null) order.toldLots -= fill.lots;
      order.isToldUnknown = false;
    }
    this.#tell(symbol, { kind: "filled", fill, executionId });
  }

  /** What was told of one execution stands and is taken back by turns. */
  #note(told: BrokerFill, venue: VenueFill): void {
    this.#lots.tell(told.fill, venue);
    this.#told.push(told);
    const count = (this.#standing.get(venue.id)?.count ?? 0) + 1;
    this.#standing.set(venue.id, { fill: count % 2 === 1 ? told.fill : null, venue, count });
  }

  #isNews(fill: VenueFill): boolean {
    const standing = this.#standing.get(fill.id);
    if (standing?.fill == null) return fill.isActive;
    const { price, qty } = standing.venue;
    return !fill.isActive || price !== fill.price || qty !== fill.qty;
  }

  #marketOf({ contractId }: VenueFill): VenueMarket | null {
    return marketOf(this.#context.markets, contractId);
  }

  /** Null while it is worth waiting for. */
  #feeMicros(fill: VenueFill, { feePerSideMicros }: VenueMarket): number | null {
    const { books, clock } = this.#context;
    const usd = books.feeUsd(fill.id);
    if (usd !== null) {
      this.waitingForFee.delete(fill.id);
      return usdToMicros(usd);
    }
    const seenAt = this.#seenAt.get(fill.id) ?? clock.now();
    this.#seenAt.set(fill.id, seenAt);
    // What the venue did itself has cost what it says, or nothing.
    if (fill.orderId <= 0) return 0;
    if (clock.now() - seenAt < FEE_MS) {
      this.waitingForFee.add(fill.id);
      return null;
    }
    this.waitingForFee.delete(fill.id);
    return feePerSideMicros * fill.qty;
  }

  #fill(
    { action, orderId, price, qty, time }: VenueFill,
    order: OwnOrder | undefined,
    { instrument, lastRow }: VenueMarket,
    feeMicros: number,
  ): Fill {
    const { clock } = this.#context;
    const side = action === "Buy" ? 1 : -1;
    const priceTicks = toTicks(price, instrument.tickSize);
    const work = order?.works.find(({ venueId }) => venueId === orderId);
    const stop = work !== undefined && "stopTicks" in work.terms
      ? work.terms.stopTicks
      : priceTicks;
    return {
      // Those of somebody else have the venue's number, below 0.
      orderId: order === undefined ? 0 - orderId : toldNumber(order),
      bar: lastRow,
      time: Number.isFinite(time) ? time : clock.now(),
      moment: "inside",
      lots: side * qty,
      priceTicks,
      slippageTicks: Math.max(0, side * (priceTicks - stop)),
      feeMicros,
      reason: (order?.reason ?? "risk") as Fill["reason"],
    };
  }
}
