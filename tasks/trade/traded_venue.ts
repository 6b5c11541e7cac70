import { join } from "node:path";
import { createRandom, InputError, sha256Hex, type TimerClock } from "../../lib/core/mod.ts";
import { expectedSpans, requestedInstrument } from "../../lib/data/mod.ts";
import { createVenueFeed, type FeedKind } from "../../lib/feeds/mod.ts";
import { type Controls, ManualControls } from "../../lib/live/mod.ts";
import { createCalendar, type Instrument, MINUTE_MS } from "../../lib/market/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import type { BarBroker, TradingMode, Transport } from "../../lib/trading/mod.ts";
import {
  createTradovateBars,
  currentContract,
  fileTokenStore,
  openFileLedger,
  openTradovateBroker,
  TradovateClient,
  type TradovateCredentials,
  type TradovateUrls,
} from "../../lib/venues/mod.ts";

/** A venue as it is asked for. */
export interface VenueRequest {
  /** As it stands in the journal: `tradovate`, `tradovate-sandbox`. */
  readonly name: string;
  /** What money is at stake there; paper for its bars alone. */
  readonly mode: TradingMode;
  /** Name or number of the account; null for the only one that there is. */
  readonly account: string | null;
  readonly urls: TradovateUrls;
  readonly credentials: TradovateCredentials;
}

/** What a venue is opened with. */
export interface VenueResources {
  readonly clock: TimerClock;
  /** Folder of all sessions, where its token is kept. */
  readonly sessions: string;
  readonly onNote: (line: string) => void;
  readonly transport?: Transport;
}

/** A venue that a session trades at, or takes its bars from. */
export interface TradedVenue extends Disposable {
  readonly name: string;
  readonly mode: TradingMode;
  /** Name of the account. */
  readonly account: string;
  /** Cash of the account, dollars. */
  readonly cashUsd: number;
  /** Its bars. */
  readonly bars: FeedKind;
  /** The contract that a symbol means: itself, or the one of a root that is traded most. */
  contractOf(symbol: string, instrument: Instrument): Promise<string>;
  /**
   * Opens its broker for a session.
   *
   * @param folder of the session
   */
  broker(market: VenueBrokerRequest, folder: string): Promise<OpenedVenueBroker>;
}

/** What a session trades at a venue. */
export interface VenueBrokerRequest {
  /** Name of the session. */
  readonly session: string;
  readonly instrument: Instrument;
  /** Name of the contract. */
  readonly contract: string;
  /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
  readonly feePerSideMicros: number;
}

/** A broker at a venue, and what the venue wants stopped. */
export interface OpenedVenueBroker extends AsyncDisposable {
  readonly broker: BarBroker;
  readonly controls: Controls;
}

/**
 * Connects with a venue.
 *
 * @throws {InputError} when the key or the account is wrong
 */
export async function openTradedVenue(
  { account: asked, credentials, mode, name, urls }: VenueRequest,
  { clock, onNote, sessions, transport = createNetworkTransport() }: VenueResources,
): Promise<TradedVenue> {
  const client = new TradovateClient({
    ...{ transport, clock, urls, credentials, onTrouble: onNote },
    random: createRandom(clock.now()),
    tokens: fileTokenStore(join(sessions, `${name}-${mode}.token.json`)),
  });
  try {
    const account = await client.account(asked);
    const cashUsd = await client.cash(account.id);
    return {
      ...{ name, mode, account: account.name, cashUsd },
      bars: barsKind(name, client),
      async contractOf(symbol, instrument) {
        if (symbol !== instrument.symbol) return symbol;
        return (await currentContract(client, instrument)).name;
      },
      broker: (market, folder) => openBroker(client, account.name, market, { folder, onNote }),
      [Symbol.dispose]: () => client.close(),
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function openBroker(
  client: TradovateClient,
  account: string,
  { contract, feePerSideMicros, instrument, session }: VenueBrokerRequest,
  { folder, onNote }: { readonly folder: string; readonly onNote: (line: string) => void },
): Promise<OpenedVenueBroker> {
  const controls = new ManualControls();
  const ledger = openFileLedger(join(folder, "venue-orders.jsonl"));
  const mark = await sha256Hex(new TextEncoder().encode(`${account} ${session}`));
  try {
    const { broker } = await openTradovateBroker({
      ...{ client, account, ledger, tag: mark.slice(0, 16), onTrouble: onNote },
      markets: [{ instrument, contract, feePerSideMicros }],
      onHalt: (reason) => controls.tell({ kind: "halt", via: "venue", reason }),
    });
    return {
      ...{ broker, controls },
      async [Symbol.asyncDispose]() {
        await broker.close();
        ledger[Symbol.dispose]();
      },
    };
  } catch (error) {
    ledger[Symbol.dispose]();
    throw error;
  }
}

/** Bars of the venue as a kind of feeds, its target a contract. */
function barsKind(name: string, client: TradovateClient): FeedKind {
  return {
    ...{ name, form: "venue", summary: "bars of the venue itself", isLive: true, isPath: false },
    // What passes has its token in it, and is not written down.
    hosts: [],
    symbolOf(target) {
      throw new InputError(`Cannot tell an instrument from ${target}`, { remedy: "add --symbol" });
    },
    open(contract, { data, history, lookBack, since }, resources) {
      const instrument = requestedInstrument(data);
      const intervalMs = data.intervalMs ?? MINUTE_MS;
      const { transport, venue } = createTradovateBars({ client, contract, intervalMs });
      const feed = createVenueFeed(venue, {
        ...resources,
        ...{ name: `${name}:${contract}`, history, lookBack, since, transport },
        market: { instrument, intervalMs },
        openSpans: expectedSpans(createCalendar(instrument), intervalMs),
      });
      return Promise.resolve({ feed, stored: null });
    },
  };
}
