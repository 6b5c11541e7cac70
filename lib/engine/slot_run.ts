import type { Bars } from "../market/bars.ts";
import { InputError } from "../core/errors.ts";
import { DAILY_INTERVAL_MS } from "../market/calendar.ts";
import { tickValueMicros } from "../market/instruments.ts";
import { sizingLookback } from "../risk/sizing.ts";
import { bookChanges } from "../trading/book_changes.ts";
import { describeMove } from "../trading/decision_text.ts";
import type { BrokerReport, Command } from "../trading/events.ts";
import { isOnTick, toTicks } from "../trading/money.ts";
import {
  type Forecaster,
  isOrderStrategy,
  type OrderStrategy,
  type StrategyContext,
} from "../trading/strategy.ts";
import type { Executor } from "../trading/ports.ts";
import { matchTrades, type Trade } from "../trading/trades.ts";
import type { Engine } from "./engine.ts";
import type { TakenDecision } from "./engine_options.ts";
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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

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
  readonly #options: SlotRunOptions;
  readonly #observer: RunObserver | undefined;
  readonly #forecaster: Forecaster | null;
  readonly #orderStrategy: OrderStrategy | null;
  readonly #tickSize: number;
  readonly #flattens: boolean;
  readonly #context: Writable<StrategyContext>;
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
    this.#options = options;
    this.#observer = observer;
    this.#initialMicros = initialMicros;
    this.#forecaster = isOrderStrategy(strategy) ? null : strategy.begin();
    this.#orderStrategy = isOrderStrategy(strategy) ? strategy : null;
    this.#tickSize = bars.instrument.tickSize;
    this.#flattens = options.flattenAtSessionEnd && bars.intervalMs < DAILY_INTERVAL_MS;
    this.#context = { bars, bar: from, exposure: 0, positionLots: 0, acts: false };
    this.recorder = new RunRecorder(
      tickValueMicros(bars.instrument),
      Number.isFinite(to) ? to - from : 0,
    );
    engine.warm(slot, bars, Math.max(0, from - sizingLookback(options.sizing)), from);
  }

  /** Step 1: fills of the bar, its close, the forced close at the session's end. */
  trade(bars: Bars, row: number): void {
    const { executor, session } = this.#options;
    this.#context.bars = bars;
    this.#context.bar = row;
    if (this.#flattens && this.#missedSessionClose(row)) this.#closeLate();
    if (!this.#engine.slot(this.#slot).orders.isEmpty) {
      const priceTicks = toTicks(bars.open[row]!, this.#tickSize);
      this.#carryOut(this.#engine.take({ kind: "mark", slot: this.#slot, priceTicks }));
    }
    for (const fill of executor.onBar(bars, row)) this.#hear({ kind: "filled", fill });
    if (this.#orderStrategy !== null) this.#reconcile();
    this.#heldLots = this.#engine.slot(this.#slot).positionLots;
    this.#countOffTickPrices(bars, row);
    this.#carryOut(this.#engine.take({
      kind: "bar",
      slot: this.#slot,
      bars,
      row,
      tradeDay: session.tradeDay[row]!,
      endsSession: session.isLast[row] === 1,
    }));
    if (this.#mustFlatten(row)) this.#close("session-close");
  }

  /** Carries out what the engine wants after the whole moment is known. */
  carryOut(commands: readonly Command[]): void {
    this.#carryOut(commands);
  }

  /** Step 2: writes the close down and decides. */
  decide(isLastRow: boolean): void {
    const engine = this.#engine, context = this.#context;
    const { equityMicros, exposure, positionLots } = engine.slot(this.#slot);
    const { bar } = context;
    this.recorder.close(equityMicros, this.#heldLots);
    if (this.#ruinedAt === null && engine.ruinedAt !== null) this.#ruinedAt = bar;
    if (bar < this.#options.strategy.warmupBars) return;
    context.exposure = exposure;
    context.positionLots = positionLots;
    context.acts = !isLastRow && this.#ruinedAt === null && !this.#mustFlatten(bar);
    if (this.#forecaster !== null) {
      const forecast = this.#forecaster.forecast(context);
      if (!context.acts) return;
      this.#carryOut(engine.take({ kind: "forecast", slot: this.#slot, forecast }));
    } else if (context.acts) {
      this.#orderStrategy!.onClose(context, engine.gateway(this.#slot));
      this.#carryOut(engine.takeCommands());
    }
  }

  /** Closes what is open at the last close; the equity written down there follows. */
  end(): void {
    const slot = this.#engine.slot(this.#slot);
    if (this.recorder.length === 0 || slot.positionLots === 0) return;
    this.#close("end-of-data");
    this.recorder.replaceLastEquity(slot.equityMicros);
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
      vetoes: this.#engine.slot(this.#slot).vetoes,
      totals: {
        orders: this.#engine.slot(this.#slot).orderCount,
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
    return this.#flattens && this.#options.session.isLast[row] === 1;
  }

  /** A session can end without its last bar when nothing traded then. */
  #missedSessionClose(row: number): boolean {
    const { from, session: { tradeDay } } = this.#options;
    return row !== from && tradeDay[row] !== tradeDay[row - 1];
  }

  /** The next best after a missed session close: flat from the new session's open on. */
  #closeLate(): void {
    const { orders, positionLots } = this.#engine.slot(this.#slot);
    if (positionLots + orders.forecastLots() !== 0) this.#missedSessionCloses++;
    const reason = "session-close";
    this.#carryOut(
      this.#engine.take({ kind: "close", slot: this.#slot, reason, atClose: false }),
    );
  }

  #close(reason: "session-close" | "end-of-data"): void {
    this.#carryOut(this.#engine.take({ kind: "close", slot: this.#slot, reason, atClose: true }));
  }

  #carryOut(commands: readonly Command[]): void {
    const { executor } = this.#options;
    for (const command of commands) {
      if (command.kind === "submit") {
        const { order } = command;
        this.#observer?.onOrder?.(order);
        if (order.atClose === true) {
          const { bar, bars } = this.#context;
          this.#hear({ kind: "filled", fill: executor.atClose(bars, bar, order) });
        } else {
          executor.submit(order);
          this.#hear({ kind: "accepted", orderId: order.id, lots: order.lots });
        }
      } else if (command.kind === "cancel") {
        executor.cancel(command.orderId);
        this.#hear({ kind: "cancelled", orderId: command.orderId });
      } else {
        executor.modify(command.orderId, command.lots);
        this.#hear({ kind: "accepted", orderId: command.orderId, lots: command.lots });
      }
    }
  }

  #hear(report: BrokerReport): void {
    if (report.kind === "filled") {
      this.recorder.fill(report.fill);
      this.#observer?.onFill?.(report.fill);
    }
    this.#carryOut(this.#engine.take({ kind: "report", slot: this.#slot, report }));
  }

  /** What changed in the broker's book without a fill. */
  #reconcile(): void {
    const known = this.#engine.slot(this.#slot).orders.all();
    for (const report of bookChanges(known, this.#options.executor.working())) this.#hear(report);
  }

  #countOffTickPrices(bars: Bars, row: number): void {
    if (!isOnTick(bars.open[row]!, this.#tickSize)) this.#offTickPrices++;
    if (!isOnTick(bars.close[row]!, this.#tickSize)) this.#offTickPrices++;
  }
}
