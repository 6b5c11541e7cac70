import { createSimulatedExecutor } from "../../execution/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import {
  type BrokerReport,
  type CostModel,
  type Executor,
  type Fill,
  isTraded,
  type Order,
} from "../../trading/mod.ts";
import type { FillProfile, OrderProfile } from "./order_profile.ts";

/** A part of an order that waits for its bar. */
interface WaitingPart {
  readonly order: Order;
  /** Without a sign. */
  lots: number;
  /** Traded bars that it still waits after the next one. */
  bars: number;
  readonly profile: FillProfile | null;
}

/** The end that a broker gave an order, which waits for its bar. */
interface WaitingEnd {
  readonly orderId: number;
  readonly report: BrokerReport;
  bars: number;
}

/**
 * The broker of the backtest, which treats some orders as the session's broker did: it lets them
 * wait, fills them in parts and at other prices, or refuses them.
 */
export class DeviatingExecutor {
  readonly #executor: Executor;
  readonly #costs: CostModel;
  readonly #repaired: ReadonlySet<AuditCauseName>;
  readonly #profiles: ReadonlyMap<string, OrderProfile>;
  #waiting: WaitingPart[] = [];
  #ends: WaitingEnd[] = [];
  /** What the executor fills next of each order, oldest first. */
  readonly #sent = new Map<number, WaitingPart[]>();
  /** Whether exits, and rolls, are those that the venue told. */
  readonly #toldExits: boolean;
  readonly #toldRolls: boolean;

  /**
   * @param repaired causes whose treatment is left out
   * @param isAtVenue whether the session's exits and rolls are told as they came
   */
  constructor(
    costs: CostModel,
    profiles: ReadonlyMap<string, OrderProfile>,
    repaired: ReadonlySet<AuditCauseName>,
    isAtVenue: boolean,
  ) {
    this.#toldExits = isAtVenue && !repaired.has("exit");
    this.#toldRolls = isAtVenue && !repaired.has("roll");
    this.#costs = costs;
    this.#executor = createSimulatedExecutor(costs);
    this.#profiles = profiles;
    this.#repaired = repaired;
  }

  /** Takes an order in, which the other run names by this key. */
  submit(
    { exits = [], ...plain }: Order,
    key: string,
    bars: Bars,
    row: number,
  ): readonly BrokerReport[] {
    const order: Order = this.#toldExits || exits.length === 0 ? plain : { ...plain, exits };
    const { end, isUnknown, parts } = this.#treatmentOf(order, key);
    if (end !== null && end.bars === 0 && parts.length === 0) return [end.report];
    if (order.atClose === true) {
      return [...this.#atClose(order, parts, bars, row), ...this.#endAfter(end)];
    }
    this.#waiting.push(...parts);
    if (end !== null) this.#ends.push(end);
    if (isUnknown) return [{ kind: "unknown", orderId: order.id, reason: "no answer" }];
    return [{ kind: "accepted", orderId: order.id, lots: order.lots }];
  }

  /** What a bar fills, and which orders end with it. */
  onBar(bars: Bars, row: number): readonly BrokerReport[] {
    const isOpen = isTraded(bars, row);
    if (isOpen) {
      this.#waiting = this.#waiting.filter((part) => {
        if (part.bars-- > 0) return true;
        this.#send(part);
        return false;
      });
    }
    const fills = this.#executor.onBar(bars, row)
      .filter(({ reason }) => reason !== "roll" || !this.#toldRolls)
      .map((fill) => this.#filled(fill));
    if (!isOpen || this.#ends.length === 0) return fills;
    const ended = this.#ends.filter((end) => end.bars-- <= 0);
    this.#ends = this.#ends.filter((end) => !ended.includes(end));
    return [...fills, ...ended.map(({ report }) => report)];
  }

  /**
   * Fills parts of an order for the market, of so many lots each, at the open of a bar that is to
   * come, ahead of the bar. What is left of it waits on.
   */
  fillAhead(
    orderId: number,
    parts: readonly number[],
    bars: Bars,
    row: number,
  ): readonly BrokerReport[] {
    if (row >= bars.length || !isTraded(bars, row)) return [];
    const reports: BrokerReport[] = [];
    for (const wanted of parts) {
      const part = this.#waiting.find(({ bars, lots, order }) =>
        order.id === orderId && bars === 0 && lots > 0 && (order.exits ?? []).length === 0 &&
        (order.terms?.kind ?? "market") === "market"
      );
      if (part === undefined) break;
      const lots = Math.min(wanted, part.lots), alone = createSimulatedExecutor(this.#costs);
      part.lots -= lots;
      alone.submit({ ...part.order, lots: Math.sign(part.order.lots) * lots });
      reports.push(
        ...alone.onBar(bars, row).map((fill) => this.#deviate(fill, part.profile)),
      );
    }
    this.#waiting = this.#waiting.filter(({ lots }) => lots > 0);
    return reports;
  }

  /**
   * Takes back what is left of an order.
   *
   * @param tooLateLots of an order for the market, without a sign: so many trade all the same, and
   * the order ends after them
   */
  cancel(orderId: number, tooLateLots = 0): readonly BrokerReport[] {
    this.#executor.cancel(orderId);
    this.#sent.delete(orderId);
    this.#ends = this.#ends.filter((end) => end.orderId !== orderId);
    let stillTrades = tooLateLots, isWhole = true, bars: number | null = null;
    this.#waiting = this.#waiting.filter((part) => {
      if (part.order.id !== orderId) return true;
      const isMarket = (part.order.terms?.kind ?? "market") === "market";
      const lots = isMarket ? Math.min(part.lots, stillTrades) : 0;
      if (lots < part.lots) isWhole = false;
      part.lots = lots;
      stillTrades -= lots;
      if (lots > 0) bars = Math.max(bars ?? 0, part.bars);
      return lots > 0;
    });
    const report: BrokerReport = { kind: "cancelled", orderId };
    if (bars === null) return [report];
    if (!isWhole) this.#ends.push({ orderId, report, bars });
    return [];
  }

  /** Changes how many lots of an order are still wanted. */
  modify(orderId: number, lots: number): readonly BrokerReport[] {
    let left = Math.abs(lots);
    for (const part of this.#waiting) {
      if (part.order.id !== orderId) continue;
      part.lots = Math.min(part.lots, left);
      left -= part.lots;
    }
    this.#executor.modify(orderId, lots);
    return [{ kind: "accepted", orderId, lots }];
  }

  /** At the close whatever did not have to wait for a later bar. */
  #atClose(
    order: Order,
    parts: readonly WaitingPart[],
    bars: Bars,
    row: number,
  ): readonly BrokerReport[] {
    const reports: BrokerReport[] = [
      { kind: "accepted", orderId: order.id, lots: order.lots },
    ];
    for (const part of parts) {
      if (part.bars > 0) {
        this.#waiting.push({ ...part, bars: part.bars - 1 });
        continue;
      }
      const lots = Math.sign(order.lots) * part.lots;
      const fill = this.#executor.atClose(bars, row, { ...order, lots });
      reports.push(this.#deviate(fill, part.profile));
    }
    return reports;
  }

  #endAfter(end: WaitingEnd | null): readonly BrokerReport[] {
    if (end === null) return [];
    if (end.bars === 0) return [end.report];
    this.#ends.push({ ...end, bars: end.bars - 1 });
    return [];
  }

