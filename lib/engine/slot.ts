import type { JsonValue } from "../core/mod.ts";
import {
  type Bars,
  closeReturn,
  createCalendar,
  DAILY_INTERVAL_MS,
  type Instrument,
  type SessionCalendar,
  tickValueMicros,
} from "../market/mod.ts";
import {
  createRiskGuard,
  createSizing,
  lotsOf,
  reducingTarget,
  type RiskGuard,
  type RiskVerdict,
  type Sizing,
  sizingLookback,
  tradesUntil,
  type Veto,
} from "../risk/mod.ts";
import {
  Account,
  type AccountState,
  type Fill,
  type Forecast,
  type LotMargin,
  lotsAfterSplit,
  MarginTable,
  type OpenOrder,
  OpenOrders,
  type SharedPosition,
  toTicks,
  usdToMicros,
} from "../trading/mod.ts";
import type { MarginedPosition } from "./cover_margin.ts";
import type { SlotOptions } from "./engine_options.ts";

/** Everything that one slot knows, as plain data. */
export interface SlotState {
  /** Position and cash. */
  readonly account: AccountState;
  /** Signed lots of the position that somebody else has traded; absent without any. */
  readonly strangerLots?: number;
  /** Orders that may still trade. */
  readonly orders: readonly OpenOrder[];
  /** What it knows of its market. */
  readonly market: MarketState;
  /** Lots of a full position when one was sized last. */
  readonly sizedLots: number;
  /** Lots that one lot of the start has become in splits; absent without any. */
  readonly shares?: number;
  /** Orders sent, exits of brackets included. */
  readonly orderCount: number;
  /** How often each rule of the account overruled a forecast or refused an order. */
  readonly vetoes: Readonly<Record<Veto, number>>;
  /** What sizing has learnt. */
  readonly sizing: JsonValue;
  /** What the limits of risk remember. */
  readonly guard: JsonValue;
  /** What the rules of the account leave; absent where they leave everything. */
  readonly permit?: SlotPermit;
}

/** What the rules of an account leave of one slot. */
export interface SlotPermit {
  /** Largest position in either direction; null for no limit beside the slot's own. */
  readonly mostLots: number | null;
  /** Whether a position may become larger. */
  readonly mayEnter: boolean;
}

const FREE: SlotPermit = { mostLots: null, mayEnter: true };

/** What a slot knows of its market; null for what it does not know yet. */
export interface MarketState {
  /** Price that the position is valued at, whole ticks. */
  readonly markTicks: number;
  /** Epoch milliseconds of the last close. */
  readonly closedAt: number | null;
  /** Price of the last close. */
  readonly close: number | null;
  /** The price that its surprise is measured from: that of the close before. */
  readonly referenceClose: number | null;
  /** Of the last bar, days since 1970-01-01. */
  readonly tradeDay: number;
  /** Whether the last bar ended its session. */
  readonly endsSession: boolean;
}

const EMPTY_MARKET: MarketState = {
  ...{ markTicks: 0, closedAt: null, close: null, referenceClose: null },
  ...{ tradeDay: 0, endsSession: false },
};

/** Where each number lies. */
const MARK = 0, OPENED_AT = 1, CLOSE = 2, REFERENCE_CLOSE = 3, EQUITY = 4, MAINTENANCE = 5;

/** In place of an equity that has to be counted anew. */
const STALE = NaN;

/** What anybody may read of a slot. */
export interface SlotView {
  /** Signed lots held now, those of somebody else in the same account left out. */
  readonly positionLots: number;
  /** Signed lots that somebody else has traded in the account: they are valued with it, and left alone. */
  readonly strangerLots: number;
  /** Signed share of a full position held, as it was sized when it was taken. */
  readonly exposure: number;
  /** Own cash plus open profit at the last mark; of a slot among several, what it has earned. */
  readonly equityMicros: number;
  /** Own cash. */
  readonly cashMicros: number;
  /** Epoch milliseconds of the last close. */
  readonly closedAt: number;
  /** Orders that may still trade. */
  readonly orders: OpenOrders;
  /** Orders sent, exits of brackets included. */
  readonly orderCount: number;
  /** How often each rule of the account overruled a forecast or refused an order. */
  readonly vetoes: Readonly<Record<Veto, number>>;
  /** Whether positions are paid in full, so that the price of a fill decides what can be bought. */
  readonly isPaidInFull: boolean;
  /** What the rules of the account leave. */
  readonly permit: SlotPermit;
  /** Largest position that its orders on their way could lead to; at least what the account holds. */
  readonly reservedLots: number;
}

