import {
  actionRows,
  type BarAction,
  type BarFunding,
  type Bars,
  DAILY_INTERVAL_MS,
  fundingMicros,
  fundingOf,
  type SessionMarks,
  sharesAt,
  tickValueMicros,
} from "../../market/mod.ts";
import {
  Account,
  type CostModel,
  type Executor,
  lotsAfterSplit,
  microsToUsd,
  type OrderReason,
  toTicks,
  usdToMicros,
} from "../../trading/mod.ts";
import { createSimulatedExecutor } from "../../execution/mod.ts";
import { affordLots, capLots } from "../../risk/mod.ts";

/** The market and the rules of the account, as the backtest has them. */
export interface EnvironmentOptions {
  /** What is traded. */
  readonly bars: Bars;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** Fees and slippage of one side. */
  readonly costs: CostModel;
  /** Of each episode, dollars. */
  readonly initialCashUsd: number;
  /** Initial margin of one lot, dollars; null to require the full price. */
  readonly marginPerLotUsd: number | null;
  /** Close at each session's last close; daily bars ignore it. */
  readonly flattenAtSessionEnd: boolean;
  /** Largest position in either direction, whole lots. */
  readonly maxLots: number;
}

/** Rows of one episode. */
export interface EpisodeWindow {
  /** Row at whose close the first decision is taken. */
  readonly from: number;
  /** Row after the last; an open position is closed at the close before it. */
  readonly to: number;
}

/** One account on its way through its window. */
interface Episode {
  readonly window: EpisodeWindow;
  readonly account: Account;
  readonly executor: Executor;
  bar: number;
  equityMicros: number;
  orders: number;
  isRuined: boolean;
}

/**
 * Many accounts side by side in the market of the backtest: one step is one bar for each. Fills,
 * fees, rolls, session ends, margin and ruin are the functions of the account, the executor and
 * the risk rules that the engine itself calls, in the engine's order, so that the same decisions
 * give the same equity to the last micro-dollar.
 *
 * @example
 * ```ts
 * import { TradingEnvironment } from "./trading_environment.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const price = Float64Array.of(5000, 5000.25, 5001);
 * const environment = new TradingEnvironment({
 *   bars: {
 *     instrument: findInstrument("MES"), intervalMs: 60_000, length: 3,
 *     time: Float64Array.of(0, 60_000, 120_000),
 *     open: price, high: price, low: price, close: price, volume: new Float64Array(3),
 *   },
 *   session: { tradeDay: new Int32Array(3), isLast: new Uint8Array(3) },
 *   costs: { feePerSideMicros: 0, slippageTicks: 0 },
 *   initialCashUsd: 10_000, marginPerLotUsd: 2_400, flattenAtSessionEnd: false, maxLots: 1,
 * });
 * environment.reset([{ from: 0, to: 3 }]);
 * environment.step(Int32Array.of(1));
 * environment.step(Int32Array.of(1));
 * assertEquals(environment.profitUsd(0), 3.75);
 * ```
 */
