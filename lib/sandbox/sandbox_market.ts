import { type Bars, createCalendar, type Instrument, type SessionCalendar } from "../market/mod.ts";
import { InputError, type TimerClock } from "../core/mod.ts";
import { type ListedContract, listedContracts } from "./listed_contracts.ts";
import type { TouchPrices } from "./order_matcher.ts";
import { PriceTape, type Print } from "./price_tape.ts";

/** Told of every trade of the market, with the price of the trade before it. */
export type PrintListener = (print: Print, before: number) => void;

/**
 * The market that a sandbox trades in: bars as trades on a clock, in all contracts of one future.
 * Nothing that is asked of it knows a later trade.
 */
export class SandboxMarket {
  /** What is traded. */
  readonly instrument: Instrument;
  /** When it is traded. */
  readonly calendar: SessionCalendar;
  /** In order of their ends. */
  readonly contracts: readonly ListedContract[];
  /** All bars; later ones too. */
  readonly bars: Bars;
  readonly #clock: TimerClock;
  readonly #tape: PriceTape;
  #listeners: readonly PrintListener[] = [];
  #next: number;
  #last: Print | null;
  #isUpTick = true;
  #stop: () => void = () => {};

  /** Opens at the clock's moment. @throws {InputError} when the bars are of no future that is known */
  constructor(bars: Bars, clock: TimerClock) {
    if (bars.length === 0) throw new InputError("Cannot open a market without bars");
    this.bars = bars;
    this.instrument = bars.instrument;
    this.calendar = createCalendar(bars.instrument);
    this.contracts = listedContracts(bars);
    this.#clock = clock;
    this.#tape = new PriceTape(bars);
    this.#next = this.#tape.firstAt(clock.now() + 1);
    this.#last = this.#next === 0 ? null : this.#tape.at(this.#next - 1);
    this.#wait();
  }

  /** Tells of every trade to come, those asked first first; until what it returns is called. */
  onPrint(listener: PrintListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  /** Ends it. */
  close(): void {
    this.#stop();
  }

  /** Whether orders can trade. */
  get isOpen(): boolean {
    return this.calendar.isOpen(this.#clock.now());
  }

  /** The last trade; null before the first. */
  get last(): Print | null {
    return this.#last;
  }

  /** Trades up to now, by their numbers; none before the first. */
  get printed(): number {
    return this.#next;
  }

  /** A trade that has been. */
  printAt(index: number): Print {
    if (index >= this.#next) throw new RangeError(`trade ${index} has not been yet`);
    return this.#tape.at(index);
  }

  /** Number of the first trade at or after a moment. */
  firstPrintAt(time: number): number {
    return Math.min(this.#next, this.#tape.firstAt(time));
  }

  /** Best prices of a contract, a tick apart: a rise has taken the offer, a fall has hit the bid. */
  touchOf(contract: ListedContract): TouchPrices | null {
    const last = this.#last;
    if (last === null) return null;
    const lastTicks = last.ticks + contract.premiumTicks(last.row);
    const bidTicks = this.#isUpTick ? lastTicks - 1 : lastTicks;
    return { bidTicks, askTicks: bidTicks + 1, lastTicks };
  }

  /** Contracts that still trade at a moment. */
  livingContracts(time: number): readonly ListedContract[] {
    return this.contracts.filter(({ lastTradeTime }) => lastTradeTime > time);
  }

  #wait(): void {
    if (this.#next >= this.#tape.length) return;
    const { time } = this.#tape.at(this.#next);
    this.#stop = this.#clock.after(time - this.#clock.now(), () => this.#print());
  }

  #print(): void {
    const print = this.#tape.at(this.#next++);
    const before = this.#last?.ticks ?? print.ticks;
    if (print.ticks !== before) this.#isUpTick = print.ticks > before;
    this.#last = print;
    for (const listener of this.#listeners) listener(print, before);
    this.#wait();
  }
}
