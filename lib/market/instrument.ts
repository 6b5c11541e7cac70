import type { ContractRules } from "./contract_rules.ts";

/** What is traded. */
export type InstrumentKind = "future" | "stock" | "fx";

/** An amount in force from a date on (inclusive), until the next entry. */
export interface Dated<T> {
  /** First trade date in force, ISO `YYYY-MM-DD`. */
  readonly from: string;
  /** The amount in force. */
  readonly value: T;
}

/** Margin for one contract, in dollars. */
export interface Margin {
  /** Needed to open a position. */
  readonly initialUsd: number;
  /** Needed to keep it. */
  readonly maintenanceUsd: number;
}

/**
 * An instrument as data. One price tick of one lot is worth `tickSize * pointValue` in
 * `currency`, and that is always a whole number of micro-dollars.
 */
export interface Instrument {
  /** Root symbol, for example `MES`. */
  readonly symbol: string;
  /** Full name for people. */
  readonly name: string;
  /** Future, stock or currency pair. */
  readonly kind: InstrumentKind;
  /** Where it trades. */
  readonly exchange: string;
  /** Currency of prices and results. */
  readonly currency: "USD";
  /** Smallest price step, in price units. */
  readonly tickSize: number;
  /** Dollars for a price move of 1.0 in one lot. */
  readonly pointValue: number;
  /** Name of the calendar it trades by; see `CALENDARS`. */
  readonly session: string;
  /** IANA zone in which the session is defined. */
  readonly timeZone: string;
  /** All-in commission and fees per lot and side, dollars; an assumption unless the broker says so. */
  readonly feePerSideUsd: readonly Dated<number>[];
  /** Overnight margin per lot; empty for stock and FX, which are bought in full. */
  readonly margin: readonly Dated<Margin>[];
  /** Delivery months traded, as futures month letters; empty for stock and FX. */
  readonly rollMonths: string;
  /** When its contracts end; absent where that is not known, and for what does not end. */
  readonly contracts?: ContractRules;
}
