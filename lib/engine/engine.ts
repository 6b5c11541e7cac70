import type { Bars } from "../market/mod.ts";
import { affordLots, type BracketLimits, capLots, VETOES } from "../risk/mod.ts";
import {
  type BracketExit,
  type BrokerReport,
  type Command,
  type EngineEvent,
  type Fill,
  type Forecast,
  isStrangerFill,
  type Order,
  type OrderGateway,
  type OrderReason,
  shareLots,
  usdToMicros,
} from "../trading/mod.ts";
import { nextLiquidation } from "./cover_margin.ts";
import { checkSlotOptions, type EngineObserver, type SlotOptions } from "./engine_options.ts";
import { createOrderGateway } from "./order_gateway.ts";
import { Slot, type SlotState, type SlotView } from "./slot.ts";

/** Everything that decides what an engine does, apart from what it is told. */
export interface AccountOptions {
  /** Positive, dollars. */
  readonly initialCashUsd: number;
  /** The instruments of the account, in the order in which they decide at the same moment. */
  readonly slots: readonly SlotOptions[];
  /** Told of decisions as they are taken. */
  readonly observer?: EngineObserver;
}

/** Everything that an engine knows, as plain data: JSON and back, it goes on as if nothing was. */
export interface EngineState {
  /** Orders and exits numbered so far. */
  readonly orderCount: number;
  /** Epoch milliseconds of the close at which equity was used up; null when it never was. */
  readonly ruinedAt: number | null;
  /** Why nothing is entered any more; null while entries are allowed. */
  readonly halted: string | null;
  /** One for each slot, in their order. */
  readonly slots: readonly SlotState[];
}

const NOTHING: readonly Command[] = [];

/** What a sizing learns over, which settles whether another one can go on with it. */
function sizingSpan({ sizing }: SlotOptions): number | null {
  return sizing.kind === "fixed" ? null : sizing.span ?? 0;
}

/** Whether an order leaves no other position than a smaller one, whatever is on its way and fills. */
function onlyReduces({ orders, positionLots }: Slot, lots: number): boolean {
  return orders.reachableLots(positionLots, Math.sign(lots)) + Math.abs(lots) <= 0;
}

/**
 * One account, as a synchronous state machine without I/O: events in, commands out. The same engine
 * trades stored bars, paper and money; what differs is who drives it.
 *
 * Whoever drives it tells it of bars, marks, forecasts and whatever the broker reports, carries its
 * commands out, and alone decides that a position is closed at a session's end or at the end of
 * data: the engine never trades because it stops.
 *
 * An order that was sent counts until the broker says what became of it. While the fate of one is
 * unknown, a slot sends nothing that leans on it.
 *
 * @example
 * ```ts
 * import { Engine } from "./engine.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const engine = new Engine({
 *   initialCashUsd: 10_000,
 *   slots: [{
 *     instrument: findInstrument("MES"),
 *     intervalMs: 60_000,
 *     costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
 *     marginPerLotUsd: 2_400,
 *     maxLots: 2,
 *     sizing: { kind: "fixed", lots: 1 },
 *   }],
 * });
 * const forecast = { exposure: 1, intent: "enter", probability: null } as const;
 * const [command] = engine.take({ kind: "forecast", slot: 0, forecast });
 * assertEquals(command?.kind === "submit" && command.order.lots, 1);
 * ```
 */
export class Engine {
  readonly #slots: Slot[];
  readonly #gateways: OrderGateway[];
  readonly #initialMicros: number;
  readonly #observer: EngineObserver | undefined;
  #orderCount: number;
  #ruinedAt: number | null;
  #halted: string | null;
  /** Whether somebody else has traded in the account, so that its lots are told apart. */
  #isShared: boolean;
  /** Commands that wait to be handed out; the list is kept, so that none is made on a bar. */
  readonly #commands: Command[] = [];
  #waiting = 0;

