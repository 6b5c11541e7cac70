import type { Random } from "../../core/mod.ts";
import type { ListedContract } from "../listed_contracts.ts";
import type { Print } from "../price_tape.ts";
import { priceOf } from "./order_checks.ts";
import type { VenueCore } from "./venue_core.ts";

/** Levels of a book on each side. */
const DEPTH = 10;

/** What has traded since the session began. */
interface SessionSums {
  day: number;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  volume: number;
  readonly sizes: Map<number, number>;
}

/** Best prices, books and histograms of the market, as the venue words them. */
export class Quotes {
  readonly #core: VenueCore;
  readonly #random: Random;
  #sums: SessionSums | null = null;

  /** Counts the session up to now. */
  constructor(core: VenueCore) {
    this.#core = core;
    this.#random = core.random(6);
    const { market } = core;
    const session = market.calendar.sessionAt(core.clock.now());
    const from = session === null ? market.printed : market.firstPrintAt(session.open);
    for (let index = from; index < market.printed; index++) this.#count(market.printAt(index));
    market.onPrint((print) => this.#count(print));
  }

  /** The quote of a contract; null before its first trade. */
  quote(contractId: number, contract: ListedContract): Record<string, unknown> | null {
    const core = this.#core, { market } = core;
    const touch = market.touchOf(contract), sums = this.#sums, last = market.last;
    if (touch === null || sums === null || last === null) return null;
    const premium = contract.premiumTicks(last.row);
    const price = (ticks: number): number => priceOf(core, ticks);
    return {
      timestamp: core.stamp,
      contractId,
      entries: {
        Bid: { price: price(touch.bidTicks), size: this.#size() },
        TotalTradeVolume: { size: sums.volume },
        Offer: { price: price(touch.askTicks), size: this.#size() },
        LowPrice: { price: price(sums.lowTicks + premium) },
        Trade: { price: price(touch.lastTicks), size: last.size },
        OpeningPrice: { price: price(sums.openTicks + premium) },
        HighPrice: { price: price(sums.highTicks + premium) },
      },
    };
  }

  /** The whole book of a contract. */
  book(contractId: number, contract: ListedContract): Record<string, unknown> | null {
    const core = this.#core;
    const touch = core.market.touchOf(contract);
    if (touch === null) return null;
    const side = (best: number, step: 1 | -1): unknown =>
      Array.from({ length: DEPTH }, (_, level) => ({
        ...{ price: priceOf(core, best + step * level), size: this.#size() },
      }));
    return {
      ...{ contractId, timestamp: core.stamp, bids: side(touch.bidTicks, -1) },
      offers: side(touch.askTicks, 1),
    };
  }

  /** What has traded at each price in this session; only the last one where it is no refresh. */
  histogram(
    contractId: number,
    contract: ListedContract,
    refresh: boolean,
  ): Record<string, unknown> | null {
    const core = this.#core, { last } = core.market, sums = this.#sums;
    if (last === null || sums === null) return null;
    const base = sums.openTicks;
    const told = refresh ? [...sums.sizes] : [[last.ticks, sums.sizes.get(last.ticks)!] as const];
    return {
      ...{ contractId, timestamp: core.stamp, tradeDate: core.tradeDate },
      base: priceOf(core, base + contract.premiumTicks(last.row)),
      items: Object.fromEntries(told.map(([ticks, size]) => [String(ticks - base), size])),
      refresh,
    };
  }

  #size(): number {
    return 1 + this.#random.integer(60);
  }

  #count({ size, ticks, time }: Print): void {
    const day = this.#core.market.calendar.tradeDay(time);
    if (this.#sums?.day !== day) {
      this.#sums = {
        ...{ day, openTicks: ticks, highTicks: ticks, lowTicks: ticks, volume: 0 },
        sizes: new Map(),
      };
    }
    const sums = this.#sums;
    sums.highTicks = Math.max(sums.highTicks, ticks);
    sums.lowTicks = Math.min(sums.lowTicks, ticks);
    sums.volume += size;
    sums.sizes.set(ticks, (sums.sizes.get(ticks) ?? 0) + size);
  }
}
