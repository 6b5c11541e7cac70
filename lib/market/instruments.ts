import { InputError, nearestName } from "../core/mod.ts";
import type { Dated, Instrument, Margin } from "./instrument.ts";
import { INSTRUMENTS } from "./shipped_instruments.ts";
import { isoDate } from "./time_zone.ts";

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
    name: nameOf(ticker),
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
      remedy: "give a pair that ends in USD, such as EURUSD, or describe it with `deno task " +
        "instruments add` and give a rate with --fx-rate",
    });
  }
  return {
    symbol: pair,
    name: nameOf(pair),
    kind: "fx",
    exchange: "FX",
    currency: "USD",
    tickSize: 0.00001,
    pointValue: 1_000,
    lot: { size: 1_000, unit: pair.slice(0, 3) },
    session: "fx-week",
    timeZone: "America/New_York",
    feePerSideUsd: [{ from: "1998-01-01", value: 0.02 }],
    margin: [],
    rollMonths: "",
  };
}

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

/** Name of a symbol that ships, else the symbol. */
function nameOf(symbol: string): string {
  return BY_SYMBOL.get(symbol)?.name ?? symbol;
}

/**
 * Takes a contract code such as `ESZ5`, `MESH26` or `6EH2024` apart.
 *
 * @param own a user's instruments beside those that ship
 * @returns null when the text is no code of a future that is known
 */
export function parseContractCode(
  code: string,
  own: readonly Instrument[] = [],
): ContractCode | null {
  const match = /^([A-Z0-9][A-Z0-9._-]*)([FGHJKMNQUVXZ])(\d{4}|\d{1,2})$/
    .exec(code.trim().toUpperCase());
  const [, symbol = "", month = "", year = ""] = match ?? [];
  const root = own.find((instrument) => instrument.symbol === symbol) ?? BY_SYMBOL.get(symbol);
  if (root?.kind !== "future" || !root.rollMonths.includes(month)) return null;
  return { root, month: MONTH_LETTERS.indexOf(month) + 1, year };
}

/**
 * The instrument of a symbol: a root (`MES`), a contract code (`MESZ5`), or a share, currency
 * pair, metal or coin known by name (`SPY`, `EURUSD`). Case does not matter.
 *
 * @param own a user's instruments beside those that ship
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
export function findInstrument(symbol: string, own: readonly Instrument[] = []): Instrument {
  const found = knownInstrument(symbol, own);
  if (found !== null) return found;
  const name = symbol.trim().toUpperCase();
  const root = /^(.+)[FGHJKMNQUVXZ](?:\d{4}|\d{1,2})$/.exec(name)?.[1];
  const future = root === undefined ? null : knownInstrument(root, own);
  if (future?.kind === "future") {
    throw new InputError(`Cannot find the contract '${symbol}': there is none of that month`, {
      remedy: `${future.symbol} is traded for the months ${future.rollMonths}`,
    });
  }
  const near = nearestName(name, [
    ...own.map((instrument) => instrument.symbol),
    ...BY_SYMBOL.keys(),
  ]);
  const guess = near === null ? "" : `did you mean ${near}? Else `;
  throw new InputError(`Cannot find the instrument '${symbol}'`, {
    remedy: `${guess}say what it is with --kind stock or --kind fx, or describe it with ` +
      "`deno task instruments add`",
  });
}

/** The instrument of a symbol, as `findInstrument` finds it; null where nobody knows it. */
export function knownInstrument(
  symbol: string,
  own: readonly Instrument[] = [],
): Instrument | null {
  const name = symbol.trim().toUpperCase();
  return own.find((instrument) => instrument.symbol === name) ?? BY_SYMBOL.get(name) ??
    BY_SYMBOL.get(name.replace("/", "")) ?? parseContractCode(name, own)?.root ?? null;
}

/** The entry in force on a trade day; before the first entry, the first. */
function inForce<T>(entries: readonly Dated<T>[], tradeDay: number): T | null {
  const date = isoDate(tradeDay);
  let found = entries[0];
  for (const entry of entries) if (entry.from <= date) found = entry;
  return found?.value ?? null;
}

/**
 * Commission and fees of one lot and side in whole micro-dollars.
 *
 * @param tradeDay days since 1970-01-01
 * @throws {InputError} when nobody's fee is known
 */
export function feePerSideMicros(
  instrument: Pick<Instrument, "symbol" | "feePerSideUsd">,
  tradeDay: number,
): number {
  const fee = inForce(instrument.feePerSideUsd, tradeDay);
  if (fee === null) {
    throw new InputError(`Cannot charge fees of ${instrument.symbol} as nobody's are known`, {
      where: "--fee",
      remedy: "give your broker's, all in, in dollars per lot and side: for example --fee 2.10",
    });
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