  /**
   * Opens the account, or goes on with it.
   *
   * @param state what `save` gave, to go on from there
   * @throws RangeError when an option is outside its range.
   */
  constructor({ initialCashUsd, observer, slots }: AccountOptions, state?: EngineState) {
    if (slots.length === 0) throw new RangeError("Cannot run an account as it has no slots");
    if (!(initialCashUsd > 0)) {
      throw new RangeError(
        `Cannot make an engine as initialCashUsd must be positive: current value is ${initialCashUsd}`,
      );
    }
    slots.forEach(checkSlotOptions);
    this.#initialMicros = usdToMicros(initialCashUsd);
    this.#observer = observer;
    // An account of one slot is that slot's own; several share what none of them owns.
    const own = slots.length === 1 ? this.#initialMicros : 0;
    this.#slots = slots.map((options, i) => new Slot(i, options, own, state?.slots[i]));
    this.#gateways = this.#slots.map((slot) => this.#openGateway(slot));
    this.#orderCount = state?.orderCount ?? 0;
    this.#ruinedAt = state?.ruinedAt ?? null;
    this.#halted = state?.halted ?? null;
    this.#isShared = this.#slots.some(({ strangerLots }) => strangerLots !== 0);
  }

  /** Cash plus open profit of the account at the last marks, micro-dollars. */
  get equityMicros(): number {
    const slots = this.#slots;
    if (slots.length === 1) return slots[0]!.equityMicros;
    return slots.reduce((sum, slot) => sum + slot.equityMicros, this.#initialMicros);
  }

  /** Cash of the account, futures settled at each session's end. */
  get cashMicros(): number {
    const slots = this.#slots;
    if (slots.length === 1) return slots[0]!.cashMicros;
    return slots.reduce((sum, slot) => sum + slot.cashMicros, this.#initialMicros);
  }

  /** When equity was used up, epoch milliseconds; null when it never was. */
  get ruinedAt(): number | null {
    return this.#ruinedAt;
  }

  /** Why nothing is entered any more; null while entries are allowed. */
  get halted(): string | null {
    return this.#halted;
  }

  /** A slot, to read. */
  slot(index: number): SlotView {
    return this.#slots[index]!;
  }

  /**
   * Goes on in a slot with other sizes, limits and costs; position, orders and cash stay. Views of
   * the slot that were handed out before are over.
   *
   * @throws RangeError when an option is outside its range, or the instrument is another one
   */
  redeploy(index: number, options: SlotOptions): void {
    checkSlotOptions(options);
    const { options: before } = this.#slots[index]!;
    const isSame = before.instrument.symbol === options.instrument.symbol &&
      before.intervalMs === options.intervalMs;
    if (!isSame) {
      throw new RangeError(
        `Cannot redeploy a slot of ${before.instrument.symbol} with ${options.instrument.symbol}`,
      );
    }
    const { sizing, ...state } = this.#slots[index]!.save();
    const isSized = sizingSpan(before) === sizingSpan(options);
    this.#slots[index] = new Slot(index, options, 0, { ...state, sizing: isSized ? sizing : null });
    this.#gateways[index] = this.#openGateway(this.#slots[index]!);
  }

  /** Where a strategy of orders sends them; what it does is handed out by `takeCommands`. */
  gateway(slot: number): OrderGateway {
    return this.#gateways[slot]!;
  }

  /** Whether commands wait to be handed out. */
  get hasCommands(): boolean {
    return this.#waiting > 0;
  }

  /** Commands that were not handed out yet; they are handed out once. */
  takeCommands(): readonly Command[] {
    if (this.#waiting === 0) return NOTHING;
    const commands = this.#commands.slice(0, this.#waiting);
    this.#waiting = 0;
    return commands;
  }

  /**
   * Hands commands out one by one, those that carrying one out gives rise to behind the others.
   *
   * @param carryOut may tell the engine what came of a command by `hear`, but not drain it again
   */
  drain(carryOut: (command: Command) => void): void {
    for (let i = 0; i < this.#waiting; i++) carryOut(this.#commands[i]!);
    this.#waiting = 0;
  }

  /** Lets the sizing of a slot learn the rows [from, to) before the run. */
  warm(slot: number, bars: Bars, from: number, to: number): void {
    for (let row = from; row < to; row++) this.#slots[slot]!.warm(bars, row);
  }

  /** Takes an event in; what to do about it, in order. */
  take(event: EngineEvent): readonly Command[] {
    switch (event.kind) {
      case "bar":
        this.closeBar(event.slot, event.bars, event.row, event.tradeDay, event.endsSession);
        break;
      case "mark":
        this.#mark(this.#slots[event.slot]!, event.priceTicks);
        break;
      case "clock":
        this.review(event.time);
        break;
      case "forecast": {
        const order = this.follow(event.slot, event.forecast);
        if (order !== null) {
          this.#want({ kind: "submit", slot: event.slot, order, isForForecast: true });
        }
        break;
      }
      case "report":
        this.hear(event.slot, event.report);
        break;
      case "split":
        this.#slots[event.slot]!.split(event.ratio);
        break;
      case "dividend":
        this.#slots[event.slot]!.pay(event.microsPerLot);
        break;
      case "funding":
        this.#slots[event.slot]!.credit(event.micros);
        break;
      case "executions":
        this.#slots[event.slot]!.rebook(event.fills);
        break;
      case "close":
        this.#closeAll(this.#slots[event.slot]!, event.reason, event.atClose);
        break;
      case "permit":
        this.#slots[event.slot]!.permit = event;
        break;
      case "withdraw":
        this.#withdraw(this.#slots[event.slot]!);
        break;
      case "halt":
        this.#halt(event.reason);
        break;
      case "resume":
        this.#halted = null;
        break;
    }
    return this.takeCommands();
  }

  /** The event "bar", without an object for it. */
  closeBar(slot: number, bars: Bars, row: number, tradeDay: number, endsSession: boolean): void {
    this.#slots[slot]!.close(bars, row, tradeDay, endsSession);
  }

  /**
   * The event "clock", without an object for it.
   *
   * @param time of the clock; left out, it is the close that was told of last
   */
  review(time?: number): void {
    const first = this.#slots[0]!;
    // The usual case of one slot, without a list for it.
    if (this.#slots.length === 1 && this.#ruinedAt === null && first.isBacked) {
      first.isTradable = false;
      return;
    }
    this.#lookAtMargin(time ?? Math.max(...this.#slots.map(({ closedAt }) => closedAt)));
  }

  /**
   * The event "forecast", without an object for it.
   *
   * @returns the order that it comes to, which is to be submitted; null when it changes nothing
   */
  follow(slot: number, forecast: Forecast): Order | null {
    const taken = this.#slots[slot]!;
    // The usual bar, told apart in few steps.
    if (!taken.isGuarded && this.#observer === undefined && taken.keeps(forecast)) return null;
    return this.#change(taken, forecast);
  }

  /** The event "report", without an object for it. */
  hear(slot: number, report: BrokerReport): void {
    if (report.kind === "filled") this.book(slot, report.fill);
    else this.#slots[slot]!.orders.apply(report);
  }

  /** The report of a fill, without an object for it. */
  book(slot: number, fill: Fill): void {
    const booked = this.#slots[slot]!;
    booked.orders.fill(fill);
    booked.book(fill);
    if (this.#isShared || fill.orderId <= 0) this.#share(booked, fill);
    // One closed lot may not have been enough.
    if (fill.reason === "margin" && this.#ruinedAt === null) this.#coverMargin();
  }

  /** Whose lots are whose after an execution; what could trade against somebody else's is taken back. */
  #share(booked: Slot, fill: Fill): void {
    const isStranger = isStrangerFill(fill);
    if (!isStranger && !this.#isShared) return;
    const { symbol } = booked.instrument;
    const slots = this.#slots.filter(({ instrument }) => instrument.symbol === symbol);
    if (isStranger) booked.strangerLots += fill.lots;
    shareLots(slots);
    this.#isShared = this.#slots.some(({ strangerLots }) => strangerLots !== 0);
    if (isStranger) { for (const slot of slots) this.#withdraw(slot); }
  }

  /** All that it knows. */
  save(): EngineState {
    return {
      orderCount: this.#orderCount,
      ruinedAt: this.#ruinedAt,
      halted: this.#halted,
      slots: this.#slots.map((slot) => slot.save()),
    };
  }

  /** A position that is paid in full has to be paid at the price it opens at. */
  #mark(slot: Slot, priceTicks: number): void {
    slot.mark(priceTicks);
    if (slot.orders.isEmpty || !slot.isPaidInFull) return;
    let reached = slot.positionLots;
    for (const { id, isExit, lots, status, terms } of slot.orders.all()) {
      if (isExit || terms?.kind !== "market" || status === "unknown") continue;
      const affordable = this.#affordLots(slot, reached + lots);
      const possible = affordable - reached;
      reached = affordable;
      if (possible === lots) continue;
      slot.vetoes.margin++;
      if (possible === 0) this.#cancel(slot, id);
      else this.#want({ kind: "modify", slot: slot.index, orderId: id, lots: possible });
    }
  }

  /** The order that a forecast comes to; null when it changes nothing after all. */
  #change(slot: Slot, forecast: Forecast): Order | null {
    const { orders } = slot;
    if (this.#ruinedAt !== null) return null;
    let targetLots;
    const isReducing = this.#halted !== null || !slot.permit.mayEnter;
    if (slot.isGuarded || this.#observer !== undefined || isReducing) {
      if (orders.isUncertain) return null;
      targetLots = this.#reviewedLots(slot, forecast, isReducing);
    } else {
      if (orders.isUncertain) return null;
      const wanted = slot.unsizedLots(forecast) ?? slot.sizedLots(forecast, this.equityMicros);
      targetLots = this.#permittedLots(slot, wanted);
    }
    const bracket = slot.options.limits?.bracket, held = slot.positionLots;
    // Exits are of an entry alone: what is held is closed before the other side is entered.
    if (bracket !== undefined && targetLots * held < 0) targetLots = 0;
    const lots = targetLots - held - orders.forecastLots();
    if (lots === 0) return null;
    if (this.#halted !== null && !onlyReduces(slot, lots)) return null;
    const order = this.#marketOrder(slot, lots, "signal");
    const isEntry = bracket !== undefined && lots * targetLots > 0 && lots * held >= 0;
    const sent = isEntry ? { ...order, exits: this.#exits(bracket) } : order;
    this.#note(slot, sent, true);
    return sent;
  }

  #exits({ stopLossTicks, takeProfitTicks }: BracketLimits): readonly BracketExit[] {
    const stop = { kind: "stop-loss", distanceTicks: stopLossTicks } as const;
    return [
      { ...stop, id: ++this.#orderCount },
      ...(takeProfitTicks === undefined ? [] : [{
        ...{ kind: "take-profit", distanceTicks: takeProfitTicks } as const,
        id: ++this.#orderCount,
      }]),
    ];
  }

  /** The position that a forecast may lead to, with everybody asked and told. */
  #reviewedLots(slot: Slot, forecast: Forecast, isReducing: boolean): number {
    const equityMicros = this.equityMicros;
    const { allowed, verdict, wanted } = slot.target(forecast, equityMicros, isReducing);
    const before = { ...slot.vetoes };
    const targetLots = this.#permittedLots(slot, allowed);
    this.#observer?.onDecision?.({
      ...{ slot: slot.index, forecast, wantedLots: wanted, targetLots, verdict },
      vetoes: VETOES.filter((veto) => slot.vetoes[veto] !== before[veto]),
      ...{ positionLots: slot.positionLots, equityMicros },
    });
    return targetLots;
  }

  /** What the account permits of a target. */
  #permittedLots(slot: Slot, wanted: number): number {
    const capped = capLots(wanted, slot.maxLots) + 0;
    if (capped === slot.positionLots && capped === wanted) return wanted;
    if (capped !== wanted) slot.vetoes["max-lots"]++;
    const targetLots = this.#affordLots(slot, capped);
    if (targetLots !== capped) slot.vetoes.margin++;
    return targetLots;
  }

  #affordLots(slot: Slot, lots: number): number {
    return affordLots(
      lots,
      slot.positionLots,
      this.equityMicros - this.#committedBeside(slot),
      slot.initialMarginMicros + slot.closingCostMicros,
    );
  }

  /** What the other slots tie up: the initial margin of what they hold and have ordered. */
  #committedBeside(slot: Slot): number {
    let committedMicros = 0;
    if (this.#slots.length === 1) return committedMicros;
    for (const other of this.#slots) {
      if (other !== slot) committedMicros += other.reservedLots * other.initialMarginMicros;
    }
    return committedMicros;
  }

  /** A used-up account closes each position as soon as its market trades. */
  #lookAtMargin(time: number): void {
    if (this.#ruinedAt === null && this.equityMicros <= 0) this.#ruinedAt = time;
    if (this.#ruinedAt === null) this.#coverMargin();
    else {
      for (const slot of this.#slots) {
        if (slot.isTradable) this.#closeAll(slot, "margin", true);
        slot.isTradable = false;
      }
    }
  }

  #coverMargin(): void {
    const beside = this.#slots.length === 1 ? 0 : this.#initialMicros;
    const liquidation = nextLiquidation(beside, this.#slots);
    if (liquidation === null) {
      for (const slot of this.#slots) slot.isTradable = false;
      return;
    }
    const { lots, position: slot } = liquidation;
    const order = this.#marketOrder(slot, -Math.sign(slot.positionLots) * lots, "margin");
    this.#send(slot, { ...order, atClose: true });
  }

  /**
   * Forced closes take everything back that still works, except that what was sent for a forecast
   * fills at the same open as a close that waits for it: then the close takes it along.
   */
  #closeAll(slot: Slot, reason: OrderReason, atClose: boolean): void {
    for (const { id, isForForecast } of slot.orders.all()) {
      if (!(isForForecast && !atClose)) this.#cancel(slot, id);
    }
    const lots = -slot.positionLots - (atClose ? 0 : slot.orders.forecastLots());
    if (lots === 0) return;
    const order = this.#marketOrder(slot, lots, reason);
    // What waits for an open counts as on its way: the next forecast does not send it again.
    if (atClose) this.#send(slot, { ...order, atClose });
    else this.#send(slot, order, true);
  }

  #halt(reason: string): void {
    this.#halted ??= reason;
    for (const slot of this.#slots) this.#withdraw(slot);
  }

  /** What can only make a position smaller stays: a halt is no reason to keep it. */
  #withdraw(slot: Slot): void {
    const { positionLots } = slot;
    for (const { id, isExit, lots } of slot.orders.all()) {
      const reduces = lots > 0 === positionLots < 0 && Math.abs(lots) <= Math.abs(positionLots);
      if (!isExit && !reduces) this.#cancel(slot, id);
    }
  }

  #want(command: Command): void {
    this.#commands[this.#waiting++] = command;
  }

  #cancel(slot: Slot, orderId: number): void {
    if (slot.orders.cancel(orderId)) {
      this.#want({ kind: "cancel", slot: slot.index, orderId });
    }
  }

  #marketOrder(slot: Slot, lots: number, reason: OrderReason): Order {
    return { id: ++this.#orderCount, lots, reason, decidedAt: slot.decidedAt };
  }

  #note(slot: Slot, order: Order, isForForecast: boolean): void {
    slot.orderCount += 1 + (order.exits?.length ?? 0);
    slot.orders.add(order, isForForecast);
  }

  #send(slot: Slot, order: Order, isForForecast = false): void {
    this.#note(slot, order, isForForecast);
    this.#want({ kind: "submit", slot: slot.index, order, isForForecast });
  }

  #openGateway(slot: Slot): OrderGateway {
    return createOrderGateway(slot.orders, {
      maxLots: () => slot.maxLots,
      positionLots: () => slot.positionLots,
      mayEnter: () => this.#ruinedAt === null && this.#halted === null && slot.permit.mayEnter,
      canBack: (lots) =>
        lots * (slot.initialMarginMicros + slot.closingCostMicros) <=
          this.equityMicros - this.#committedBeside(slot),
      send: ({ exits, ...request }, group) => {
        const id = ++this.#orderCount;
        const order: Order = {
          ...{ id, reason: "signal", decidedAt: slot.decidedAt },
          ...request,
          ...(group === null ? {} : { group: group === "first" ? id : group }),
          ...(exits === undefined
            ? {}
            : { exits: exits.map((exit) => ({ ...exit, id: ++this.#orderCount })) }),
        };
        this.#send(slot, order);
        return id;
      },
      cancel: (orderId) => this.#cancel(slot, orderId),
      refuse: (veto) => slot.vetoes[veto]++,
    });
  }
}
