import {
  type Line,
  type LineListener,
  type MemoryServer,
  TransportError,
} from "../../trading/mod.ts";
import type { FaultPlan } from "../fault_script.ts";
import type { SandboxTruth } from "../truth.ts";
import { ReplayDesk } from "./replay_desk.ts";
import { RestServer } from "./rest_server.ts";
import { TRADOVATE_HOST_NAMES, type TradovateSandboxOptions } from "./sandbox_options.ts";
import { TradovateVenue } from "./tradovate_venue.ts";
import { truthOf } from "./truth.ts";
import type { HostName } from "./venue_call.ts";
import { VenueSocket } from "./venue_socket.ts";

/** Hosts that tell of the market. */
const MARKET_HOSTS: readonly HostName[] = ["md", "mdDemo"];

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
  /**
   * Somebody trades by hand: signed lots of the first contract, in an account by its number.
   *
   * @returns why the venue does not take that; null where it does
   */
  tradeByHand(accountId: number, lots: number): string | null;
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
  const venue = new TradovateVenue(options);
  const { api, core, exchange, maintenance } = venue;
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
    const replay: ReplayDesk | null = host === "replay"
      ? new ReplayDesk(options, () => socket)
      : null;
    const socket: VenueSocket = new VenueSocket(
      venue.of(host, MARKET_HOSTS.includes(host)),
      client,
      replay,
    );
    venue.add(socket);
    return socket;
  };

  return {
    servers: Object.fromEntries((Object.entries(hosts) as [HostName, string][]).map(
      ([name, host]): [string, MemoryServer] => {
        const rest = new RestServer(core, api, name, hosts, isDown);
        return [host, {
          answer: (request) => rest.answer(request),
          accept: (url, client) => accept(name, url, client),
        }];
      },
    )),
    contracts: core.market.contracts.map(({ name }) => name),
    truth: () => truthOf(core, exchange, api, venue.sockets.length),
    addFault: (plan) => core.faults.add(plan),
    clearFaults: (name) => core.faults.clear(name),
    tradeByHand: (accountId, lots) => venue.intruders.trade(accountId, lots),
    close: () => venue.close(),
  };
}
