import { InputError } from "../../core/mod.ts";
import { expectedSpans, requestedInstrument } from "../../data/mod.ts";
import { createCalendar, MINUTE_MS } from "../../market/mod.ts";
import { createNetworkTransport } from "../../network/mod.ts";
import { BINANCE_SPOT, BINANCE_USD_M, parseBinanceSymbol } from "../binance/binance_market.ts";
import { createBinanceVenue } from "../binance/binance_venue.ts";
import { createVenueFeed } from "../venue/venue_feed.ts";
import type { FeedKind } from "./feed_kind.ts";

/** Crypto bars that anybody may see. */
export const BINANCE: FeedKind = {
  name: "binance",
  form: "binance:SYMBOL",
  summary: "public crypto bars of Binance without a key: BTCUSDT is spot, BTCUSDT.P the perpetual",
  isLive: true,
  isPath: false,
  hosts: [BINANCE_SPOT, BINANCE_USD_M].flatMap(({ hosts }) =>
    [hosts.rest, hosts.stream].map((url) => new URL(url).host)
  ),
  symbolOf: (target) => target.trim().toUpperCase(),
  async open(target, { data, history, lookBack, since }, resources) {
    const { market, symbol } = parseBinanceSymbol(target);
    const instrument = requestedInstrument(data);
    if (plain(instrument.symbol) !== plain(target)) {
      throw new InputError(`Cannot trade ${instrument.symbol} on bars of ${target}`, {
        where: `binance:${target}`,
        remedy: `ask for the instrument ${target.toUpperCase()}`,
      });
    }
    const { clock } = resources;
    const intervalMs = data.intervalMs ?? MINUTE_MS;
    const transport = resources.transport ?? createNetworkTransport();
    const venue = createBinanceVenue({ clock, intervalMs, market, symbol, transport });
    const feed = createVenueFeed(venue, {
      ...resources,
      ...{ name: `binance:${target}`, history, lookBack, since, transport },
      market: { instrument, intervalMs },
      // It trades around the clock, whatever calendar the instrument has elsewhere.
      openSpans: expectedSpans(createCalendar({ session: "always" }), intervalMs),
    });
    return await Promise.resolve({ feed, stored: null });
  },
};

function plain(symbol: string): string {
  return symbol.toUpperCase().replaceAll(/[^A-Z0-9.]/g, "");
}
