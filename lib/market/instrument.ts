import type { ContractRules } from "./contract_rules.ts";

/**
 * What is traded: a futures contract, a share or fund, a currency pair, a metal or a coin for
 * immediate delivery, or a perpetual contract on a coin, which pays funding and does not end.
 */
export type InstrumentKind = "future" | "stock" | "fx" | "metal" | "crypto" | "perpetual";

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
 * How the market writes a price: with decimals; in points and 32nds of one (`109'165` is 109 and
 * 16.5/32; halves, quarters and eighths of a 32nd by their first digit); or in cents and eighths of
 * one (`475'2` is 475.25 cents).
 */
export type PriceFormat = "decimal" | "32nds" | "8ths";

/** How much one lot is. A position is a whole number of lots, so the lot is the smallest step. */
export interface LotSize {
  /** Units in one lot, for example .001. */
  readonly size: number;
  /** Of what, for example `BTC`. */
  readonly unit: string;
}

/** Where figures of an instrument come from. */
export interface InstrumentSource {
  /** Which figures, in words. */
  readonly of: string;
  /** The page or file that says them. */
  readonly page: string;
  /** Date of that page, or on which it was read, ISO `YYYY-MM-DD`. */
  readonly date: string;
}

/**
 * An instrument as data. One price tick of one lot is worth `tickSize * pointValue` in
 * `currency`, and that is always a whole number of millionths.
 */
export interface Instrument {
  /** Root symbol, for example `MES`. */
  readonly symbol: string;
  /** Full name for people. */
  readonly name: string;
  /** What is traded. */
  readonly kind: InstrumentKind;
  /** Where it trades. */
  readonly exchange: string;
  /** Currency of prices and results, for example `USD`. Only dollars can be counted. */
  readonly currency: string;
  /** Smallest price step, in price units. */
  readonly tickSize: number;
  /** Money in `currency` for a price move of 1.0 in one lot. */
  readonly pointValue: number;
  /** What a price counts, for example `cents per bushel`. */
  readonly quotation?: string;
  /** How its market writes prices. @default "decimal" */
  readonly priceFormat?: PriceFormat;
  /** How much one lot is; absent where it is one contract or share. */
  readonly lot?: LotSize;
  /** Name of the calendar it trades by; see `CALENDARS`. */
  readonly session: string;
  /** IANA zone in which the session is defined. */
  readonly timeZone: string;
  /**
   * All-in commission and fees per lot and side, dollars; an assumption unless the broker says so.
   * Empty where nobody's fee is known: whoever trades it says one.
   */
  readonly feePerSideUsd: readonly Dated<number>[];
  /** Overnight margin per lot; empty for what is bought in full, and where none is known. */
  readonly margin: readonly Dated<Margin>[];
  /** Date up to which margins were looked up; absent where nobody says it. */
  readonly marginKnownUntil?: string;
  /** Delivery months traded, as futures month letters; empty for what has none. */
  readonly rollMonths: string;
  /** When its contracts end; absent where that is not known, and for what does not end. */
  readonly contracts?: ContractRules;
  /** Hours between two funding payments of a perpetual contract. */
  readonly fundingHours?: number;
  /** Where its figures come from. */
  readonly sources?: readonly InstrumentSource[];
  /** What is doubtful about them, in words. */
  readonly notes?: readonly string[];
  /** The document that a user has brought along; absent for what ships. */
  readonly document?: InstrumentDocument;
  /** The constant rate by which it was brought into dollars. */
  readonly conversion?: CurrencyConversion;
}

/** An instrument as it stands in a file of instruments, shipped or a user's own. */
export interface InstrumentDocument {
  /** Root symbol in capitals, for example `MES`; one meaning in all files together. */
  readonly symbol: string;
  /** Full name for people. */
  readonly name: string;
  /** What is traded. */
  readonly kind: InstrumentKind;
  /** Where it trades. */
  readonly exchange: string;
  /** Currency of prices, for example `USD`. */
  readonly currency: string;
  /** Smallest price step. */
  readonly tickSize: number;
  /** Money in `currency` for a price move of 1.0 in one lot. */
  readonly pointValue: number;
  /** What a price counts, for example `cents per bushel`. */
  readonly quotation?: string;
  /** How its market writes prices. @default "decimal" */
  readonly priceFormat?: PriceFormat;
  /** How much one lot is; of currencies, metals and coins. */
  readonly lot?: LotSize;
  /** Name of the calendar it trades by; its zone goes with it. */
  readonly calendar: string;
  /** Delivery months as letters in the order of the year; of futures. */
  readonly months?: string;
  /** All-in fee per lot and side from a date on; absent where none is known. */
  readonly feePerSideUsd?: readonly { readonly from: string; readonly usd: number }[];
  /** Overnight margin per lot from a date on; of futures. */
  readonly margin?: readonly {
    readonly from: string;
    readonly initialUsd: number;
    readonly maintenanceUsd: number;
  }[];
  /** Date up to which margins were looked up; whoever tests later days gives today's. */
  readonly marginKnownUntil?: string;
  /** When its contracts end; of futures. */
  readonly contracts?: ContractRules;
  /** Hours between two funding payments; of perpetual contracts. */
  readonly fundingHours?: number;
  /** Where the figures come from; every shipped figure has one. */
  readonly sources?: readonly InstrumentSource[];
  /** What is doubtful, in words. */
  readonly notes?: readonly string[];
}

/** A constant rate of exchange that somebody has given. */
export interface CurrencyConversion {
  /** Currency of the prices. */
  readonly from: string;
  /** Dollars for one unit of it. */
  readonly usd: number;
}
