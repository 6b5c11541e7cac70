import type { ListedContract } from "../listed_contracts.ts";
import type { Print } from "../price_tape.ts";
import { symbolIdOf } from "./gateway_contracts.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayTape } from "./gateway_tape.ts";
import type { HubMethods, SignalrConnection } from "./signalr_connection.ts";

const FLOOD = 500;

/** Types of rows of a depth, as the gateway numbers them. */
const DEPTH = { ask: 1, bid: 2, reset: 6 } as const;

const LEVELS = 5;

/** What one connection of the market hub has subscribed, and what it is told. */
export class MarketHub implements HubMethods {
  readonly #core: GatewayCore;
  readonly #tape: GatewayTape;
  readonly #connection: SignalrConnection;
  readonly #subscribed = new Set<string>();
  readonly #stop: () => void;

  /** Begins without subscriptions. */
  constructor(core: GatewayCore, tape: GatewayTape, connection: SignalrConnection) {
    this.#core = core;
    this.#tape = tape;
    this.#connection = connection;
    this.#stop = tape.listen((print, before) => this.#hear(print, before));
  }

  /** Subscribes, or takes back. */
  invoke(target: string, args: readonly unknown[]): ReturnType<HubMethods["invoke"]> {
    const [, isEnd, topic] = /^(un)?subscribecontract(quotes|trades|marketdepth)$/.exec(target) ??
      [];
    if (topic === undefined) return { error: "Unknown hub method" };
    const [contractId] = args;
    const isBad = typeof contractId !== "string" || !this.#core.contracts.all.has(contractId);
    if (isBad || this.#core.strikes("subscribe-error", target)) {
      return { error: `An unexpected error occurred invoking '${target}' on the server.` };
    }
    const key = `${topic} ${contractId}`;
    if (isEnd !== undefined) this.#subscribed.delete(key);
    else if (!this.#subscribed.has(key)) {
      this.#subscribed.add(key);
      if (topic === "marketdepth") this.#core.later(1, () => this.#book(contractId));
    }
    return this.#core.strikes("subscribe-unanswered", target) ? null : { result: 0 };
  }

  /** Hears no more. */
  close(): void {
    this.#stop();
  }

  #hear(print: Print, before: number): void {
    const core = this.#core;
    if (this.#tape.isFrozen) return;
    for (const key of this.#subscribed) {
      const [topic, contractId = ""] = key.split(" ");
      const contract = core.contracts.all.get(contractId)!;
      if (topic === "quotes") {
        const quote = this.#tape.change(contractId);
        if (quote === null) continue;
        const times = core.strikes("quote-flood") ? FLOOD : 1;
        for (let time = 0; time < times; time++) {
          this.#connection.say("GatewayQuote", [contractId, quote]);
        }
      } else if (topic === "trades") this.#trade(contractId, contract, print, before);
      else this.#levels(contractId, contract, print);
    }
  }

  #trade(contractId: string, contract: ListedContract, print: Print, before: number): void {
    const core = this.#core;
    const trade = {
      symbolId: symbolIdOf(contractId),
      price: core.price(print.ticks + contract.premiumTicks(print.row)),
      timestamp: new Date(core.now).toISOString(),
      ...{ type: print.ticks >= before ? 0 : 1, volume: print.size },
    };
    const isList = core.guesses.tradeForm === "list";
    this.#connection.say("GatewayTrade", [contractId, isList ? [trade] : trade]);
  }

  #levels(contractId: string, contract: ListedContract, print: Print): void {
    const touch = this.#core.market.touchOf(contract);
    if (touch === null) return;
    const row = (type: number, ticks: number): unknown => this.#row(type, ticks, print.size);
    this.#connection.say("GatewayDepth", [contractId, [
      null,
      row(DEPTH.bid, touch.bidTicks),
      row(DEPTH.ask, touch.askTicks),
    ]]);
  }

  #book(contractId: string): void {
    const touch = this.#core.market.touchOf(this.#core.contracts.all.get(contractId)!);
    if (touch === null || this.#tape.isFrozen) return;
    const side = (type: number, best: number, step: 1 | -1): readonly unknown[] =>
      Array.from(
        { length: LEVELS },
        (_, level) => this.#row(type, best + step * level, 10 + level),
      );
    this.#connection.say("GatewayDepth", [contractId, [
      this.#row(DEPTH.reset, 0, 0),
      ...side(DEPTH.bid, touch.bidTicks, -1),
      ...side(DEPTH.ask, touch.askTicks, 1),
    ]]);
  }

  #row(type: number, ticks: number, volume: number): unknown {
    const timestamp = new Date(this.#core.now).toISOString();
    return { timestamp, type, price: this.#core.price(ticks), volume, currentVolume: volume };
  }
}
