import type { Bars } from "../market/bars.ts";
import { DAILY_INTERVAL_MS } from "../market/calendar.ts";
import type { Fill } from "../trading/fill.ts";
import { tickValueMicros } from "../market/instruments.ts";
import type { OrderReason } from "../trading/order.ts";
import type { Executor, OrderExecutor } from "../trading/ports.ts";
import { Account } from "../trading/account.ts";
import { type LotMargin, MarginTable } from "../trading/margin.ts";
import { isOnTick, microsToUsd, toTicks, usdToMicros } from "../trading/money.ts";
import { matchTrades, type Trade } from "../trading/trades.ts";
import { coverMargin, type MarginedPosition } from "./engine_margin.ts";
import type { EngineOptions, EngineResult } from "./engine_options.ts";
import {
  createOrderGateway,
  isOrderStrategy,
  type OrderGateway,
  type OrderStrategy,
  reachableLots,
} from "./engine_orders.ts";
import { EquityRecorder } from "./equity_recorder.ts";
import { OrderMaker } from "./engine_order_maker.ts";
import { affordLots, capLots, type Veto } from "../risk/risk.ts";
import type { Strategy, StrategyContext } from "../trading/strategy.ts";

/** Everything that decides one strategy's part of a run. */
export type SlotOptions = Omit<EngineOptions, "initialCashUsd">;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One strategy on one instrument, stepped bar by bar: alone, or as a part of a shared account.
 *
 * A bar has three steps: `trade` (fills of earlier orders, forced closes at the session's end),
 * `cover` (ruin and margin) and `decide` (record, settle, decide, send orders).
 */
export class EngineSlot implements MarginedPosition {
  /** Equity of the account outside this slot; 0 when it is alone. */
  elsewhereMicros = 0;
  /** Margin that the other slots of the account tie up; 0 when it is alone. */
  committedMicros = 0;

  readonly #options: SlotOptions;
  readonly #target: Strategy | null;
  readonly #orderStrategy: OrderStrategy | null;
  readonly #gateway: OrderGateway | null;
  readonly #orderExecutor: OrderExecutor | null;
  readonly #tickSize: number;
  readonly #tickValueMicros: number;
  readonly #initialMicros: number;
  /** Margin of one lot that never changes; null when it is the full price. */
  readonly #fixedMarginMicros: number | null;
  /** Fee and slippage of closing one lot. */
  readonly closingCostMicros: number;
  readonly #isIntraday: boolean;
  readonly #flattens: boolean;
  readonly #settles: boolean;
  readonly #margins: MarginTable | null;
  readonly #account: Account;
  readonly #recorder: EquityRecorder;
  readonly #orders: OrderMaker;
  readonly #fills: Fill[] = [];
  readonly #vetoes: Record<Veto, number> = { "max-lots": 0, margin: 0 };
  readonly #context: Writable<StrategyContext>;
  #markTicks = 0;
  /** Own equity at the last close: one element, as a number field would be boxed on every bar. */
  readonly #equityMicros: Float64Array;
  /** Lots held through the bar, forced closes at its close not counted. */
  #heldLots = 0;
  /** Signed lots ordered for a target and not yet filled. */
  #pendingLots = 0;
  #notionalTradedUsd = 0;
  #rollFills = 0;
  #offTickPrices = 0;
  #missedSessionCloses = 0;
  #isTradable = false;
  #ruinedAt: number | null = null;

  /**
   * Makes a slot that has not traded.
   *
   * @param initialMicros its own part of the cash
   */
  constructor(bars: Bars, options: SlotOptions, initialMicros: number) {
    const { costs, from, margin, marginPerLotUsd, strategy, to } = options;
    this.#options = options;
    this.#target = isOrderStrategy(strategy) ? null : strategy;
    this.#orderStrategy = isOrderStrategy(strategy) ? strategy : null;
    this.#orderExecutor = isOrderExecutor(options.executor) ? options.executor : null;
    this.#gateway = this.#orderStrategy === null ? null : this.#openGateway();
    this.#tickSize = bars.instrument.tickSize;
    this.#tickValueMicros = tickValueMicros(bars.instrument);
    this.#initialMicros = initialMicros;
    this.#orders = new OrderMaker(options.journal);
    this.#fixedMarginMicros = marginPerLotUsd === null ? null : usdToMicros(marginPerLotUsd);
    this.closingCostMicros = costs.feePerSideMicros + costs.slippageTicks * this.#tickValueMicros;
    this.#isIntraday = bars.intervalMs < DAILY_INTERVAL_MS;
    this.#flattens = options.flattenAtSessionEnd && this.#isIntraday;
    this.#settles = bars.instrument.kind === "future";
    this.#margins = margin === undefined ? null : new MarginTable(bars.instrument, margin);
    this.#account = new Account(initialMicros, this.#tickValueMicros);
    this.#equityMicros = Float64Array.of(initialMicros);
    this.#recorder = new EquityRecorder(Number.isFinite(to) ? to - from : undefined);
    this.#context = { bars, bar: from, positionLots: 0, equityMicros: initialMicros };
  }

  /** Signed lots held now. */
  get positionLots(): number {
    return this.#account.positionLots;
  }

  /** Own cash plus open profit at the last close. */
  get equityMicros(): number {
    return this.#equityMicros[0]!;
  }

  /** Own cash. */
  get cashMicros(): number {
    return this.#account.cashMicros;
  }

  /** What keeping one lot over this close needs. */
  get maintenanceMicros(): number {
    const isOvernight = !this.#isIntraday || this.#endsSession(this.#context.bar);
    return this.#lotMargin(isOvernight)?.maintenanceMicros ?? 0;
  }

  /** What opening one lot needs: its margin or full price. */
  get initialMarginMicros(): number {
    if (this.#margins !== null) return this.#lotMargin(false)!.initialMicros;
    return this.#fixedMarginMicros ?? Math.abs(this.#markTicks) * this.#tickValueMicros;
  }

  /** Largest position that its orders on their way could lead to; at least what it holds. */
  get reservedLots(): number {
    const lots = this.positionLots;
    if (this.#target !== null) return Math.max(Math.abs(lots), Math.abs(lots + this.#pendingLots));
    return Math.max(...[1, -1].map((side) => reachableLots(this.#orderExecutor!, lots, side)));
  }

  /** Whether it has just traded a bar; the account says when the moment has passed. */
  get isTradable(): boolean {
    return this.#isTradable;
  }

  /** Step 1: the fills of the bar, the mark at its close, the forced close at the session's end. */
  trade(bars: Bars, bar: number): void {
    if (this.#missedSessionClose(bar)) this.#closeLate(bars, bar);
    for (const fill of this.#options.executor.onBar(bars, bar)) this.#book(fill);
    this.#heldLots = this.#account.positionLots;
    this.#countOffTickPrices(bars, bar);
    this.#markTicks = toTicks(bars.close[bar]!, this.#tickSize);
    this.#context.bars = bars;
    this.#context.bar = bar;
    this.#isTradable = true;
    this.#equityMicros[0] = this.#account.equityMicros(this.#markTicks);
    if (this.#mustFlatten(bar)) this.#closeAll("session-close");
  }

  /** Step 2 of a slot that is alone: everything is closed when equity is used up or too small. */
  cover(): void {
    const equityMicros = this.#equityMicros[0]!;
    const held = Math.abs(this.positionLots);
    if (equityMicros <= 0) this.ruin();
    else if (held !== 0 && this.#margins !== null && held * this.maintenanceMicros > equityMicros) {
      coverMargin(0, [this]);
    }
  }

  /** Step 3: records the close, pays daily profit, decides. */
  decide(): void {
    const context = this.#context;
    const { bar } = context;
    const account = this.#account;
    const equityMicros = this.#equityMicros[0]!;
    this.#recorder.push(equityMicros, this.#heldLots);
    if (this.#settles && this.#endsSession(bar)) account.settle(this.#markTicks);
    context.positionLots = account.positionLots;
    context.equityMicros = equityMicros + this.elsewhereMicros;
    this.#isTradable = false;
    if (!this.#mayDecide(bar)) return;
    if (this.#target !== null) this.#follow(this.#target, context);
    else this.#orderStrategy!.onClose(context, this.#gateway!);
  }

  /** Closes what is open at this close and trades no more. */
  ruin(): void {
    if (this.#ruinedAt === null) this.#ruinedAt = this.#context.bar;
    this.#closeAll("margin");
  }

  /** Closes some lots at this close. */
  liquidate(lots: number): void {
    this.#closeLots(-Math.sign(this.positionLots) * lots, "margin");
  }

  /** Closes what is open at the last close; the equity recorded there follows. */
  end(): void {
    if (this.#recorder.length === 0 || this.positionLots === 0) return;
    this.#closeAll("end-of-data");
    this.#recorder.replaceLastEquity(this.equityMicros);
  }

  /** What happened. */
  result(): EngineResult {
    const { strategy, from } = this.#options;
    const account = this.#account;
    const fills = this.#fills;
    const tickValueMicros = this.#tickValueMicros;
    let trades: readonly Trade[] | undefined;
    return {
      strategy: strategy.name,
      from,
      to: from + this.#recorder.length,
      initialMicros: this.#initialMicros,
      equityMicros: this.#recorder.equityMicros(),
      positionLots: this.#recorder.positionLots(),
      fills,
      get trades() {
        return trades ??= matchTrades(fills, tickValueMicros);
      },
      vetoes: this.#vetoes,
      totals: {
        orders: this.#orders.count,
        feesMicros: account.feesMicros,
        slippageMicros: account.slippageMicros,
        lotsTraded: account.lotsTraded,
        notionalTradedUsd: this.#notionalTradedUsd,
        rolls: this.#rollFills / 2,
        offTickPrices: this.#offTickPrices,
        missedSessionCloses: this.#missedSessionCloses,
      },
      ruinedAt: this.#ruinedAt,
    };
  }

  #book(fill: Fill): void {
    this.#account.apply(fill);
    this.#fills.push(fill);
    this.#options.journal?.fill(fill);
    const valueMicros = Math.abs(fill.lots * fill.priceTicks) * this.#tickValueMicros;
    this.#notionalTradedUsd += microsToUsd(valueMicros);
    if (fill.reason === "roll") this.#rollFills++;
    else if (fill.reason === "signal" && this.#target !== null) this.#pendingLots -= fill.lots;
  }

  #lotMargin(isOvernight: boolean): LotMargin | null {
    if (this.#margins === null) return null;
    const tradeDay = this.#options.session.tradeDay[this.#context.bar]!;
    return this.#margins.of(this.#markTicks, tradeDay, isOvernight);
  }

  /** Each daily bar ends a session of its own. */
  #endsSession(bar: number): boolean {
    return !this.#isIntraday || this.#options.session.isLast[bar] === 1;
  }

  #mustFlatten(bar: number): boolean {
    return this.#flattens && this.#options.session.isLast[bar] === 1;
  }

  /** A session can end without its last bar when nothing traded then. */
  #missedSessionClose(bar: number): boolean {
    if (!this.#flattens || bar === this.#options.from) return false;
    const { tradeDay } = this.#options.session;
    if (tradeDay[bar] === tradeDay[bar - 1]) return false;
    if (this.#gateway !== null) this.#gateway.cancelAll();
    return this.#account.positionLots + this.#pendingLots !== 0;
  }

  /** The next best after a missed session close: flat from the new session's open on. */
  #closeLate(bars: Bars, bar: number): void {
    const lots = -this.#account.positionLots - this.#pendingLots;
    this.#missedSessionCloses++;
    this.#options.executor.submit(this.#orders.market(lots, "session-close", bars.time[bar]!));
  }

  /** An order decided on the last row could never fill, so none is. */
  #mayDecide(bar: number): boolean {
    const { strategy, to } = this.#options;
    return bar >= strategy.warmupBars && bar + 1 < to && this.#ruinedAt === null &&
      !this.#mustFlatten(bar);
  }

  #follow(strategy: Strategy, context: StrategyContext): void {
    const { maxLots, journal } = this.#options;
    const wanted = strategy.targetLots(context);
    if (!Number.isInteger(wanted)) {
      throw new RangeError(
        `Cannot trade as strategy ${strategy.name} must ask for whole lots at row ${context.bar}: current value is ${wanted}`,
      );
    }
    const capped = capLots(wanted, maxLots);
    const targetLots = affordLots(
      capped,
      context.positionLots,
      context.equityMicros - this.committedMicros,
      this.initialMarginMicros + this.closingCostMicros,
    );
    if (capped !== wanted) this.#vetoes["max-lots"]++;
    if (targetLots !== capped) this.#vetoes.margin++;
    if (journal !== undefined) {
      this.#journalDecision(strategy, context, { wanted, capped, targetLots });
    }

    const lots = targetLots - context.positionLots - this.#pendingLots;
    if (lots === 0) return;
    this.#pendingLots += lots;
    this.#options.executor.submit(this.#orders.market(lots, "signal", this.#closeTime()));
  }

  #journalDecision(
    strategy: Strategy,
    context: StrategyContext,
    lots: { readonly wanted: number; readonly capped: number; readonly targetLots: number },
  ): void {
    const { wanted, capped, targetLots } = lots;
    const vetoes: Veto[] = [];
    if (capped !== wanted) vetoes.push("max-lots");
    if (targetLots !== capped) vetoes.push("margin");
    const reason = strategy.explain?.(context, wanted) ?? `${strategy.name} wants ${wanted} lots`;
    this.#options.journal?.decision({ bar: context.bar, targetLots, reason, vetoes });
  }

  #openGateway(): OrderGateway {
    if (this.#orderExecutor === null) {
      throw new TypeError(
        "Cannot make an engine as a strategy with orders of its own needs an executor that works them",
      );
    }
    const { maxLots } = this.#options;
    return createOrderGateway(this.#orderExecutor, {
      maxLots,
      positionLots: () => this.positionLots,
      canBack: (lots) =>
        lots * (this.initialMarginMicros + this.closingCostMicros) <=
          this.#context.equityMicros - this.committedMicros,
      makeOrder: (request, group) => this.#orders.requested(request, group, this.#closeTime()),
      refuse: (veto) => this.#vetoes[veto]++,
    });
  }

  /** Forced closes take everything back that still works. */
  #closeAll(reason: OrderReason): void {
    this.#orderExecutor?.cancelAll();
    this.#pendingLots = 0;
    if (this.positionLots !== 0) this.#closeLots(-this.positionLots, reason);
  }

  #closeLots(lots: number, reason: OrderReason): void {
    const { bar, bars } = this.#context;
    const order = this.#orders.market(lots, reason, this.#closeTime());
    this.#book(this.#options.executor.atClose(bars, bar, order));
    this.#equityMicros[0] = this.#account.equityMicros(this.#markTicks);
  }

  #closeTime(): number {
    const { bar, bars } = this.#context;
    return bars.time[bar]! + bars.intervalMs;
  }

  #countOffTickPrices(bars: Bars, bar: number): void {
    if (!isOnTick(bars.open[bar]!, this.#tickSize)) this.#offTickPrices++;
    if (!isOnTick(bars.close[bar]!, this.#tickSize)) this.#offTickPrices++;
  }
}

function isOrderExecutor(executor: Executor): executor is OrderExecutor {
  return "cancelAll" in executor;
}
