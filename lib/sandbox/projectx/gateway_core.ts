import { createRandom, mixSeed, type Random, type TimerClock } from "../../core/mod.ts";
import { feePerSideMicros, tickValueMicros, wallTimeToUtc } from "../../market/mod.ts";
import { fromTicks } from "../../trading/mod.ts";
import { FaultScript } from "../fault_script.ts";
import { SandboxMarket } from "../sandbox_market.ts";
import { zoneClock } from "../zone_clock.ts";
import { GatewayAccountBook } from "./gateway_account.ts";
import { GatewayContracts } from "./gateway_contracts.ts";
import { PROJECTX_FAULT_NAMES, type ProjectxFault } from "./gateway_faults.ts";
import { PROJECTX_GUESSES, type ProjectxGuesses } from "./gateway_guesses.ts";
import { GATEWAY_ACCOUNTS, type ProjectxSandboxOptions } from "./gateway_options.ts";

/** What the user hub tells. */
export interface UserEvent {
  /** For example `GatewayUserOrder`. */
  readonly target: string;
  readonly accountId: number;
  readonly action: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Time zone of the firm's rules. */
export const FIRM_ZONE = "America/Chicago";

/** Minutes of the day at which everybody has to be flat, and at which trading begins again. */
const FLAT_MINUTE = 15 * 60 + 10, OPEN_MINUTE = 17 * 60;

const FIRST_ACCOUNT = 700_001, FIRST_ORDER = 4_000_000_001;
const FIRST_TRADE = 9_100_000_001, FIRST_POSITION = 500_001;

const SKEW_MS = 90_000;

/** What all parts of the gateway share. */
export class GatewayCore {
  readonly clock: TimerClock;
  readonly market: SandboxMarket;
  readonly contracts: GatewayContracts;
  readonly faults: FaultScript;
  readonly guesses: ProjectxGuesses;
  readonly accounts: ReadonlyMap<number, GatewayAccountBook>;
  readonly tickValueMicros: number;
  readonly lotsAtOnce: number;
  readonly #seed: number;
  readonly #fee: number | undefined;
  #listeners: readonly ((events: readonly UserEvent[]) => void)[] = [];
  #lastOrder = FIRST_ORDER - 1;
  #skewUntil = -Infinity;

  /** Opens the gateway. @throws {InputError} when its market cannot be opened */
  constructor(options: ProjectxSandboxOptions) {
    const { accounts = GATEWAY_ACCOUNTS, bars, clock, seed } = options;
    this.clock = clock;
    this.#seed = seed;
    this.market = new SandboxMarket(bars, clock);
    this.contracts = new GatewayContracts(this.market, () => clock.now());
    this.faults = new FaultScript(PROJECTX_FAULT_NAMES, mixSeed(seed, 1), () => clock.now());
    for (const plan of options.faults ?? []) this.faults.add(plan);
    this.guesses = { ...PROJECTX_GUESSES, ...options.guesses };
    this.#fee = options.feePerSideMicros;
    this.lotsAtOnce = options.lotsAtOnce ?? Infinity;
    this.tickValueMicros = tickValueMicros(bars.instrument);
    let trades = FIRST_TRADE, positions = FIRST_POSITION;
    const numbers = {
      nextTrade: () => trades++,
      nextPosition: () => positions++,
      tickValueMicros: this.tickValueMicros,
    };
    this.accounts = new Map(accounts.map((each, index) => {
      const id = FIRST_ACCOUNT + index;
      return [id, new GatewayAccountBook(id, each, numbers)];
    }));
  }

  /** A number that no order has. */
  nextOrder(): number {
    return ++this.#lastOrder;
  }

  /** Random numbers of one part of the gateway. */
  random(part: number): Random {
    return createRandom(mixSeed(this.#seed, 100 + part));
  }

  /** Whether a fault strikes here. */
  strikes(name: ProjectxFault, on = ""): boolean {
    return this.faults.strikes(name, on);
  }

  /** Epoch milliseconds as the gateway's own clock has them. */
  get now(): number {
    const now = this.clock.now();
    if (this.strikes("clock-skew")) this.#skewUntil = now + 60_000;
    return now < this.#skewUntil ? now - SKEW_MS : now;
  }

  /** Fee of a lot and side. */
  get feeMicros(): number {
    const day = this.market.calendar.tradeDay(this.clock.now());
    return this.#fee ?? feePerSideMicros(this.market.instrument, day);
  }

  /** Whether orders are taken: the exchange is open, and it is not yet time to be flat. */
  get isTrading(): boolean {
    const { hour, minute } = zoneClock(FIRM_ZONE, this.clock.now());
    const at = hour * 60 + minute;
    return this.market.isOpen && (at < FLAT_MINUTE || at >= OPEN_MINUTE);
  }

  /** The next moment at which everybody has to be flat, and the next at which trading begins. */
  get nextFlat(): number {
    return this.#next(FLAT_MINUTE);
  }

  /** The next moment at which a day of the firm begins. */
  get nextDay(): number {
    return this.#next(OPEN_MINUTE);
  }

  /** A price from ticks. */
  price(ticks: number): number {
    return fromTicks(ticks, this.market.instrument.tickSize);
  }

  /** Calls back later. */
  later(delayMs: number, act: () => void): void {
    this.clock.after(delayMs, act);
  }

  /** Adds a listener to events; until what it returns is called. */
  listen(listener: (events: readonly UserEvent[]) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  /** Tells the user hub. */
  tell(events: readonly UserEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) listener(events);
  }

  #next(minute: number): number {
    const now = this.clock.now();
    const { day } = zoneClock(FIRM_ZONE, now);
    const today = wallTimeToUtc(FIRM_ZONE, day, minute);
    return today > now ? today : wallTimeToUtc(FIRM_ZONE, day + 1, minute);
  }
}

/** `2026-11-02T14:30:00.100000+00:00`. */
export function microStamp(time: number): string {
  return new Date(time).toISOString().replace(/Z$/, "000+00:00");
}

/** `2026-11-02T14:30:00+00:00`. */
export function secondStamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "+00:00");
}
