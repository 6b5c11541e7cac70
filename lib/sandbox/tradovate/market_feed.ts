import type { Random } from "../../core/mod.ts";
import type { ListedContract } from "../listed_contracts.ts";
import type { Print } from "../price_tape.ts";
import type { CallCounts } from "./call_counts.ts";
import { readChart, SocketChart } from "./charts.ts";
import type { Entitlement } from "./entitlement.ts";
import type { Quotes } from "./quotes.ts";
import type { UserSession } from "./token_desk.ts";
import { BAD_PARAMETERS, DENIED, done, type VenueAnswer, type VenueCall } from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";
import type { MarketSubscriptions } from "./venue_socket.ts";

/** What is told of a contract. */
type Topic = "quote" | "dom" | "histogram";

const LISTS = { quote: "quotes", dom: "doms", histogram: "histograms" } as const;

const DELAYED_MS = 600_000, AGAIN_MS = 400;

/** What all sockets of market data share. */
export interface MarketDesk {
  readonly core: VenueCore;
  readonly counts: CallCounts;
  readonly quotes: Quotes;
  readonly entitlement: Entitlement;
  readonly nextId: () => number;
}

/** Subscriptions of one socket to the market. */
export class MarketFeed implements MarketSubscriptions {
  readonly #desk: MarketDesk;
  readonly #send: (kind: string, payload: unknown) => void;
  readonly #random: Random;
  readonly #topics = new Map<string, { readonly isDelayed: boolean }>();
  readonly #charts = new Map<number, SocketChart>();
  #held: Record<string, unknown> | null = null;
  readonly #stop: () => void;
  #isOpen = true;

  /** Begins without subscriptions. */
  constructor(desk: MarketDesk, send: (kind: string, payload: unknown) => void) {
    this.#desk = desk;
    this.#send = send;
    this.#random = desk.core.random(7);
    this.#stop = desk.core.market.onPrint((print) => this.#trade(print));
  }

  /** Handles a call. */
  call(call: VenueCall, session: UserSession): VenueAnswer | null {
    const match = /^md\/(un)?subscribe(quote|dom|histogram)$/.exec(call.endpoint);
    if (match !== null) {
      const [, isEnd, topic] = match;
      const found = this.#contract(call.body.symbol);
      if (found === null) return unknownSymbol();
      const key = `${topic} ${found[0]}`;
      if (isEnd === undefined) return this.#subscribe(topic as Topic, found, session);
      this.#topics.delete(key);
      return { status: 200 };
    }
    if (call.endpoint === "md/getchart") return this.#chart(call, session);
    if (call.endpoint !== "md/cancelchart") return null;
    const id = Number(call.body.subscriptionId);
    const chart = this.#charts.get(id) ?? this.#charts.get(id + 1);
    if (chart === undefined) return BAD_PARAMETERS;
    chart.cancel();
    this.#charts.delete(chart.realtimeId);
    return { status: 200 };
  }

  /** The socket has ended. */
  close(): void {
    this.#isOpen = false;
    this.#stop();
    this.#topics.clear();
    for (const chart of this.#charts.values()) chart.cancel();
    this.#charts.clear();
  }

  #subscribe(
    topic: Topic,
    [contractId, contract]: readonly [number, ListedContract],
    session: UserSession,
  ): VenueAnswer {
    const { core, entitlement, nextId } = this.#desk;
    const isEntitled = entitlement.holds(session);
    if (!isEntitled && core.guesses.noEntitlement === "access-denied") return DENIED;
    const isDelayed = !isEntitled || core.strikes("quotes-delayed");
    this.#topics.set(`${topic} ${contractId}`, { isDelayed });
    core.later(1, () => this.#tell(topic, contractId, contract, true));
    return done({ mode: isDelayed ? "Delayed" : "RealTime", subscriptionId: nextId() });
  }

  #chart({ body }: VenueCall, session: UserSession): VenueAnswer {
    const { core, counts, entitlement, nextId } = this.#desk;
    if (core.strikes("chart-ticket")) return done(counts.issue(5));
    if (!entitlement.holds(session)) return DENIED;
    const found = this.#contract(body.symbol);
    if (found === null) return unknownSymbol();
    const request = readChart(body, found[1]);
    if (request === null) {
      return done({ errorText: "Unsupported chart", errorCode: "UnsupportedChart", mode: "None" });
    }
    const firstId = nextId();
    nextId();
    const send = (payload: unknown): void => {
      if (this.#isOpen && !entitlement.isLapsed) this.#send("chart", payload);
    };
    const chart = new SocketChart(core, request, firstId, this.#random, send);
    this.#charts.set(chart.realtimeId, chart);
    return done({ historicalId: chart.historicalId, realtimeId: chart.realtimeId });
  }

  #trade(print: Print): void {
    if (!this.#isOpen || this.#desk.entitlement.isStalled) return;
    for (const chart of this.#charts.values()) chart.trade(print);
    for (const key of this.#topics.keys()) {
      const [topic, id] = key.split(" ");
      const contractId = Number(id), contract = this.#desk.core.contract(contractId)!;
      this.#tell(topic as Topic, contractId, contract, false);
      // Prices of those who wait change more often than anybody trades: the trade is told again.
      if (topic === "quote") {
        this.#desk.core.later(AGAIN_MS, () => this.#tell("quote", contractId, contract, false));
      }
    }
  }

  #tell(topic: Topic, contractId: number, contract: ListedContract, isFirst: boolean): void {
    const { core, entitlement, quotes } = this.#desk;
    const subscribed = this.#topics.get(`${topic} ${contractId}`);
    if (subscribed === undefined || entitlement.isStalled) return;
    const payload = topic === "quote"
      ? quotes.quote(contractId, contract)
      : topic === "dom"
      ? quotes.book(contractId, contract)
      : quotes.histogram(contractId, contract, isFirst);
    if (payload === null) return;
    const say = (): void => {
      if (this.#isOpen) this.#send("md", { [LISTS[topic]]: [this.#spoilt(topic, payload)] });
    };
    if (subscribed.isDelayed) return core.later(DELAYED_MS, say);
    if (topic !== "quote") return say();
    if (this.#held === null && core.strikes("quotes-out-of-order")) {
      this.#held = payload;
      return;
    }
    say();
    if (this.#held !== null) this.#send("md", { quotes: [this.#held] });
    this.#held = null;
  }

  #spoilt(topic: Topic, payload: Record<string, unknown>): Record<string, unknown> {
    const { core } = this.#desk;
    if (topic !== "quote") return payload;
    const entries = payload.entries as Record<string, { readonly price?: number }>;
    if (core.strikes("quotes-crossed")) {
      return { ...payload, entries: { ...entries, Bid: entries.Offer, Offer: entries.Bid } };
    }
    if (!core.strikes("quotes-zero")) return payload;
    const zero = { price: 0, size: 0 };
    return { ...payload, entries: { ...entries, Bid: zero, Offer: zero, Trade: zero } };
  }

  /** A contract by its name, its number, or its root with `@`: the first that lives. */
  #contract(symbol: unknown): readonly [number, ListedContract] | null {
    const { core } = this.#desk;
    const [front] = core.market.livingContracts(core.clock.now());
    const isContinuous = symbol === `@${core.market.instrument.symbol}`;
    for (const [id, contract] of core.reference.contracts) {
      const isMeant = isContinuous ? contract === front : contract.name === symbol ||
        id === Number(symbol);
      if (isMeant) return [id, contract];
    }
    return null;
  }
}

function unknownSymbol(): VenueAnswer {
  return done({ errorText: "Symbol is unknown", errorCode: "UnknownSymbol", mode: "None" });
}
