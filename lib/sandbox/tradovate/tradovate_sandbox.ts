import {
  type Line,
  type LineListener,
  type MemoryServer,
  TransportError,
} from "../../trading/mod.ts";
import type { FaultPlan } from "../fault_script.ts";
import { Brackets } from "./brackets.ts";
import type { EntityChange } from "./entity_store.ts";
import { Entitlement } from "./entitlement.ts";
import { Exchange } from "./exchange.ts";
import { Intruders } from "./intruders.ts";
import { Maintenance } from "./maintenance.ts";
import { type MarketDesk, MarketFeed } from "./market_feed.ts";
import { OrderDesk } from "./order_desk.ts";
import { Quotes } from "./quotes.ts";
import { RestServer } from "./rest_server.ts";
import {
  type SandboxHosts,
  TRADOVATE_HOST_NAMES,
  type TradovateSandboxOptions,
} from "./sandbox_options.ts";
import { Strategies } from "./strategies.ts";
import { TradingDay } from "./trading_day.ts";
import type { SandboxTruth } from "../truth.ts";
import { truthOf } from "./truth.ts";
import { VenueApi } from "./venue_api.ts";
import type { HostName } from "./venue_call.ts";
import { VenueCore } from "./venue_core.ts";
import { VenueSocket } from "./venue_socket.ts";

/** Changes of before that a fault tells again. */
const RECENT = 20;

/** Hosts that tell of the market. */
const MARKET_HOSTS: readonly HostName[] = ["md", "mdDemo"];

/** Most sockets of one user. */
const MOST_SOCKETS = 50;

/** A double of Tradovate. */
export interface TradovateSandbox {
  /** Its hosts, for `createMemoryTransport` or `serveSandbox`. */
  readonly servers: Readonly<Record<string, MemoryServer>>;
  /** Names of the contracts that it lists. */
  readonly contracts: readonly string[];
  /** What truly is, for judging. */
  truth(): SandboxTruth;
  /** Scripts a fault. @throws {InputError} when nobody knows it */
  addFault(plan: FaultPlan): void;
  /** Takes faults back: those of one name, or all. */
  clearFaults(name?: string): void;
  /** Somebody trades by hand: signed lots of the first contract, in an account by its number. */
  tradeByHand(accountId: number, lots: number): void;
  /** Ends all sockets and its market. */
  close(): void;
}

/**
 * Opens a double of Tradovate: its REST calls and sockets, its accounts, orders and books, over a
 * market of bars, on a clock that may be virtual. It was written from the public documents alone, by
 * somebody who knows no client; where they are silent see `TradovateGuesses`.
 *
 * @throws {InputError} when the bars are of no future whose contracts are known
 * @example
 * ```ts
 * import { createTradovateSandbox } from "./tradovate_sandbox.ts";
 * import { VirtualClock } from "../../core/mod.ts";
 * import { findInstrument } from "../../market/mod.ts";
 * import { simulateBars } from "../../simulator/mod.ts";
 * import { createMemoryTransport } from "../../trading/mod.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const bars = simulateBars({
 *   ...{ world: { kind: "gbm" }, instrument: findInstrument("MES"), bars: 100, seed: 1 },
 *   ...{ intervalMs: 60_000, start: Date.parse("2026-11-24"), startPrice: 6_000 },
 *   volatilityTicks: 4,
 * });
 * const clock = new VirtualClock(bars.time[10]);
 * const sandbox = createTradovateSandbox({ clock, bars, seed: 1 });
 * const transport = createMemoryTransport(clock, sandbox.servers);
 * const answer = transport.request({
 *   ...{ method: "POST", url: "https://demo.tradovateapi.com/v1/auth/accesstokenrequest" },
 *   body: JSON.stringify({
 *     ...{ name: "sandbox", password: "sandbox", appId: "trading-ai", cid: 8, sec: "sandbox" },
 *   }),
 * });
 * await clock.advance(1);
 * assertEquals(JSON.parse((await answer).body).userStatus, "Active");
 * ```
 */
export function createTradovateSandbox(options: TradovateSandboxOptions): TradovateSandbox {
  const hosts = options.hosts ?? TRADOVATE_HOST_NAMES;
  const core = new VenueCore(options);
  const exchange = new Exchange(core);
  const desk = new OrderDesk(core, exchange);
  new Brackets(core, exchange, desk);
  const strategies = new Strategies(core, exchange, desk);
  const api = new VenueApi(core, exchange, desk, strategies);
  const day = new TradingDay(core, exchange);
  const intruders = new Intruders(core, exchange, desk);
  const sockets = new Set<VenueSocket>();
  const recent: EntityChange[] = [];
  let subscriptions = 0;
  const marketDesk: MarketDesk = {
    ...{ core, counts: api.limits, quotes: new Quotes(core), entitlement: new Entitlement(core) },
    nextId: () => ++subscriptions,
  };

  core.listen((changes, accountId) => {
    recent.push(...changes);
    recent.splice(0, recent.length - RECENT);
    for (const socket of [...sockets]) socket.tell(changes, accountId);
  });
  api.tokens.onClose((session) => {
    for (const socket of sockets) {
      if (socket.session === session) socket.shutDown("ConnectionQuotaReached");
    }
  });
  core.market.onPrint(() => {
    if (core.strikes("contract-expires")) {
      const [first] = core.reference.contracts.keys();
      day.endContracts((id) => id === first);
    }
  });
  const maintenance = new Maintenance(core, () => {
    for (const socket of [...sockets]) socket.shutDown("Maintenance");
  });
  const isDown = (): boolean => maintenance.isShut;

  const accept = (host: HostName, url: string, client: Line): LineListener => {
    const refused = new URL(url).pathname !== "/v1/websocket"
      ? 404
      : isDown()
      ? 503
      : core.strikes("misdirected", "websocket")
      ? 421
      : null;
    if (refused !== null) {
      throw new TransportError("not-sent", "the venue takes no line here", { status: refused });
    }
    for (const socket of sockets) if (!socket.isOpen) sockets.delete(socket);
    const [oldest] = sockets;
    if (sockets.size >= MOST_SOCKETS) oldest!.shutDown("ConnectionQuotaReached");
    const venue = {
      ...{ core, api, host, random: core.random(1_000 + sockets.size), recent: () => recent },
      market: (send: (kind: string, payload: unknown) => void) =>
        MARKET_HOSTS.includes(host) ? new MarketFeed(marketDesk, send) : null,
    };
    const socket = new VenueSocket(venue, client);
    sockets.add(socket);
    return socket;
  };

  return {
    servers: Object.fromEntries((Object.entries(hosts) as [HostName, string][]).map(
      ([name, host]): [string, MemoryServer] => {
        const rest = new RestServer(core, api, name, hosts satisfies SandboxHosts, isDown);
        return [host, {
          answer: (request) => rest.answer(request),
          accept: (url, client) => accept(name, url, client),
        }];
      },
    )),
    contracts: core.market.contracts.map(({ name }) => name),
    truth: () => {
      const open = [...sockets].filter(({ isOpen }) => isOpen).length;
      return truthOf(core, exchange, api, open);
    },
    addFault: (plan) => core.faults.add(plan),
    clearFaults: (name) => core.faults.clear(name),
    tradeByHand: (accountId, lots) => intruders.trade(accountId, lots),
    close: () => {
      core.market.close();
      for (const socket of sockets) socket.drop();
    },
  };
}
