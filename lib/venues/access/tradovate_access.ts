import { currentContract } from "../tradovate/contracts.ts";
import { MarketLine } from "../tradovate/market_line.ts";
import { openTradovateBroker } from "../tradovate/open_tradovate_broker.ts";
import { createTradovateBars } from "../tradovate/tradovate_bar_venue.ts";
import { TradovateClient } from "../tradovate/tradovate_client.ts";
import { fetchHistory } from "../tradovate/tradovate_history.ts";
import type { AccessResources, VenueAccess, VenueKeys } from "./venue_access.ts";

/** Reaches Tradovate. */
export function reachTradovate(
  { credentials, urls }: VenueKeys & { readonly kind: "tradovate" },
  resources: AccessResources,
): VenueAccess {
  const client = new TradovateClient({ ...resources, urls, credentials });
  const { clock, transport } = resources;
  /** Measured while nothing else waits for its turn; null where the venue does not say its time. */
  let clockAheadMs: number | null = null;
  return {
    async account(asked) {
      const { id, name } = await client.account(asked);
      clockAheadMs = await client.clockAheadMs().catch(() => null);
      return { name, cashUsd: await client.cash(id) };
    },
    currentContract: async (instrument) => (await currentContract(client, instrument)).name,
    bars: ({ contract, intervalMs }) =>
      createTradovateBars({ client, contract, intervalMs, clockAheadMs }),
    async history({ contract: symbol, ...question }, signal) {
      const line = await MarketLine.open({
        ...{ transport, clock, url: urls.marketData, tokens: client.tokens, onClose: () => {} },
      });
      try {
        return await fetchHistory(line, { ...question, symbol }, clock, signal);
      } finally {
        line.close();
      }
    },
    async openBroker({ contract, feePerSideMicros, instrument, ...plan }) {
      const markets = [{ instrument, contract, feePerSideMicros }];
      return (await openTradovateBroker({ ...plan, client, markets })).broker;
    },
    [Symbol.dispose]: () => client.close(),
  };
}
