import {
  actionRows,
  type BarFunding,
  type Bars,
  DAILY_INTERVAL_MS,
  fundingMicros,
  fundingOf,
  tickValueMicros,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { sizingLookback } from "../risk/mod.ts";
import {
  bookChanges,
  type BrokerReport,
  type Command,
  describeMove,
  type EngineEvent,
  type Executor,
  type Fill,
  type Forecaster,
  isOnTick,
  isOrderStrategy,
  matchTrades,
  type Order,
  type OrderStrategy,
  type StrategyContext,
  toTicks,
  type Trade,
  usdToMicros,
  wokenExit,
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
  readonly #executor: Executor;
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
  /** Rows of corporate actions that are still to come, the next one last. */
  readonly #actions: ReturnType<typeof actionRows>;
  /** Funding payments that are still to come, the next one last. */
  readonly #funding: BarFunding[];
  /** Row of the next action or payment; -1 when there is none. */
  #nextEvent = -1;
  #dividendsMicros = 0;
  #fundingMicros = 0;
  #heldLots = 0;
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
    this.#executor = options.executor;
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
    this.#actions = actionRows(bars).filter(({ row }) => row > from).reverse();
    this.#funding = fundingOf(bars).filter(({ row }) => row >= from).reverse();
    this.#nextEvent = this.#eventRow();
    this.recorder = new RunRecorder(Number.isFinite(to) ? to - from : 0);
    engine.warm(slot, bars, Math.max(0, from - sizingLookback(options.sizing)), from);
  }

  /** Step 1: fills of the bar, its close, the forced close at the session's end. */
  trade(bars: Bars, row: number): void {
    const context = this.#context, view = this.#view;
    context.bars = bars;
    context.bar = row;
    const hasEvents = row === this.#nextEvent;
    if (hasEvents) this.#open(bars, row);
    if (this.#flattens && this.#missedSessionClose(row)) this.#closeLate();
    if (!view.orders.isEmpty && view.isPaidInFull) {
      const priceTicks = toTicks(bars.open[row]!, this.#tickSize);
      this.#tell({ kind: "mark", slot: this.#slot, priceTicks });
    }
    const fills = this.#executor.onBar(bars, row);
    if (fills.length > 0) {
      for (const fill of fills) {
        if (this.#orderStrategy !== null) this.#wake(fill, fills);
        this.#book(fill);
      }
      this.#carryOutAll();
    }
    if (this.#orderStrategy !== null) this.#reconcile();
    this.#heldLots = view.positionLots;
    this.#engine.closeBar(
      this.#slot,
      bars,
      row,
      this.#tradeDay[row]!,
      this.#isLast[row] === 1,
    );
    if (hasEvents) {
      this.#fund(row, true);
      this.#nextEvent = this.#eventRow();
    }
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
      const order = engine.follow(this.#slot, forecast);
      if (order !== null) this.#submit(order);
    } else if (acts) {
      this.#orderStrategy!.onClose(context, engine.gateway(this.#slot));
      this.#carryOutAll();
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
    const { bars } = this.#context;
    const { instrument } = bars;
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
        ...recorder.totals(tickValueMicros(instrument)),
        offTickPrices: countOffTickPrices(bars, from, from + recorder.length),
        missedSessionCloses: this.#missedSessionCloses,
        ...(bars.actions === undefined ? {} : { dividendsMicros: this.#dividendsMicros }),
        ...(bars.funding === undefined ? {} : { fundingMicros: this.#fundingMicros }),
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

  #eventRow(): number {
    const rows = [this.#actions.at(-1)?.row, this.#funding.at(-1)?.row];
    const next = Math.min(...rows.map((row) => row ?? Infinity));
    return next === Infinity ? -1 : next;
  }

  /** What an opening brings to whoever held at the close before. */
  #open(bars: Bars, row: number): void {
    this.#fund(row, false);
    if (this.#actions.at(-1)?.row === row) this.#act(bars, row);
  }

  /** Funding payments of a bar, before its fills or at its close. */
  #fund(row: number, atClose: boolean): void {
    const { pointValue } = this.#context.bars.instrument;
    for (let due = this.#funding.at(-1); due?.row === row && due.atClose === atClose;) {
      const micros = fundingMicros(this.#view.positionLots, pointValue, due);
      if (micros !== 0) {
        this.#fundingMicros += micros;
        this.#tell({ kind: "funding", slot: this.#slot, micros });
      }
      this.#funding.pop();
      due = this.#funding.at(-1);
    }
  }

  /** Splits and dividends of the morning. */
  #act(bars: Bars, row: number): void {
    const slot = this.#slot;
    for (const { kind, value } of this.#actions.pop()!.actions) {
      if (kind === "split") {
        for (const fill of this.#executor.split(bars, row, value)) this.#book(fill);
        this.#reconcile();
        this.#tell({ kind, slot, ratio: value });
      } else {
        const microsPerLot = usdToMicros(value * bars.instrument.pointValue);
        this.#dividendsMicros += this.#view.positionLots * microsPerLot;
        this.#tell({ kind, slot, microsPerLot });
      }
    }
    const priceTicks = toTicks(bars.open[row]!, this.#tickSize);
    this.#tell({ kind: "mark", slot, priceTicks });
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
    const executor = this.#executor;
    if (command.kind === "submit") {
      this.#submit(command.order);
    } else if (command.kind === "cancel") {
      executor.cancel(command.orderId);
      this.#hear({ kind: "cancelled", orderId: command.orderId });
    } else {
      executor.modify(command.orderId, command.lots);
      this.#hear({ kind: "accepted", orderId: command.orderId, lots: command.lots });
    }
  };

  #submit(order: Order): void {
    const executor = this.#executor;
    this.#observer?.onOrder?.(order);
    if (order.atClose === true) {
      const { bar, bars } = this.#context;
      this.#book(executor.atClose(bars, bar, order));
      return;
    }
    executor.submit(order);
    // One that only sends to the market hears of its orders as they fill, one bar later.
    if (this.#orderStrategy !== null) {
      this.#hear({ kind: "accepted", orderId: order.id, lots: order.lots });
    }
  }

  #tell(event: EngineEvent): void {
    for (const command of this.#engine.take(event)) this.#carryOut(command);
    this.#carryOutAll();
  }

  #carryOutAll(): void {
    if (this.#engine.hasCommands) this.#engine.drain(this.#carryOut);
  }

  #hear(report: BrokerReport): void {
    if (report.kind === "filled") this.#book(report.fill);
    else this.#engine.hear(this.#slot, report);
  }

  #wake(fill: Fill, fills: readonly Fill[]): void {
    const report = wokenExit(fill, fills, this.#view.orders.all(), () => this.#executor.working());
    if (report !== null) this.#hear(report);
  }

  #book(fill: Fill): void {
    this.recorder.fill(fill);
    this.#observer?.onFill?.(fill);
    this.#engine.book(this.#slot, fill);
  }

  /** What changed in the broker's book without a fill. */
  #reconcile(): void {
    const known = this.#view.orders.all();
    for (const report of bookChanges(known, this.#options.executor.working())) this.#hear(report);
  }
}

/**
 * Opening and closing prices off the tick grid in the rows [from, to).
 *
 * @throws RangeError when a row has no price
 */
function countOffTickPrices(
  { close, instrument: { tickSize }, open }: Bars,
  from: number,
  to: number,
): number {
  let count = 0;
  for (let row = from; row < to; row++) {
    if (!isOnTick(open[row]!, tickSize)) count++;
    if (!isOnTick(close[row]!, tickSize)) count++;
    if (!Number.isFinite(open[row]!)) {
      throw new RangeError(
        `Cannot run the engine as row ${row} has no price: current value is ${open[row]}`,
      );
    }
  }
  return count;
}
