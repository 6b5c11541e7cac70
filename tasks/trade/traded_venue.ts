import { join } from "node:path";
import { abortable, InputError, sha256Hex, type TimerClock } from "../../lib/core/mod.ts";
import { expectedSpans, requestedInstrument } from "../../lib/data/mod.ts";
import {
  createRolledFeed,
  createVenueFeed,
  type FeedKind,
  type FeedResources,
  type VenueFeedOptions,
} from "../../lib/feeds/mod.ts";
import { type Controls, ManualControls } from "../../lib/live/mod.ts";
import { createCalendar, type Instrument, MINUTE_MS } from "../../lib/market/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import type { BarBroker, BarFeed, TradingMode, Transport } from "../../lib/trading/mod.ts";
import {
  fileTokenStore,
  openFileLedger,
  reachVenue,
  type VenueAccess,
  type VenueRequest,
} from "../../lib/venues/mod.ts";

/** What a venue is opened with. */
export interface VenueResources {
  readonly clock: TimerClock;
  /** Folder of all sessions, where its token is kept. */
  readonly sessions: string;
  readonly onNote: (line: string) => void;
  readonly transport?: Transport;
  /** Stops the connecting. */
  readonly signal?: AbortSignal;
  /** Of a double, which one it is; null for a venue. @default {null} */
  readonly double?: string | null;
}

/** A venue that a session trades at, or takes its bars from. */
export interface TradedVenue extends Disposable {
  readonly name: string;
  readonly mode: TradingMode;
  /** Host of its calls. */
  readonly host: string;
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
  /** Whether the session goes on with the next one when that is over. @default false */
  readonly rolls?: boolean;
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
  request: VenueRequest,
  { clock, double = null, onNote, sessions, signal, transport = createNetworkTransport() }:
    VenueResources,
): Promise<TradedVenue> {
  const { mode, name } = request;
  const access = reachVenue(request, {
    ...{ clock, transport, onTrouble: onNote },
    tokens: fileTokenStore(join(sessions, `${name}-${mode}.token.json`), double),
  });
  try {
    const { cashUsd, name: account } = await abortable(access.account(request.account), signal);
    return {
      ...{ name, mode, account, cashUsd, host: new URL(request.urls.rest).host },
      bars: venueBars(name, access),
      contractOf: async (symbol, instrument) =>
        symbol === instrument.symbol ? await access.currentContract(instrument) : symbol,
      broker: (market, folder) => openBroker(access, account, market, { folder, onNote }),
      [Symbol.dispose]: () => access[Symbol.dispose](),
    };
  } catch (error) {
    access[Symbol.dispose]();
    throw error;
  }
}

async function openBroker(
  access: VenueAccess,
  account: string,
  { session, ...market }: VenueBrokerRequest,
  { folder, onNote }: { readonly folder: string; readonly onNote: (line: string) => void },
): Promise<OpenedVenueBroker> {
  const controls = new ManualControls();
  const ledger = openFileLedger(join(folder, "venue-orders.jsonl"));
  const mark = await sha256Hex(new TextEncoder().encode(`${account} ${session}`));
  try {
    const broker = await access.openBroker({
      ...{ ...market, account, ledger, tag: mark.slice(0, 16), onTrouble: onNote },
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

/** Bars of a later contract that are laid beside those of the one before. */
const COMPARED_BARS = 30;

/** Bars of the venue as a kind of feeds, its target a contract, or a root that is rolled. */
export function venueBars(name: string, access: VenueAccess): FeedKind {
  return {
    ...{ name, form: "venue", summary: "bars of the venue itself", isLive: true, isPath: false },
    // What passes has its token in it, and is not written down.
    hosts: [],
    symbolOf(target) {
      throw new InputError(`Cannot tell an instrument from ${target}`, { remedy: "add --symbol" });
    },
    async open(target, { contract: first, data, history, lookBack, since }, resources) {
      const instrument = requestedInstrument(data);
      const intervalMs = data.intervalMs ?? MINUTE_MS;
      const market = { instrument, intervalMs };
      const openSpans = expectedSpans(createCalendar(instrument), intervalMs);
      const follow = (
        contract: string,
        past: Pick<VenueFeedOptions, "history" | "since">,
        own: Pick<FeedResources, "onNews" | "signal">,
      ): BarFeed => {
        const { transport, venue } = access.bars({ ...market, contract });
        return createVenueFeed(venue, {
          ...{ clock: resources.clock, name: `${name}:${contract}`, lookBack, market, openSpans },
          ...{ transport, ...past, ...own },
        });
      };
      if (target !== instrument.symbol) {
        return { feed: follow(target, { history, since }, resources), stored: null };
      }
      const current = (): Promise<string> => access.currentContract(instrument);
      const feed = createRolledFeed({
        ...resources,
        ...{ name: `${name}:${target}`, market, lookBack, current },
        first: first ?? { name: await current(), adjustment: 0 },
        open: (contract, after, own) =>
          follow(
            contract,
            after === null ? { history, since } : { history: COMPARED_BARS, since: after },
            own,
          ),
      });
      return { feed, stored: null };
    },
  };
}
