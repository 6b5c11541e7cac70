import { InputError } from "../../core/mod.ts";
import { openJournalReader, sessionDays } from "../../journal/mod.ts";
import { DAY_MS, epochDay, type Instrument } from "../../market/mod.ts";
import { type Fill, type Forecast, type KeptEntry, toTicks } from "../../trading/mod.ts";

/** Where a session that trades a system is written down. */
export interface SessionPlace {
  /** Folder of all sessions. */
  readonly sessions: string;
  /** Name of the session, which is its account's. */
  readonly account: string;
}

/** What a session has to tell a night of a system. */
export interface SessionEvidence {
  /** Name of the session. */
  readonly account: string;
  /** What systems said, by close of the bar, epoch milliseconds. */
  readonly said: ReadonlyMap<number, SaidAtClose>;
  /** Market orders that the system asked for: ticks a lot paid beyond the open of their bar. */
  readonly paidTicks: Float64Array;
  /** Days of the account, oldest first; empty where it trades more than this system. */
  readonly days: readonly EvidenceDay[];
  /** What went wrong with challengers last, by `name@version`. */
  readonly faults: ReadonlyMap<string, string>;
}

/** What was said at one close. */
export interface SaidAtClose {
  /** By the system that traded, with its `name@version`; null where it said nothing. */
  champion: { readonly by: string; readonly forecast: Forecast } | null;
  /** By challengers, by `name@version`. */
  readonly shadows: Map<string, Forecast>;
}

/** One trade day of the account. */
export interface EvidenceDay {
  /** Days since 1970-01-01. */
  readonly tradeDay: number;
  /** What equity grew by, micro-dollars. */
  readonly profitMicros: number;
  /** Equity before it, micro-dollars. */
  readonly beforeMicros: number;
  /** Size in which the system served. */
  readonly sizeFactor: number;
}

/**
 * Reads what a session has journaled of a system, also while it runs.
 *
 * @param system name, whatever version serves
 * @throws {InputError} when there is no such session, or it does not trade the system on this instrument
 */
export async function readSessionEvidence(
  { account, sessions }: SessionPlace,
  system: string,
  instrument: Instrument,
): Promise<SessionEvidence> {
  using reader = openJournalReader(sessions, account);
  const reading = new EvidenceReader(system, instrument);
  for await (const entry of reader.entries()) reading.take(entry);
  if (!reading.isTraded) {
    throw new InputError(`Cannot learn of ${system} from a session that has not traded it`, {
      where: `session ${account}`,
      remedy: `name one that trades ${system} on ${instrument.symbol}, or leave --session out`,
    });
  }
  const days = reading.isAlone ? await sessionDays(reader.entries()) : [];
  return {
    ...{ account, said: reading.said, faults: reading.faults },
    paidTicks: reading.paidTicks(),
    days: days.map(({ day, equityMicros, profitMicros }) => {
      const tradeDay = epochDay(day);
      const sizeFactor = reading.sizes.get(tradeDay) ?? 1;
      return { tradeDay, profitMicros, beforeMicros: equityMicros - profitMicros, sizeFactor };
    }),
  };
}

/** Goes through a journal once. */
class EvidenceReader {
  readonly said = new Map<number, SaidAtClose>();
  readonly faults = new Map<string, string>();
  /** Size by trade day. */
  readonly sizes = new Map<number, number>();
  readonly #system: string;
  readonly #instrument: Instrument;
  readonly #opens = new Map<number, number>();
  readonly #fills: Fill[] = [];
  readonly #marketOrders = new Set<number>();
  #intervalMs = DAY_MS;
  #slots = 0;
  /** Its slot; null before it trades. */
  #slot: number | null = null;
  #sizeFactor = 1;

  constructor(system: string, instrument: Instrument) {
    this.#system = system;
    this.#instrument = instrument;
  }

  get isTraded(): boolean {
    return this.#slot !== null;
  }

  /** Whether the account's profit is the system's. */
  get isAlone(): boolean {
    return this.#slots === 1;
  }

  take(entry: KeptEntry): void {
    if (entry.kind === "session-started") {
      this.#slots = entry.slots.length;
      const own = entry.slots.find(({ symbol }) => symbol === this.#instrument.symbol);
      this.#intervalMs = own?.intervalMs ?? this.#intervalMs;
    }
    if (entry.kind === "deployment") this.#deploy(entry);
    if (!("slot" in entry) || entry.slot !== this.#slot) return;
    const close = entry.sessionTime ?? 0;
    switch (entry.kind) {
      case "bar":
        this.#opens.set(entry.bar.time, entry.bar.open);
        this.sizes.set(entry.tradeDay, this.#sizeFactor);
        return;
      case "forecast":
        if (entry.by !== null) {
          this.#at(close).champion = { by: entry.by, forecast: entry.forecast };
        }
        return;
      case "shadow":
        if (entry.forecast === null) this.faults.set(entry.by, entry.why);
        else {
          this.faults.delete(entry.by);
          this.#at(close).shadows.set(entry.by, entry.forecast);
        }
        return;
      case "submit":
        if ((entry.order.terms?.kind ?? "market") === "market" && entry.order.reason === "signal") {
          this.#marketOrders.add(entry.order.id);
        }
        return;
      case "filled":
        if (this.#marketOrders.has(entry.fill.orderId)) this.#fills.push(entry.fill);
    }
  }

  /** What fills cost beyond the open of the bar they fell into, where that bar is known. */
  paidTicks(): Float64Array {
    const { tickSize } = this.#instrument;
    return Float64Array.from(this.#fills.flatMap(({ lots, priceTicks, time }) => {
      const open = this.#opens.get(time) ??
        this.#opens.get(Math.floor(time / this.#intervalMs) * this.#intervalMs);
      return open === undefined ? [] : [Math.sign(lots) * (priceTicks - toTicks(open, tickSize))];
    }));
  }

  #deploy({ deployment, slot }: KeptEntry & { readonly kind: "deployment" }): void {
    if (!deployment.system.startsWith(`${this.#system}@`)) return;
    this.#slot ??= slot;
    if (slot === this.#slot) this.#sizeFactor = deployment.sizeFactor;
  }

  #at(close: number): SaidAtClose {
    const known = this.said.get(close) ?? { champion: null, shadows: new Map() };
    this.said.set(close, known);
    return known;
  }
}
