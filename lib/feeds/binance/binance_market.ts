import { InputError } from "../../core/mod.ts";
import { DAY_MS, MINUTE_MS } from "../../market/mod.ts";

/** Where one of Binance's markets is reached. */
export interface BinanceHosts {
  /** Before `/klines`. */
  readonly rest: string;
  /** Before the name of a stream. */
  readonly stream: string;
}

/** One of Binance's markets. */
export interface BinanceMarket {
  /** For people. */
  readonly title: string;
  /** Where it is reached. */
  readonly hosts: BinanceHosts;
  /** Bars in one answer. */
  readonly pageBars: number;
  /** Lengths of bars by their names. */
  readonly intervals: Readonly<Record<string, number>>;
}

const HOUR_MS = 60 * MINUTE_MS;

/** Lengths that both markets have. */
const INTERVALS: Readonly<Record<string, number>> = {
  "1m": MINUTE_MS,
  "3m": 3 * MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "2h": 2 * HOUR_MS,
  "4h": 4 * HOUR_MS,
  "6h": 6 * HOUR_MS,
  "8h": 8 * HOUR_MS,
  "12h": 12 * HOUR_MS,
  "1d": DAY_MS,
};

/**
 * Spot, by the hosts that serve public market data alone, without a key. Source:
 * developers.binance.com, "Market Data Only URLs" and "WebSocket Streams", read on 2026-11-30.
 */
export const BINANCE_SPOT: BinanceMarket = {
  title: "Binance spot",
  hosts: {
    rest: "https://data-api.binance.vision/api/v3",
    stream: "wss://data-stream.binance.vision/ws",
  },
  pageBars: 1_000,
  intervals: { "1s": 1_000, ...INTERVALS },
};

/**
 * Futures margined in dollar coins. Bars stream from the path `/market` alone: since 2026-04-23 the
 * old path takes the line and sends none. Source: developers.binance.com, "Important WebSocket
 * Change Notice", read on 2026-11-30.
 */
export const BINANCE_USD_M: BinanceMarket = {
  title: "Binance USD-M futures",
  hosts: {
    rest: "https://fapi.binance.com/fapi/v1",
    stream: "wss://fstream.binance.com/market/ws",
  },
  pageBars: 1_500,
  intervals: INTERVALS,
};

/**
 * The market and the symbol of a text: `BTCUSDT` is spot, `BTCUSDT.P` the perpetual contract.
 *
 * @throws {InputError} when it is no symbol
 * @example
 * ```ts
 * import { parseBinanceSymbol } from "./binance_market.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const { market, symbol } = parseBinanceSymbol("btcusdt.p");
 * assertEquals([symbol, market.title], ["BTCUSDT", "Binance USD-M futures"]);
 * ```
 */
export function parseBinanceSymbol(
  text: string,
): { readonly market: BinanceMarket; readonly symbol: string } {
  const match = /^([A-Z0-9]{3,30}(?:_\d{6})?)(\.P)?$/.exec(text.trim().toUpperCase());
  if (match === null) {
    throw new InputError(`Cannot read '${text}' as a symbol of Binance`, {
      where: `binance:${text}`,
      remedy: "write BTCUSDT for spot, BTCUSDT.P for the perpetual contract",
    });
  }
  return { symbol: match[1]!, market: match[2] === undefined ? BINANCE_SPOT : BINANCE_USD_M };
}

/**
 * Binance's name of a bar length.
 *
 * @throws {InputError} when it has no such bars, with those that it has
 */
export function binanceInterval(market: BinanceMarket, intervalMs: number): string {
  const found = Object.entries(market.intervals).find(([, ms]) => ms === intervalMs);
  if (found !== undefined) return found[0];
  throw new InputError(`Cannot get bars of ${intervalMs / 1_000} s from ${market.title}`, {
    where: "--interval",
    remedy: `use one of ${Object.keys(market.intervals).join(", ")}`,
  });
}