export class TradingEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #initialMicros: number;
  readonly #tickValueMicros: number;
  readonly #flattens: boolean;
  readonly #actions: ReadonlyMap<number, readonly BarAction[]>;
  readonly #funding: ReadonlyMap<number, readonly BarFunding[]>;
  #episodes: Episode[] = [];

  /** Makes an environment without episodes; `reset` begins some. */
  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#initialMicros = usdToMicros(options.initialCashUsd);
    this.#tickValueMicros = tickValueMicros(options.bars.instrument);
    this.#actions = new Map(actionRows(options.bars).map(({ actions, row }) => [row, actions]));
    this.#funding = Map.groupBy(fundingOf(options.bars), ({ row }) => row);
    this.#flattens = options.flattenAtSessionEnd && options.bars.intervalMs < DAILY_INTERVAL_MS;
  }

  /**
   * Begins one flat account in each window.
   *
   * @throws {RangeError} when a window does not hold two bars of the data
   */
  reset(windows: readonly EpisodeWindow[]): void {
    for (const { from, to } of windows) {
      if (from >= 0 && to - from >= 2 && to <= this.#options.bars.length) continue;
      throw new RangeError(
        `Cannot begin an episode as its window must hold two of ${this.#options.bars.length} bars: current value is ${from} to ${to}`,
      );
    }
    this.#episodes = windows.map((window) => ({
      window,
      account: new Account(this.#initialMicros, this.#tickValueMicros),
      executor: createSimulatedExecutor(this.#options.costs),
      bar: window.from,
      equityMicros: this.#initialMicros,
      orders: 0,
      isRuined: false,
    }));
  }

  /** Number of episodes. */
  get episodes(): number {
    return this.#episodes.length;
  }

  /**
   * Decides at the close of each episode's bar and goes on to the close of the next; an episode at
   * its end stays there.
   *
   * @param targetLots position wanted in each episode, whole lots; margin and `maxLots` may cut it
   */
  step(targetLots: Int32Array): void {
    this.#episodes.forEach((episode, index) => {
      if (this.#isDone(episode)) return;
      if (this.#mayDecide(episode)) this.#decide(episode, targetLots[index]!);
      episode.bar++;
      this.#advance(episode);
    });
  }

  /** Whether an episode has come to the end of its window. */
  isDone(episode: number): boolean {
    return this.#isDone(this.#episodes[episode]!);
  }

  /** Row that has just closed. */
  bar(episode: number): number {
    return this.#episodes[episode]!.bar;
  }

  /** Signed lots held now. */
  positionLots(episode: number): number {
    return this.#episodes[episode]!.account.positionLots;
  }

  /** Cash plus open profit at this close, micro-dollars. */
  equityMicros(episode: number): number {
    return this.#episodes[episode]!.equityMicros;
  }

  /** Equity less what the episode began with, dollars. */
  profitUsd(episode: number): number {
    return microsToUsd(this.#episodes[episode]!.equityMicros - this.#initialMicros);
  }

  /**
   * Whole lots of an exposure, rounded towards 0: `trunc(exposure · equity / (price · point value))`
   * (docs/methods.md#the-trading-problem).
   *
   * @param exposure signed, as a multiple of equity
   */
  lotsOf(episode: number, exposure: number): number {
    const { bar, equityMicros } = this.#episodes[episode]!;
    const { bars } = this.#options;
    const lotUsd = Math.abs(bars.close[bar]!) * bars.instrument.pointValue;
    if (lotUsd === 0 || equityMicros <= 0) return 0;
    return Math.trunc(exposure * microsToUsd(equityMicros) / lotUsd);
  }

  #isDone({ bar, window }: Episode): boolean {
    return bar + 1 >= window.to;
  }

  #mayDecide({ bar, isRuined }: Episode): boolean {
    return !isRuined && !this.#endsSession(bar);
  }

  #decide(episode: Episode, wanted: number): void {
    const { account, bar, equityMicros } = episode;
    const capped = capLots(wanted, this.#mostLots(episode));
    const requirement = this.#requirementMicros(bar);
    const target = affordLots(capped, account.positionLots, equityMicros, requirement);
    const lots = target - account.positionLots;
    if (lots !== 0) this.#submit(episode, lots, "signal");
    if (this.#missesSessionEnd(bar + 1) && target !== 0) {
      this.#submit(episode, -target, "session-close");
    }
  }

  #advance(episode: Episode): void {
    const { account, bar, executor, window } = episode;
    const { bars } = this.#options;
    this.#fund(account, bar, false);
    for (const { kind, value } of this.#actions.get(bar) ?? []) {
      if (kind === "dividend") account.pay(usdToMicros(value * bars.instrument.pointValue));
      else for (const fill of executor.split(bars, bar, value)) account.apply(fill);
    }
    for (const fill of executor.onBar(bars, bar)) account.apply(fill);
    this.#fund(account, bar, true);
    const mark = toTicks(bars.close[bar]!, bars.instrument.tickSize);
    if (this.#endsSession(bar)) this.#close(episode, "session-close");
    if (!episode.isRuined && account.equityMicros(mark) <= 0) {
      episode.isRuined = true;
      this.#close(episode, "margin");
    }
    if (bar + 1 === window.to) this.#close(episode, "end-of-data");
    episode.equityMicros = account.equityMicros(mark);
  }

  /** Funding payments of a bar, before its fills or at its close. */
  #fund(account: Account, bar: number, atClose: boolean): void {
    const { pointValue } = this.#options.bars.instrument;
    for (const due of this.#funding.get(bar) ?? []) {
      if (due.atClose !== atClose) continue;
      account.credit(fundingMicros(account.positionLots, pointValue, due));
    }
  }

  /** The lot limit is one of the window's first bar: it splits with the shares. */
  #mostLots({ bar, window }: Episode): number {
    const { bars, maxLots } = this.#options;
    const shares = sharesAt(bars, bars.time[bar]!) / sharesAt(bars, bars.time[window.from]!);
    return lotsAfterSplit(maxLots, shares);
  }

  #endsSession(bar: number): boolean {
    return this.#flattens && this.#options.session.isLast[bar] === 1;
  }

  #missesSessionEnd(bar: number): boolean {
    const { tradeDay } = this.#options.session;
    return this.#flattens && tradeDay[bar] !== tradeDay[bar - 1];
  }

  #requirementMicros(bar: number): number {
    const { bars, costs, marginPerLotUsd } = this.#options;
    const backing = marginPerLotUsd === null
      ? Math.abs(toTicks(bars.close[bar]!, bars.instrument.tickSize)) * this.#tickValueMicros
      : usdToMicros(marginPerLotUsd);
    return backing + costs.feePerSideMicros + costs.slippageTicks * this.#tickValueMicros;
  }

  #submit(episode: Episode, lots: number, reason: OrderReason): void {
    episode.executor.submit(this.#order(episode, lots, reason));
  }

  #close(episode: Episode, reason: OrderReason): void {
    const { account, bar, executor } = episode;
    if (account.positionLots === 0) return;
    const order = this.#order(episode, -account.positionLots, reason);
    account.apply(executor.atClose(this.#options.bars, bar, order));
  }

  #order(episode: Episode, lots: number, reason: OrderReason) {
    const { bars } = this.#options;
    const decidedAt = bars.time[episode.bar]! + bars.intervalMs;
    return { id: ++episode.orders, lots, reason, decidedAt };
  }
}
