import { createRandom, mixSeed, type Random, type TimerClock } from "../../core/mod.ts";
import { feePerSideMicros, tickValueMicros } from "../../market/mod.ts";
import { FaultScript } from "../fault_script.ts";
import type { ListedContract } from "../listed_contracts.ts";
import { SandboxMarket } from "../sandbox_market.ts";
import { AccountBook } from "./account_book.ts";
import { type EntityChange, EntityStore } from "./entity_store.ts";
import { TRADOVATE_FAULT_NAMES, type TradovateFault } from "./fault_catalogue.ts";
import { TRADOVATE_GUESSES, type TradovateGuesses } from "./guesses.ts";
import { type ReferenceData, referenceData } from "./reference_data.ts";
import {
  SANDBOX_DELAYS,
  SANDBOX_USER,
  type SandboxDelays,
  type SandboxUserOptions,
  type TradovateSandboxOptions,
} from "./sandbox_options.ts";

/** Told what has changed for an account; for everybody when it is null. */
export type ChangeListener = (changes: readonly EntityChange[], accountId: number | null) => void;

/** A user with the number that the venue gave him. */
export interface VenueUser extends SandboxUserOptions {
  readonly id: number;
}

/** How far times of the venue are behind while its clock is skewed. */
const SKEW_MS = 30_000;

/** What all parts of the venue share: its time, its market, its books, and who listens. */
export class VenueCore {
  readonly clock: TimerClock;
  readonly market: SandboxMarket;
  readonly store: EntityStore;
  readonly faults: FaultScript;
  readonly guesses: TradovateGuesses;
  readonly delays: SandboxDelays;
  readonly users: readonly VenueUser[];
  readonly accounts: ReadonlyMap<number, AccountBook>;
  readonly reference: ReferenceData;
  readonly tickValueMicros: number;
  readonly lotsAtOnce: number;
  readonly #seed: number;
  readonly #fee: number | undefined;
  readonly #listeners: ChangeListener[] = [];
  #skewUntil = -Infinity;

  /** Opens the venue. @throws {InputError} when its market cannot be opened */
  constructor(options: TradovateSandboxOptions) {
    const { bars, clock, firstId = 700_001, seed } = options;
    this.clock = clock;
    this.#seed = seed;
    this.market = new SandboxMarket(bars, clock);
    this.store = new EntityStore(firstId);
    this.faults = new FaultScript(TRADOVATE_FAULT_NAMES, mixSeed(seed, 1), () => clock.now());
    for (const plan of options.faults ?? []) this.faults.add(plan);
    this.guesses = { ...TRADOVATE_GUESSES, ...options.guesses };
    this.delays = { ...SANDBOX_DELAYS, ...options.delays };
    this.#fee = options.feePerSideMicros;
    this.lotsAtOnce = options.lotsAtOnce ?? Infinity;
    this.tickValueMicros = tickValueMicros(bars.instrument);
    const users = options.users ?? [SANDBOX_USER];
    this.users = users.map((user, index) => ({ ...user, id: 15_000 + index }));
    this.reference = referenceData(this.store, this.market, clock.now());
    this.accounts = openAccounts(this);
  }

  /** Random numbers of one part of the venue. */
  random(part: number): Random {
    return createRandom(mixSeed(this.#seed, 100 + part));
  }

  /** Whether a fault strikes here. */
  strikes(name: TradovateFault, on = ""): boolean {
    return this.faults.strikes(name, on);
  }

  /** Epoch milliseconds as the venue's own clock has them. */
  get now(): number {
    const now = this.clock.now();
    if (this.strikes("clock-skew")) this.#skewUntil = now + 60_000;
    return now < this.#skewUntil ? now - SKEW_MS : now;
  }

  /** Now, as its messages have it. */
  get stamp(): string {
    const text = new Date(this.now).toISOString();
    return this.guesses.stamps === "shortest" ? text.replace(/(:00)?\.000Z$/, "Z") : text;
  }

  /** The trade date that it is. */
  get tradeDate(): { readonly year: number; readonly month: number; readonly day: number } {
    const date = new Date(this.market.calendar.tradeDay(this.clock.now()) * 86_400_000);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }

  /** Fee of a lot and side. */
  get feeMicros(): number {
    const day = this.market.calendar.tradeDay(this.clock.now());
    return this.#fee ?? feePerSideMicros(this.market.instrument, day);
  }

  /** A contract by its number; null when nobody lists it. */
  contract(id: number): ListedContract | null {
    return this.reference.contracts.get(id) ?? null;
  }

  /** Calls back later. */
  later(delayMs: number, act: () => void): void {
    this.clock.after(delayMs, act);
  }

  /** Adds a listener to changes. */
  listen(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Tells what has changed: before the answer that is on its way, or after it. */
  tell(changes: readonly EntityChange[], accountId: number | null): void {
    if (changes.length === 0) return;
    const say = (): void => {
      for (const listener of this.#listeners) listener(changes, accountId);
    };
    if (this.guesses.eventOrder === "events-first") say();
    else this.later(this.delays.eventMs, say);
  }
}

function openAccounts(core: VenueCore): ReadonlyMap<number, AccountBook> {
  const books = new Map<number, AccountBook>();
  const { clock, store } = core;
  const timestamp = new Date(clock.now()).toISOString();
  for (const user of core.users) {
    store.create("user", {
      ...{ id: user.id, name: user.name, timestamp, email: `${user.name}@sandbox.test` },
      ...{ status: "Active", professional: false },
    });
    for (const { cashMicros, host = "demo", name } of user.accounts) {
      const id = 20_000 + books.size;
      const of = { id, name, userId: user.id, host };
      books.set(id, new AccountBook(of, cashMicros, core.tickValueMicros));
      store.create("account", {
        ...{ id, name, userId: user.id, accountType: "Customer", active: true },
        ...{ clearingHouseId: 2, riskCategoryId: 14, autoLiqProfileId: 5 },
        ...{ marginAccountType: "Speculator", legalStatus: "Individual", timestamp },
      });
      store.create("accountRiskStatus", { id, adminAction: "Normal", adminTimestamp: timestamp });
      store.create("cashBalance", {
        ...{ id: id + 20_000, accountId: id, timestamp, tradeDate: core.tradeDate },
        ...{ currencyId: 1, amount: cashMicros / 1e6, realizedPnL: 0, weekRealizedPnL: 0 },
      });
      store.create("marginSnapshot", {
        ...{ id, timestamp, riskTimePeriodId: 1, initialMargin: 0, maintenanceMargin: 0 },
        ...{ totalUsedMargin: 0, fullInitialMargin: 0 },
      });
    }
  }
  return books;
}