/** A position that was decided, before margin is looked at. */
export interface SizedTarget {
  /** What sizing made of the forecast, signed lots. */
  readonly wanted: number;
  /** What limits of risk left of it. */
  readonly allowed: number;
  /** What the limits said; null without limits. */
  readonly verdict: RiskVerdict | null;
}

/** One instrument of an account: position, marks, open orders, sizing and limits of risk. */
export class Slot implements MarginedPosition, SharedPosition, SlotView {
  readonly index: number;
  readonly options: SlotOptions;
  readonly orders: OpenOrders;
  /** Fee and slippage of closing one lot. */
  readonly closingCostMicros: number;
  /** Orders sent, exits of brackets included. */
  orderCount: number;
  /** How often each rule of the account overruled a forecast or refused an order. */
  readonly vetoes: Record<Veto, number>;
  /** Whether it closed a bar since margin was looked at last. */
  isTradable = false;
  readonly #account: Account;
  /** Numbers of `MarketState` and the equity: as fields they would be boxed on every bar. */
  readonly #numbers: Float64Array;
  #tradeDay = 0;
  /** Of the account, which it is asked for more often than for anything else. */
  #accountLots: number;
  /** What of these is its own. */
  #positionLots: number;
  #exposure: number;
  #endsSession = false;
  #maxLots = 0;
  /** Lots that one lot of the start has become in splits. */
  #shares: number;
  readonly #tickValueMicros: number;
  readonly #tickSize: number;
  readonly #isIntraday: boolean;
  readonly #settles: boolean;
  readonly #margins: MarginTable | null;
  readonly #fixedMarginMicros: number | null;
  readonly #sizing: Sizing;
  readonly #learnsReturns: boolean;
  readonly #guard: RiskGuard | null;
  /** For rules of an account that end with the session; null where nothing asks for it. */
  readonly #calendar: SessionCalendar | null;
  #sizedLots: number;
  #permit: SlotPermit;

