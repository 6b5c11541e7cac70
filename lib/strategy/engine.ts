import type { Bars } from "../domain/bars.ts";
import { DAILY_INTERVAL_MS } from "../domain/calendar.ts";
import type { Fill } from "../domain/fill.ts";
import { tickValueMicros } from "../domain/instruments.ts";
import type { Order, OrderReason } from "../domain/order.ts";
import type { Feed } from "../domain/ports.ts";
import { Account } from "../portfolio/account.ts";
import { isOnTick, microsToUsd, toTicks, usdToMicros } from "../portfolio/money.ts";
import { matchTrades, type Trade } from "../portfolio/trades.ts";
import { checkEngineOptions, type EngineOptions, type EngineResult } from "./engine_options.ts";
import { EquityRecorder } from "./equity_recorder.ts";
import { affordLots, capLots, type Veto } from "./risk.ts";
import type { StrategyContext } from "./strategy.ts";

/** One run, stepped bar by bar. */
export interface Engine {
  /** Takes the next row in. Rows come in order, from `from` on, without gaps. */
  onBar(bars: Bars, bar: number): void;
  /** Closes what is open at the last bar's close and hands over the result. Call it once. */
  finish(bars: Bars): EngineResult;
}

/**
 * Makes an engine for one run: the same loop for backtest, paper and live.
 *
 * Each bar: fills of earlier orders, forced closes, mark, decision, risk, new order. An order
 * decided at the close of bar t fills at the open of bar t + 1 or later.
 *
 * @throws RangeError when an option is outside its range.
 */
export function createEngine(bars: Bars, options: EngineOptions): Engine {
  checkEngineOptions(options);
  return new BarEngine(bars, options);
}

/**
 * Runs a strategy over stored bars.
 *
 * @throws RangeError when an option is outside its range or the rows do not lie within the bars.
 * @example
 * ```ts
 * import { runEngine } from "./engine.ts";
 * import { buyAndHold } from "./baselines.ts";
 * import { findInstrument } from "../domain/instruments.ts";
 * import { createSimulatedExecutor } from "../execution/simulated_executor.ts";
 * import { assertEquals } from "../utils/assert.ts";
 *
 * const price = Float64Array.of(5000, 5000.25, 5001, 5002);
 * const bars = {
 *   instrument: findInstrument("MES"),
 *   intervalMs: 60_000,
 *   length: 4,
 *   time: Float64Array.of(0, 60_000, 120_000, 180_000),
 *   open: price,
 *   high: price,
 *   low: price,
 *   close: price,
 *   volume: new Float64Array(4),
 * };
 * const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };
 * const result = runEngine(bars, {
 *   strategy: buyAndHold(1),
 *   executor: createSimulatedExecutor(costs),
 *   initialCashUsd: 10_000,
 *   costs,
 *   marginPerLotUsd: 2_400,
 *   flattenAtSessionEnd: false,
 *   maxLots: 1,
 *   session: { tradeDay: new Int32Array(4), isLast: new Uint8Array(4) },
 *   from: 0,
 *   to: 4,
 * });
 * // Bought at 5000.25 and sold at 5002, a tick of $1.25 and a fee of $0.62 lost on each side.
 * assertEquals(result.trades[0]?.netMicros, 8_750_000 - 2 * 1_250_000 - 2 * 620_000);
 * ```
 */
export function runEngine(bars: Bars, options: EngineOptions): EngineResult {
  const { from, to, session } = options;
  if (!(to <= bars.length && to <= session.isLast.length && to <= session.tradeDay.length)) {
    throw new RangeError(
      `Cannot run the engine as bars and session marks must reach to row ${to}: current value is ${bars.length} bars, ${session.isLast.length} marks`,
    );
  }
  const engine = createEngine(bars, options);
  for (let bar = from; bar < to; bar++) engine.onBar(bars, bar);
  return engine.finish(bars);
}

/**
 * Runs a strategy over a feed, waiting for each bar, until the feed ends.
 *
 * @throws RangeError when an option is outside its range.
 */
