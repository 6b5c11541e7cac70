import { type Bars, DAILY_INTERVAL_MS, tickValueMicros } from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { sizingLookback } from "../risk/mod.ts";
import {
  bookChanges,
  type BrokerReport,
  type Command,
  describeMove,
  type EngineEvent,
  type Executor,
  type Forecaster,
  isOnTick,
  isOrderStrategy,
  matchTrades,
  type OrderStrategy,
  type StrategyContext,
  toTicks,
  type Trade,
} from "../trading/mod.ts";
import type { Engine } from "./engine.ts";
import type { TakenDecision } from "./engine_options.ts";
import type { SlotView } from "./slot.ts";
import type { EngineResult, RunObserver, SlotRunOptions } from "./run_options.ts";
import { RunRecorder } from "./run_recorder.ts";

/** Executors of runs that have begun. */
const CLAIMED = new WeakSet<Executor>();

/** Orders and a position left over from another run would trade in this one. */
function claim(executor: Executor): void {
  if (CLAIMED.has(executor)) {
    throw new InputError(
      "Cannot run the engine as its executor has served another run: current value is a used one",
      { remedy: "make a new executor for each run and each slot" },
    );
  }
  CLAIMED.add(executor);
}

/** An object of its own fields, so that whoever spreads it has them all. */
type BarContext = { -readonly [K in keyof StrategyContext]: StrategyContext[K] };

/**
 * Drives one slot of an engine over stored bars with a broker that answers at once, without waiting
 * and without an object per bar where nothing happens.
 *
 * A bar has two steps, so that slots of one account can take them together: `trade` (fills of
 * earlier orders, the close, the forced close at the session's end) and `decide`.
 */
export class SlotRun {
  readonly recorder: RunRecorder;
  readonly #engine: Engine;
  readonly #slot: number;
  readonly #view: SlotView;
  readonly #options: SlotRunOptions;
  readonly #observer: RunObserver | undefined;
  readonly #forecaster: Forecaster | null;
  readonly #orderStrategy: OrderStrategy | null;
  readonly #tickSize: number;
  readonly #flattens: boolean;
  readonly #context: BarContext;
  readonly #tradeDay: Int32Array;
  readonly #isLast: Uint8Array;
  readonly #warmupBars: number;
  readonly #initialMicros: number;
  #heldLots = 0;
  #offTickPrices = 0;
  #missedSessionCloses = 0;
  #ruinedAt: number | null = null;

  /** @param initialMicros its own part of the cash */
  constructor(
    engine: Engine,
    slot: number,
    bars: Bars,
    options: SlotRunOptions,
    initialMicros: number,
    observer?: RunObserver,
  ) {
    const { from, strategy, to } = options;
    claim(options.executor);
    this.#engine = engine;
    this.#slot = slot;
    this.#view = engine.slot(slot);
    this.#options = options;
    this.#observer = observer;
    this.#initialMicros = initialMicros;
    this.#forecaster = isOrderStrategy(strategy) ? null : strategy.begin();
    this.#orderStrategy = isOrderStrategy(strategy) ? strategy : null;
    this.#tickSize = bars.instrument.tickSize;
    this.#flattens = options.flattenAtSessionEnd && bars.intervalMs < DAILY_INTERVAL_MS;
    this.#context = { bars, bar: from, exposure: 0, positionLots: 0, acts: false };
    this.#tradeDay = options.session.tradeDay;
    this.#isLast = options.session.isLast;
    this.#warmupBars = strategy.warmupBars;
    this.recorder = new RunRecorder(
      tickValueMicros(bars.instrument),
      Number.isFinite(to) ? to - from : 0,
    );
    engine.warm(slot, bars, Math.max(0, from - sizingLookback(options.sizing)), from);
  }

