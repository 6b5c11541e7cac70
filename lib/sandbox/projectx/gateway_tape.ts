import type { PrintListener } from "../sandbox_market.ts";
import { symbolIdOf } from "./gateway_contracts.ts";
import type { GatewayCore } from "./gateway_core.ts";

const FROZEN_MS = 120_000;

/** Fields of a quote that are told anew at every change. */
type QuoteFields = Readonly<Record<string, number>>;

/** The market as the market hub tells it: what has changed since the last trade. */
export class GatewayTape {
  readonly #core: GatewayCore;
  readonly #before = new Map<string, QuoteFields>();
  readonly #now = new Map<string, QuoteFields>();
  #listeners: readonly PrintListener[] = [];
  #frozenUntil = -Infinity;
  #session:
    | { readonly day: number; open: number; high: number; low: number; volume: number }
    | null = null;

  /** Follows the market. */
  constructor(core: GatewayCore) {
    this.#core = core;
    core.market.onPrint((print, before) => {
      if (core.strikes("market-frozen")) this.#frozenUntil = core.clock.now() + FROZEN_MS;
      this.#count(print.ticks, print.size, print.time);
      for (const contractId of core.contracts.all.keys()) {
        this.#before.set(contractId, this.#now.get(contractId) ?? {});
        this.#now.set(contractId, this.#fields(contractId));
      }
      for (const listener of this.#listeners) listener(print, before);
    });
  }

  /** Whether the market hub tells nothing. */
  get isFrozen(): boolean {
    return this.#core.clock.now() < this.#frozenUntil;
  }

  /** Tells of trades once their quotes are known; until what it returns is called. */
  listen(listener: PrintListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  /** What the last trade has changed in the quote of a contract; null for nothing. */
  change(contractId: string): Record<string, unknown> | null {
    const before = this.#before.get(contractId) ?? {}, now = this.#now.get(contractId) ?? {};
    const isWhole = this.#core.guesses.quotes === "whole";
    const changed = Object.fromEntries(
      Object.entries(now).filter(([name, value]) => isWhole || before[name] !== value),
    );
    if (Object.keys(changed).length === 0) return null;
    const stamp = new Date(this.#core.now).toISOString();
    return { symbol: symbolIdOf(contractId), ...changed, lastUpdated: stamp, timestamp: stamp };
  }

  #count(ticks: number, size: number, time: number): void {
    const day = this.#core.market.calendar.tradeDay(time);
    if (this.#session?.day !== day) {
      this.#session = { day, open: ticks, high: ticks, low: ticks, volume: 0 };
    }
    this.#session.high = Math.max(this.#session.high, ticks);
    this.#session.low = Math.min(this.#session.low, ticks);
    this.#session.volume += size;
  }

  #fields(contractId: string): QuoteFields {
    const { contracts, market } = this.#core;
    const contract = contracts.all.get(contractId)!;
    const touch = market.touchOf(contract)!, session = this.#session!;
    const premium = contract.premiumTicks(market.last!.row);
    const price = (ticks: number): number => this.#core.price(ticks);
    return {
      ...{ lastPrice: price(touch.lastTicks), bestBid: price(touch.bidTicks) },
      bestAsk: price(touch.askTicks),
      change: price(touch.lastTicks - session.open - premium),
      open: price(session.open + premium),
      ...{ high: price(session.high + premium), low: price(session.low + premium) },
      volume: session.volume,
    };
  }
}