  /**
   * @param initialMicros its own part of the cash
   * @param state what `save` gave, to go on from there
   */
  constructor(index: number, options: SlotOptions, initialMicros: number, state?: SlotState) {
    const { costs, instrument, intervalMs, limits, margin, marginPerLotUsd, sizing } = options;
    this.index = index;
    this.options = options;
    this.#shares = state?.shares ?? 1;
    this.#tickValueMicros = tickValueMicros(instrument);
    this.#tickSize = instrument.tickSize;
    this.#isIntraday = intervalMs < DAILY_INTERVAL_MS;
    this.#settles = instrument.kind === "future";
    this.#margins = margin === undefined ? null : new MarginTable(instrument, margin);
    this.#fixedMarginMicros = marginPerLotUsd === null ? null : usdToMicros(marginPerLotUsd);
    this.closingCostMicros = costs.feePerSideMicros + costs.slippageTicks * this.#tickValueMicros;
    this.#account = new Account(initialMicros, this.#tickValueMicros, state?.account);
    this.orders = new OpenOrders(state?.orders);
    const { market } = state ?? { market: EMPTY_MARKET };
    this.#numbers = Float64Array.of(
      ...[market.markTicks, (market.closedAt ?? NaN) - intervalMs, market.close ?? NaN],
      ...[market.referenceClose ?? NaN, STALE, 0],
    );
    this.#enterDay(market.tradeDay, market.endsSession || !this.#isIntraday);
    this.#sizing = createSizing(sizing, state?.sizing);
    this.#learnsReturns = sizingLookback(sizing) > 0;
    this.#guard = limits === undefined || Object.keys(limits).length === 0
      ? null
      : createRiskGuard(limits, state?.guard);
    this.#calendar = limits?.account?.session === undefined ? null : createCalendar(instrument);
    this.#sizedLots = state?.sizedLots ?? 0;
    this.#permit = state?.permit ?? FREE;
    this.#limitLots();
    this.orderCount = state?.orderCount ?? 0;
    this.vetoes = { "max-lots": 0, margin: 0, ...state?.vetoes };
    this.#accountLots = this.#account.positionLots;
    this.#positionLots = this.#accountLots - (state?.strangerLots ?? 0);
    this.#exposure = this.#heldExposure();
  }

  /** What it trades. */
  get instrument(): Instrument {
    return this.options.instrument;
  }

  /** Signed lots held now, those of somebody else in the same account left out. */
  get positionLots(): number {
    return this.#positionLots;
  }

  /** Signed lots of the account, whoever has traded them. */
  get accountLots(): number {
    return this.#accountLots;
  }

  /** Signed lots that somebody else has traded in the account. */
  get strangerLots(): number {
    return this.#accountLots - this.#positionLots;
  }

  set strangerLots(lots: number) {
    this.#positionLots = this.#accountLots - lots;
    this.#exposure = this.#heldExposure();
  }

  /** Own cash plus open profit at the last mark. */
  get equityMicros(): number {
    const equityMicros = this.#numbers[EQUITY]!;
    return Number.isNaN(equityMicros) ? this.#value() : equityMicros;
  }

  /** Own cash. */
  get cashMicros(): number {
    return this.#account.cashMicros;
  }

  /** Epoch milliseconds of the last close. */
  get closedAt(): number {
    return this.#numbers[OPENED_AT]! + this.options.intervalMs;
  }

  /** When an order that is sent now was decided. */
  get decidedAt(): number {
    const { closedAt } = this;
    return Number.isNaN(closedAt) ? 0 : closedAt;
  }

  /** Signed share of a full position held, as it was sized when it was taken. */
  get exposure(): number {
    return this.#exposure;
  }

  /** What keeping one lot over the last close needs. */
  get maintenanceMicros(): number {
    return this.#numbers[MAINTENANCE]!;
  }

  /** What opening one lot needs: its margin or full price. */
  get initialMarginMicros(): number {
    if (this.#margins !== null) return this.#lotMargin(false)!.initialMicros;
    return this.#fixedMarginMicros ?? Math.abs(this.#numbers[MARK]!) * this.#tickValueMicros;
  }

  /** Whether positions are paid in full, so that the price of a fill decides what can be bought. */
  get isPaidInFull(): boolean {
    return this.#margins === null
      ? this.#fixedMarginMicros === null
      : this.#margins.isPaidInFull(this.#tradeDay);
  }

  /** Largest position that its orders on their way could lead to; at least what the account holds. */
  get reservedLots(): number {
    const lots = this.accountLots;
    if (this.orders.isEmpty) return Math.abs(lots);
    return Math.max(...[1, -1].map((side) => this.orders.reachableLots(lots, side)));
  }

  /** Takes a closed bar in. @throws RangeError when it has no price */
  close(bars: Bars, row: number, tradeDay: number, endsSession: boolean): void {
    const numbers = this.#numbers;
    const close = bars.close[row]!;
    if (!Number.isFinite(close)) {
      throw new RangeError(
        `Cannot run the engine as row ${row} has no price: current value is ${close}`,
      );
    }
    // Stored as it is: adding the interval to it here would cost a tenth of the bar.
    numbers[OPENED_AT] = bars.time[row]!;
    numbers[CLOSE] = close;
    const isLast = endsSession || !this.#isIntraday;
    if (tradeDay !== this.#tradeDay || isLast !== this.#endsSession) {
      this.#enterDay(tradeDay, isLast);
    }
    if (this.#guard !== null) numbers[REFERENCE_CLOSE] = referenceClose(bars, row);
    if (this.#learnsReturns) this.#sizing.observe(closeReturn(bars, row));
    numbers[MARK] = toTicks(close, this.#tickSize);
    if (this.#settles && this.#endsSession) this.#account.settle(numbers[MARK]!);
    this.#value();
    this.isTradable = true;
  }

  /** Values the position at a price. */
  mark(priceTicks: number): void {
    this.#numbers[MARK] = priceTicks;
    this.#numbers[EQUITY] = STALE;
  }

  /** Lets sizing learn a bar before the run. */
  warm(bars: Bars, row: number): void {
    this.#sizing.observe(closeReturn(bars, row));
  }

  /** Books a fill. */
  book(fill: Fill): void {
    this.#account.apply(fill);
    this.#takePosition();
  }

  /** Counts in the shares after a split from now on. */
  split(ratio: number): void {
    this.#shares *= ratio;
    this.#limitLots();
    this.#sizedLots *= ratio;
    this.#exposure = this.#heldExposure();
  }

  /** Books a dividend, in micro-dollars for each lot held. */
  pay(microsPerLot: number): void {
    this.#account.pay(microsPerLot);
    this.#numbers[EQUITY] = STALE;
  }

  /** Books funding, in micro-dollars for what it holds. */
  credit(micros: number): void {
    this.#account.credit(micros);
    this.#numbers[EQUITY] = STALE;
  }

  /** Books the executions since the last settlement anew, in their true order. */
  rebook(fills: readonly Fill[]): void {
    this.#account.rebook(fills);
    this.#takePosition();
  }

  /**
   * What a forecast comes to in lots, before margin.
   *
   * @param equityMicros of the whole account
   * @param isReducing whether positions may only become smaller
   */
  target(forecast: Forecast, equityMicros: number, isReducing: boolean): SizedTarget {
    const { positionLots } = this;
    const numbers = this.#numbers;
    const wanted = this.unsizedLots(forecast) ?? this.sizedLots(forecast, equityMicros);
    const verdict = this.#guard?.review({
      ...{ equityMicros, positionLots, tradeDay: this.#tradeDay, time: this.closedAt },
      ...{ price: numbers[CLOSE]!, referencePrice: numbers[REFERENCE_CLOSE]! },
      ...{ instrument: this.instrument.symbol, intervalMs: this.options.intervalMs },
      closesAt: this.#closesAt(),
    }, wanted) ?? null;
    const reviewed = verdict?.targetLots ?? wanted;
    const allowed = isReducing ? reducingTarget(reviewed, this.#certainLots) : reviewed;
    return { wanted, allowed, verdict };
  }

  /** What is held once an exit that is on its way has filled; entries on their way may not. */
  get #certainLots(): number {
    const positionLots = this.#positionLots;
    return reducingTarget(positionLots + this.orders.forecastLots(), positionLots);
  }

  /** When the session of its last close stops trading; null where no rule of an account asks. */
  #closesAt(): number | null {
    const time = this.closedAt;
    const session = this.#calendar?.sessionAt(time - 1) ?? null;
    return session === null ? null : tradesUntil(session, time);
  }

  /** Whether its equity, when it is alone in the account, is there and backs what it holds. */
  get isBacked(): boolean {
    const { equityMicros } = this;
    if (equityMicros <= 0) return false;
    return Math.abs(this.#accountLots) * this.maintenanceMicros <= equityMicros;
  }

  /** Most lots that it may hold. */
  get maxLots(): number {
    return this.#maxLots;
  }

  /** What the rules of the account leave. */
  get permit(): SlotPermit {
    return this.#permit;
  }

  set permit({ mayEnter, mostLots }: SlotPermit) {
    this.#permit = { mayEnter, mostLots };
    this.#limitLots();
  }

  /** Whether rules of risk look at every forecast, also at one that changes nothing. */
  get isGuarded(): boolean {
    return this.#guard !== null;
  }

  /** Whether a forecast asks for nothing: nothing is on its way, and it may hold what it holds. */
  keeps(forecast: Forecast): boolean {
    const positionLots = this.#positionLots;
    return this.unsizedLots(forecast) === positionLots && this.orders.isEmpty &&
      Math.abs(positionLots) <= this.#maxLots;
  }

  /** All that it knows. */
  save(): SlotState {
    return {
      account: this.#account.save(),
      ...(this.strangerLots === 0 ? {} : { strangerLots: this.strangerLots }),
      orders: this.orders.save(),
      market: {
        markTicks: this.#numbers[MARK]!,
        closedAt: known(this.closedAt),
        close: known(this.#numbers[CLOSE]!),
        referenceClose: known(this.#numbers[REFERENCE_CLOSE]!),
        tradeDay: this.#tradeDay,
        endsSession: this.#endsSession,
      },
      sizedLots: this.#sizedLots,
      ...(this.#shares === 1 ? {} : { shares: this.#shares }),
      orderCount: this.orderCount,
      vetoes: { ...this.vetoes },
      sizing: this.#sizing.save(),
      guard: this.#guard?.save() ?? null,
      ...(this.#permit === FREE ? {} : { permit: this.#permit }),
    };
  }

  /** Signed lots that a forecast wants, whatever the equity; null where sizing has to say it. */
  unsizedLots({ exposure, intent }: Forecast): number | null {
    if (!(Math.abs(exposure) <= 1)) {
      throw new RangeError(
        `Cannot size a position as its exposure must be -1 to 1 at ${this.#when()}: current value is ${exposure}`,
      );
    }
    if (exposure === 0) return 0;
    const positionLots = this.#positionLots;
    const isSameSide = exposure > 0 ? positionLots > 0 : positionLots < 0;
    if (intent !== "resize" && isSameSide) return positionLots;
    return intent === "hold" ? 0 : null;
  }

  /** What sizing makes of a forecast, signed lots. */
  sizedLots(forecast: Forecast, equityMicros: number): number {
    const { exposure } = forecast;
    const lotUsd = Math.abs(this.#numbers[CLOSE]!) * this.instrument.pointValue;
    const context = { lotUsd, equityMicros };
    const sized = this.#sizing.fullLots(context);
    // Lots that were set are those of the start: they have split with the shares.
    const isSet = this.options.sizing.kind === "fixed";
    const full = isSet && this.#shares !== 1 ? lotsAfterSplit(sized, this.#shares) : sized;
    this.#sizedLots = full;
    this.#exposure = this.#heldExposure();
    const lots = Math.min(lotsOf(exposure, full), this.#sizing.mostLots(forecast, context));
    // Adding 0 turns -0 into 0.
    return Math.sign(exposure) * lots + 0;
  }

  /** What the account holds by now; what somebody else has of it stays as it is. */
  #takePosition(): void {
    const { strangerLots } = this;
    this.#accountLots = this.#account.positionLots;
    this.#positionLots = this.#accountLots - strangerLots;
    this.#exposure = this.#heldExposure();
    this.#numbers[EQUITY] = STALE;
  }

  /** What keeping a lot needs hangs on the day and on whether the night follows. */
  #enterDay(tradeDay: number, endsSession: boolean): void {
    this.#tradeDay = tradeDay;
    this.#endsSession = endsSession;
    this.#numbers[MAINTENANCE] = this.#lotMargin(endsSession)?.maintenanceMicros ?? 0;
  }

  #limitLots(): void {
    const maxLots = lotsAfterSplit(this.options.maxLots, this.#shares);
    this.#maxLots = Math.min(maxLots, this.#permit.mostLots ?? Infinity);
  }

  #heldExposure(): number {
    const positionLots = this.#positionLots;
    if (positionLots === 0) return 0;
    return this.#sizedLots === 0 ? Math.sign(positionLots) : positionLots / this.#sizedLots;
  }

  #value(): number {
    return this.#numbers[EQUITY] = this.#account.equityMicros(this.#numbers[MARK]!);
  }

  #when(): string {
    const { closedAt } = this;
    return Number.isNaN(closedAt) ? "the start" : new Date(closedAt).toISOString();
  }

  #lotMargin(isOvernight: boolean): LotMargin | null {
    if (this.#margins === null) return null;
    return this.#margins.of(this.#numbers[MARK]!, this.#tradeDay, isOvernight);
  }
}

/** JSON has no NaN. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/**
 * The close that a bar's surprise is measured from: after a roll that of the bar itself, after a
 * corporate action the one before in the new shares.
 */
function referenceClose({ actions, close, continuous }: Bars, row: number): number {
  const before = Math.max(0, row - 1);
  if (continuous === undefined) return close[before]!;
  const { adjustment, contract } = continuous;
  if (contract[before] !== contract[row]) return close[row]!;
  if (actions === undefined || adjustment[before] === adjustment[row]) return close[before]!;
  return close[before]! * adjustment[before]! / adjustment[row]!;
}