  #send(part: WaitingPart): void {
    const { order, lots } = part;
    const { atClose: _, ...plain } = order;
    this.#executor.submit({ ...plain, lots: Math.sign(order.lots) * lots });
    const sent = this.#sent.get(order.id);
    if (sent === undefined) this.#sent.set(order.id, [part]);
    else sent.push(part);
  }

  #filled(fill: Fill): BrokerReport {
    const sent = this.#sent.get(fill.orderId);
    const part = sent?.shift() ?? null;
    if (sent?.length === 0) this.#sent.delete(fill.orderId);
    return this.#deviate(fill, part?.profile ?? null);
  }

  #deviate(fill: Fill, profile: FillProfile | null): BrokerReport {
    if (profile === null) return { kind: "filled", fill };
    const lots = Math.abs(fill.lots), side = Math.sign(fill.lots);
    let against = 0, slipped = 0;
    for (const { cause, ticks } of profile.ticks) {
      if (this.#repaired.has(cause)) continue;
      against += ticks;
      if (cause === "slippage") slipped += ticks;
    }
    const feeMicros = this.#repaired.has("fees")
      ? 0
      : Math.round(profile.feeMicros * lots / profile.lots);
    return {
      kind: "filled",
      fill: {
        ...fill,
        priceTicks: fill.priceTicks + side * against,
        slippageTicks: fill.slippageTicks + slipped,
        feeMicros: fill.feeMicros + feeMicros,
      },
    };
  }

  /** How an order is filled and ended with what is left of its profile. */
  #treatmentOf(
    order: Order,
    key: string,
  ): {
    readonly parts: WaitingPart[];
    readonly end: WaitingEnd | null;
    readonly isUnknown: boolean;
  } {
    const profile = this.#profiles.get(key);
    const wanted = Math.abs(order.lots);
    if (profile === undefined) {
      const parts = [{ order, lots: wanted, bars: 0, profile: null }];
      return { parts, end: null, isUnknown: false };
    }
    const isWhole = this.#repaired.has("partial");
    const isEnded = profile.rest !== null && !this.#repaired.has(profile.rest.cause);
    const fills = isWhole ? profile.fills.slice(0, 1) : profile.fills;
    const parts: WaitingPart[] = [];
    let left = wanted;
    for (const [index, fill] of fills.entries()) {
      const isLast = index === fills.length - 1 && !isEnded;
      const lots = isLast ? left : Math.min(left, fill.lots);
      if (lots === 0) break;
      parts.push({ order, lots, bars: this.#waitOf(fill), profile: fill });
      left -= lots;
    }
    if (left > 0 && !isEnded) parts.push({ order, lots: left, bars: 0, profile: null });
    const { rest } = profile;
    // What is filled by the next bar, as by a backtest, is known when somebody decides again.
    const isUnknown = profile.isUnknown && parts.every(({ bars }) => bars > 0);
    if (!isEnded || rest === null || left === 0 || rest.end === "open") {
      return { parts, end: null, isUnknown };
    }
    const orderId = order.id;
    const report: BrokerReport = rest.end === "rejected"
      ? { kind: "rejected", orderId, reason: rest.reason }
      : { kind: rest.end, orderId };
    return { parts, end: { orderId, report, bars: rest.bars }, isUnknown };
  }

  #waitOf({ waits }: FillProfile): number {
    return waits.reduce((sum, { bars, cause }) => this.#repaired.has(cause) ? sum : sum + bars, 0);
  }
}
