import { canonicalJson, type JsonValue } from "../core/mod.ts";
import {
  type Bars,
  findInstrument,
  genericFx,
  genericStock,
  inDollars,
  type Instrument,
  type InstrumentDocument,
  INSTRUMENTS,
  ownInstrument,
  parseInstrument,
} from "../market/mod.ts";

/** What a request says of its instrument, as plain JSON. */
export interface InstrumentRequest {
  /** Instrument, for example `MES`. */
  readonly symbol: string;
  /** For symbols that nobody has described. */
  readonly kind?: "stock" | "fx";
  /** The instrument itself, where the user has described it; the symbol may be a contract of it. */
  readonly own?: InstrumentDocument;
  /** Dollars for one unit of the currency of its prices, where that is another. */
  readonly fxRate?: number;
}

/**
 * The instrument of a request.
 *
 * @throws {InputError} for a symbol nobody knows, and for a rate that it cannot be counted at
 */
export function requestedInstrument(request: InstrumentRequest): Instrument {
  const instrument = inItsCurrency(request);
  return request.fxRate === undefined ? instrument : inDollars(instrument, request.fxRate);
}

function inItsCurrency({ kind, own, symbol }: InstrumentRequest): Instrument {
  if (own !== undefined) return ownInstrument(parseInstrument(own, `the instrument of ${symbol}`));
  if (kind === "stock") return genericStock(symbol);
  return kind === "fx" ? genericFx(symbol) : findInstrument(symbol);
}

/**
 * What a run is named by beside its bars: an instrument that the user has described, a rate of
 * exchange and funding change money and no price.
 */
export function moneyIdentity({ funding, instrument }: Bars): readonly string[] {
  const { symbol: _, ...request } = instrumentRequestOf(instrument);
  const facts = { ...request, ...(funding === undefined ? {} : { funding }) };
  return Object.keys(facts).length === 0 ? [] : [canonicalJson(facts as unknown as JsonValue)];
}

/** What to ask for to have an instrument again. */
export function instrumentRequestOf(
  { conversion, document, kind, symbol }: Instrument,
): InstrumentRequest {
  const isKnown = document !== undefined || INSTRUMENTS.some((one) => one.symbol === symbol);
  return {
    symbol,
    // Shares and pairs that nobody has described are known by their kind.
    ...(!isKnown && (kind === "stock" || kind === "fx") ? { kind } : {}),
    ...(document === undefined ? {} : { own: document }),
    ...(conversion === undefined ? {} : { fxRate: conversion.usd }),
  };
}
