import type { TradingMode } from "../../trading/mod.ts";
import { openProjectXBroker } from "../projectx/open_projectx_broker.ts";
import { createProjectXBars } from "../projectx/projectx_bar_venue.ts";
import { ProjectXClient } from "../projectx/projectx_client.ts";
import { activeProjectXContract, contractIdOf } from "../projectx/projectx_contracts.ts";
import { fetchProjectXHistory } from "../projectx/projectx_history.ts";
import type { AccessResources, VenueAccess, VenueKeys } from "./venue_access.ts";

/** Reaches a gateway of ProjectX; in mode demo practice accounts alone. */
export function reachProjectX(
  { credentials, urls }: VenueKeys & { readonly kind: "projectx" },
  resources: AccessResources,
  mode: TradingMode,
): VenueAccess {
  const client = new ProjectXClient({ ...resources, urls, credentials });
  return {
    async account(asked) {
      const { balance, name } = await client.account(asked, mode === "demo");
      return { name, cashUsd: balance ?? 0 };
    },
    currentContract: async (instrument) => (await activeProjectXContract(client, instrument)).name,
    bars: ({ contract, instrument, intervalMs }) =>
      createProjectXBars({
        ...{ client, contractId: contractIdOf(instrument.symbol, contract), intervalMs },
      }),
    history: ({ contract, from, instrument, intervalMs, until }) =>
      fetchProjectXHistory(client, {
        ...{ contractId: contractIdOf(instrument.symbol, contract), intervalMs, from, until },
      }),
    async openBroker({ contract, feePerSideMicros, instrument, ...plan }) {
      const markets = [{ instrument, contract, feePerSideMicros }];
      return (await openProjectXBroker({ ...plan, client, markets })).broker;
    },
    [Symbol.dispose]: () => client.close(),
  };
}