  /** Step 1: fills of the bar, its close, the forced close at the session's end. */
  trade(bars: Bars, row: number): void {
    const { executor } = this.#options;
    const context = this.#context, view = this.#view;
    context.bars = bars;
    context.bar = row;
    if (this.#flattens && this.#missedSessionClose(row)) this.#closeLate();
    if (!view.orders.isEmpty && view.isPaidInFull) {
      const priceTicks = toTicks(bars.open[row]!, this.#tickSize);
      this.#tell({ kind: "mark", slot: this.#slot, priceTicks });
    }
    const fills = executor.onBar(bars, row);
    if (fills.length > 0) {
      for (const fill of fills) this.#hear({ kind: "filled", fill });
      this.#engine.drain(this.#carryOut);
    }
    if (this.#orderStrategy !== null) this.#reconcile();
    this.#heldLots = view.positionLots;
    this.#countOffTickPrices(bars, row);
    this.#engine.closeBar(
      this.#slot,
      bars,
      row,
      this.#tradeDay[row]!,
      this.#isLast[row] === 1,
    );
    if (this.#mustFlatten(row)) this.#close("session-close");
  }

  /** Carries out one thing that the engine wants. */
  carryOut(command: Command): void {
    this.#carryOut(command);
  }

  /** Step 2: writes the close down and decides. */
  decide(isLastRow: boolean): void {
    const engine = this.#engine, context = this.#context;
    const { bar } = context;
    this.recorder.close(this.#view.equityMicros, this.#heldLots);
    if (engine.ruinedAt !== null) this.#ruinedAt ??= bar;
    if (bar < this.#warmupBars) return;
    const acts = !isLastRow && this.#ruinedAt === null && !this.#mustFlatten(bar);
    context.acts = acts;
    context.exposure = this.#view.exposure;
    context.positionLots = this.#view.positionLots;
    if (this.#forecaster !== null) {
      const forecast = this.#forecaster.forecast(context);
      if (!acts) return;
      engine.follow(this.#slot, forecast);
      engine.drain(this.#carryOut);
    } else if (acts) {
      this.#orderStrategy!.onClose(context, engine.gateway(this.#slot));
      engine.drain(this.#carryOut);
    }
  }

  /** Closes what is open at the last close; the equity written down there follows. */
  end(): void {
    if (this.recorder.length === 0 || this.#view.positionLots === 0) return;
    this.#close("end-of-data");
    this.recorder.replaceLastEquity(this.#view.equityMicros);
  }

  /** What happened. */
  result(): EngineResult {
    const { from, strategy } = this.#options;
    const { bars: { instrument } } = this.#context;
    const { recorder } = this;
    const { fills } = recorder;
    let trades: readonly Trade[] | undefined;
    return {
      strategy: strategy.name,
      from,
      to: from + recorder.length,
      initialMicros: this.#initialMicros,
      equityMicros: recorder.equityMicros(),
      positionLots: recorder.positionLots(),
      fills,
      get trades() {
        return trades ??= matchTrades(fills, tickValueMicros(instrument));
      },
      vetoes: this.#view.vetoes,
      totals: {
        orders: this.#view.orderCount,
        feesMicros: recorder.feesMicros,
        slippageMicros: recorder.slippageMicros,
        lotsTraded: recorder.lotsTraded,
        notionalTradedUsd: recorder.notionalTradedUsd,
        rolls: recorder.rolls,
        offTickPrices: this.#offTickPrices,
        missedSessionCloses: this.#missedSessionCloses,
      },
      ruinedAt: this.#ruinedAt,
    };
  }

  /** What the engine decided, for the observer. */
  observeDecision(decision: TakenDecision): void {
    const { bar } = this.#context;
    const sentence = (): string => this.#sentence(decision);
    this.#observer?.onDecision?.({
      ...decision,
      bar,
      get sentence() {
        return sentence();
      },
    });
  }

  #sentence({ positionLots, verdict, wantedLots }: TakenDecision): string {
    const why = this.#forecaster!.explain(this.#context);
    const move = describeMove({ positionLots, targetLots: wantedLots });
    const { reasons = [], vetoes = [] } = verdict ?? {};
    const overruled = vetoes.map((rule, i) => `${rule}: ${reasons[i]}`).join("; ");
    return `${why}: ${move}${overruled === "" ? "" : `; overruled by ${overruled}`}`;
  }

  #mustFlatten(row: number): boolean {
    return this.#flattens && this.#isLast[row] === 1;
  }

  /** A session can end without its last bar when nothing traded then. */
  #missedSessionClose(row: number): boolean {
    return row !== this.#options.from && this.#tradeDay[row] !== this.#tradeDay[row - 1];
  }

  /** The next best after a missed session close: flat from the new session's open on. */
  #closeLate(): void {
    const { orders, positionLots } = this.#view;
    if (positionLots + orders.forecastLots() !== 0) this.#missedSessionCloses++;
    const reason = "session-close";
    this.#tell({ kind: "close", slot: this.#slot, reason, atClose: false });
  }

  #close(reason: "session-close" | "end-of-data"): void {
    this.#tell({ kind: "close", slot: this.#slot, reason, atClose: true });
  }

  readonly #carryOut = (command: Command): void => {
    const { executor } = this.#options;
    if (command.kind === "submit") {
      const { order } = command;
      this.#observer?.onOrder?.(order);
      if (order.atClose === true) {
        const { bar, bars } = this.#context;
        this.#hear({ kind: "filled", fill: executor.atClose(bars, bar, order) });
        return;
      }
      executor.submit(order);
      // One that only sends to the market hears of its orders as they fill, one bar later.
      if (this.#orderStrategy !== null) {
        this.#hear({ kind: "accepted", orderId: order.id, lots: order.lots });
      }
    } else if (command.kind === "cancel") {
      executor.cancel(command.orderId);
      this.#hear({ kind: "cancelled", orderId: command.orderId });
    } else {
      executor.modify(command.orderId, command.lots);
      this.#hear({ kind: "accepted", orderId: command.orderId, lots: command.lots });
    }
  };

  #tell(event: EngineEvent): void {
    for (const command of this.#engine.take(event)) this.#carryOut(command);
    this.#engine.drain(this.#carryOut);
  }

  #hear(report: BrokerReport): void {
    if (report.kind === "filled") {
      this.recorder.fill(report.fill);
      this.#observer?.onFill?.(report.fill);
    }
    this.#engine.hear(this.#slot, report);
  }

  /** What changed in the broker's book without a fill. */
  #reconcile(): void {
    const known = this.#view.orders.all();
    for (const report of bookChanges(known, this.#options.executor.working())) this.#hear(report);
  }

  #countOffTickPrices(bars: Bars, row: number): void {
    if (!isOnTick(bars.open[row]!, this.#tickSize)) this.#countOffTick(bars.open[row]!, row);
    if (!isOnTick(bars.close[row]!, this.#tickSize)) this.#countOffTick(bars.close[row]!, row);
  }

  #countOffTick(price: number, row: number): void {
    if (!Number.isFinite(price)) {
      throw new RangeError(
        `Cannot run the engine as row ${row} has no price: current value is ${price}`,
      );
    }
    this.#offTickPrices++;
  }
}