export async function runEngineOnFeed(feed: Feed, options: EngineOptions): Promise<EngineResult> {
  const engine = createEngine(feed.bars, options);
  for (let bar = await feed.next(); bar !== null; bar = await feed.next()) {
    engine.onBar(feed.bars, bar);
  }
  return engine.finish(feed.bars);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class BarEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #tickSize: number;
  readonly #tickValueMicros: number;
  readonly #initialMicros: number;
  readonly #flattens: boolean;
  readonly #account: Account;
  readonly #recorder: EquityRecorder;
  readonly #fills: Fill[] = [];
  readonly #vetoes: Record<Veto, number> = { "max-lots": 0, margin: 0 };
  readonly #context: Writable<StrategyContext>;
  #orders = 0;
  /** Signed lots ordered and not yet filled. */
  #pendingLots = 0;
  #notionalTradedUsd = 0;
  #rollFills = 0;
  #offTickPrices = 0;
  #missedSessionCloses = 0;
  #ruinedAt: number | null = null;

  constructor(bars: Bars, options: EngineOptions) {
    const { from, to } = options;
    this.#options = options;
    this.#tickSize = bars.instrument.tickSize;
    this.#tickValueMicros = tickValueMicros(bars.instrument);
    this.#initialMicros = usdToMicros(options.initialCashUsd);
    this.#flattens = options.flattenAtSessionEnd && bars.intervalMs < DAILY_INTERVAL_MS;
    this.#account = new Account(this.#initialMicros, this.#tickValueMicros);
    this.#recorder = new EquityRecorder(Number.isFinite(to) ? to - from : undefined);
    this.#context = { bars, bar: from, positionLots: 0, equityMicros: this.#initialMicros };
  }

  onBar(bars: Bars, bar: number): void {
    const account = this.#account;
    if (this.#missedSessionClose(bar)) this.#closeLate(bars, bar);
    for (const fill of this.#options.executor.onBar(bars, bar)) this.#book(fill);
    const heldLots = account.positionLots;

    this.#countOffTickPrices(bars, bar);
    const markTicks = this.#markTicks(bars, bar);
    if (this.#mustFlatten(bar)) this.#closePosition(bars, bar, "session-close");
    let equityMicros = account.equityMicros(markTicks);
    if (equityMicros <= 0 && this.#ruinedAt === null) {
      this.#ruinedAt = bar;
      this.#closePosition(bars, bar, "margin");
      equityMicros = account.equityMicros(markTicks);
    }
    this.#recorder.push(equityMicros, heldLots);

    const context = this.#context;
    context.bars = bars;
    context.bar = bar;
    context.positionLots = account.positionLots;
    context.equityMicros = equityMicros;
    if (this.#mayDecide(bar)) this.#decide(context, markTicks);
  }

  finish(bars: Bars): EngineResult {
    const { strategy, from } = this.#options;
    const account = this.#account;
    const last = this.#context.bar;
    if (this.#recorder.length > 0 && account.positionLots !== 0) {
      this.#closePosition(bars, last, "end-of-data");
      this.#recorder.replaceLastEquity(account.equityMicros(this.#markTicks(bars, last)));
    }
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
        orders: this.#orders,
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
    else if (fill.reason === "signal") this.#pendingLots -= fill.lots;
  }

  #markTicks(bars: Bars, bar: number): number {
    return toTicks(bars.close[bar]!, this.#tickSize);
  }

  #mustFlatten(bar: number): boolean {
    return this.#flattens && this.#options.session.isLast[bar] === 1;
  }

  /** A session can end without its last bar when nothing traded then. */
  #missedSessionClose(bar: number): boolean {
    if (!this.#flattens || bar === this.#options.from) return false;
    const { tradeDay } = this.#options.session;
    return tradeDay[bar] !== tradeDay[bar - 1] &&
      this.#account.positionLots + this.#pendingLots !== 0;
  }

  /** The next best after a missed session close: flat from the new session's open on. */
  #closeLate(bars: Bars, bar: number): void {
    const lots = -this.#account.positionLots - this.#pendingLots;
    this.#missedSessionCloses++;
    this.#options.executor.submit(this.#order(lots, "session-close", bars.time[bar]!));
  }

  /** An order decided on the last row could never fill, so none is. */
  #mayDecide(bar: number): boolean {
    const { strategy, to } = this.#options;
    return bar >= strategy.warmupBars && bar + 1 < to && this.#ruinedAt === null &&
      !this.#mustFlatten(bar);
  }

  #decide(context: StrategyContext, markTicks: number): void {
    const { strategy, maxLots, journal } = this.#options;
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
      context.equityMicros,
      this.#requirementMicros(markTicks),
    );
    if (capped !== wanted) this.#vetoes["max-lots"]++;
    if (targetLots !== capped) this.#vetoes.margin++;
    if (journal !== undefined) this.#journalDecision(context, wanted, capped, targetLots);

    const lots = targetLots - context.positionLots - this.#pendingLots;
    if (lots === 0) return;
    this.#pendingLots += lots;
    const decidedAt = closeTime(context.bars, context.bar);
    this.#options.executor.submit(this.#order(lots, "signal", decidedAt));
  }

  /** What one lot must be backed with: its margin or full price, and the cost of entering. */
  #requirementMicros(markTicks: number): number {
    const { marginPerLotUsd, costs } = this.#options;
    const backing = marginPerLotUsd === null
      ? Math.abs(markTicks) * this.#tickValueMicros
      : usdToMicros(marginPerLotUsd);
    return backing + costs.feePerSideMicros + costs.slippageTicks * this.#tickValueMicros;
  }

  #journalDecision(
    context: StrategyContext,
    wanted: number,
    capped: number,
    targetLots: number,
  ): void {
    const { strategy, journal } = this.#options;
    const vetoes: Veto[] = [];
    if (capped !== wanted) vetoes.push("max-lots");
    if (targetLots !== capped) vetoes.push("margin");
    const reason = strategy.explain?.(context, wanted) ?? `${strategy.name} wants ${wanted} lots`;
    journal?.decision({ bar: context.bar, targetLots, reason, vetoes });
  }

  #closePosition(bars: Bars, bar: number, reason: OrderReason): void {
    const lots = -this.#account.positionLots;
    if (lots === 0) return;
    const order = this.#order(lots, reason, closeTime(bars, bar));
    this.#book(this.#options.executor.atClose(bars, bar, order));
  }

  #order(lots: number, reason: OrderReason, decidedAt: number): Order {
    this.#orders++;
    const order = { id: this.#orders, lots, reason, decidedAt };
    this.#options.journal?.order(order);
    return order;
  }

  #countOffTickPrices(bars: Bars, bar: number): void {
    if (!isOnTick(bars.open[bar]!, this.#tickSize)) this.#offTickPrices++;
    if (!isOnTick(bars.close[bar]!, this.#tickSize)) this.#offTickPrices++;
  }
}

function closeTime(bars: Bars, bar: number): number {
  return bars.time[bar]! + bars.intervalMs;
}
