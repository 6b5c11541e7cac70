import { InputError, nearestName } from "../core/mod.ts";
import type { Dated, Instrument, Margin } from "./instrument.ts";
import { CURRENCY_PAIRS, FUTURES, STOCKS } from "./instrument_table.ts";
import { epochDay } from "./time_zone.ts";

/** Futures month letters in calendar order, January to December. */
export const MONTH_LETTERS = "FGHJKMNQUVXZ";

/**
 * A US share or fund as an instrument: cent ticks, dollars, regular New York session, bought in
 * full. The fee of half a cent a share and side is an assumption.
 *
 * @param symbol ticker, any case
 */
export function genericStock(symbol: string): Instrument {
  const ticker = symbol.trim().toUpperCase();
  return {
    symbol: ticker,
    name: STOCKS[ticker] ?? ticker,
    kind: "stock",
    exchange: "US",
    currency: "USD",
    tickSize: 0.01,
    pointValue: 1,
    session: "us-stock",
    timeZone: "America/New_York",
    feePerSideUsd: [{ from: "1998-01-01", value: 0.005 }],
    margin: [],
    rollMonths: "",
  };
}

/**
 * A currency pair quoted in dollars as an instrument. One lot is 1,000 units of the first
 * currency, one tick a tenth of a pip. The fee of 2 cents a lot and side is an assumption.
 *
 * @param symbol pair such as `EURUSD`, any case
 * @throws {InputError} when the pair is not quoted in dollars
 */
export function genericFx(symbol: string): Instrument {
  const pair = symbol.trim().toUpperCase().replace("/", "");
  if (!/^[A-Z]{3}USD$/.test(pair)) {
    throw new InputError(`Cannot use the currency pair '${symbol}' as accounts are in dollars`, {
      remedy: "give a pair that ends in USD, such as EURUSD",
    });
  }
  return {
    symbol: pair,
    name: CURRENCY_PAIRS[pair] ?? pair,
    kind: "fx",
    exchange: "FX",
    currency: "USD",
    tickSize: 0.00001,
    pointValue: 1_000,
    session: "fx-week",
    timeZone: "America/New_York",
    feePerSideUsd: [{ from: "1998-01-01", value: 0.02 }],
    margin: [],
    rollMonths: "",
  };
}

/** Every instrument that ships: futures by root, and shares and currency pairs known by name. */
export const INSTRUMENTS: readonly Instrument[] = [
  ...FUTURES,
  ...Object.keys(STOCKS).map(genericStock),
  ...Object.keys(CURRENCY_PAIRS).map(genericFx),
];

const BY_SYMBOL: ReadonlyMap<string, Instrument> = new Map(
  INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]),
);

/** A futures contract code taken apart. */
export interface ContractCode {
  /** The future it is a contract of. */
  readonly root: Instrument;
  /** 1 January … 12 December. */
  readonly month: number;
  /** As written: one digit (`5`), two (`25`) or four (`2025`). */
  readonly year: string;
}

/**
 * Takes a contract code such as `ESZ5`, `MESH26` or `6EH2024` apart.
 *
 * @returns null when the text is no code of a future that ships
 */
export function parseContractCode(code: string): ContractCode | null {
  const match = /^([A-Z0-9]{2,3})([FGHJKMNQUVXZ])(\d{4}|\d{1,2})$/.exec(code.trim().toUpperCase());
  const root = BY_SYMBOL.get(match?.[1] ?? "");
  if (match === null || root?.kind !== "future" || !root.rollMonths.includes(match[2]!)) {
    return null;
  }
  return { root, month: MONTH_LETTERS.indexOf(match[2]!) + 1, year: match[3]! };
}

/**
 * The instrument of a symbol: a root (`MES`), a contract code (`MESZ5`), or a share or currency
 * pair known by name (`SPY`, `EURUSD`). Case does not matter.
 *
 * @throws {InputError} when the symbol is unknown, with the nearest known one
 * @example
 * ```ts
 * import { findInstrument } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(findInstrument("MESZ5").pointValue, 5);
 * assertEquals(findInstrument("6e").tickSize, 0.00005);
 * ```
 */
export function findInstrument(symbol: string): Instrument {
  const name = symbol.trim().toUpperCase();
  const found = BY_SYMBOL.get(name) ?? BY_SYMBOL.get(name.replace("/", "")) ??
    parseContractCode(name)?.root;
  if (found !== undefined) return found;
  const near = nearestName(name, BY_SYMBOL.keys());
  const guess = near === null ? "" : `did you mean ${near}? Else `;
  throw new InputError(`Cannot find the instrument '${symbol}'`, {
    remedy: `${guess}say what it is with --kind stock or --kind fx`,
  });
}

/** The entry in force on a trade day; before the first entry, the first. */
function inForce<T>(entries: readonly Dated<T>[], tradeDay: number): T | null {
  let found = entries[0];
  for (const entry of entries.slice(1)) if (epochDay(entry.from) <= tradeDay) found = entry;
  return found?.value ?? null;
}

/**
 * Commission and fees of one lot and side in whole micro-dollars.
 *
 * @param tradeDay days since 1970-01-01
 * @throws {RangeError} when the instrument states no fee
 */
export function feePerSideMicros(
  instrument: Pick<Instrument, "symbol" | "feePerSideUsd">,
  tradeDay: number,
): number {
  const fee = inForce(instrument.feePerSideUsd, tradeDay);
  if (fee === null) {
    throw new RangeError(`Cannot charge fees as ${instrument.symbol} states none`);
  }
  return Math.round(fee * 1e6);
}

/**
 * Overnight margin of one lot on a trade day; null for what is bought in full.
 *
 * @param tradeDay days since 1970-01-01
 */
export function marginOn(instrument: Pick<Instrument, "margin">, tradeDay: number): Margin | null {
  return inForce(instrument.margin, tradeDay);
}

/**
 * What a price move of one tick in one lot is worth, in micro-dollars.
 *
 * @throws {RangeError} when it is not a whole number
 * @example
 * ```ts
 * import { findInstrument, tickValueMicros } from "./instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(tickValueMicros(findInstrument("ES")), 12_500_000);
 * assertEquals(tickValueMicros(findInstrument("ZN")), 15_625_000);
 * ```
 */
export function tickValueMicros(
  instrument: Pick<Instrument, "symbol" | "tickSize" | "pointValue">,
): number {
  const exact = instrument.tickSize * instrument.pointValue * 1e6;
  const whole = Math.round(exact);
  // Decimal ticks such as 0.1 are not exact in binary: allow for their rounding only.
  if (whole < 1 || !Number.isSafeInteger(whole) || Math.abs(exact - whole) > 1e-9 * whole) {
    throw new RangeError(
      `Cannot count money of ${instrument.symbol} exactly as its tick value must be whole micro-dollars: current value is ${exact}`,
    );
  }
  return whole;
}
