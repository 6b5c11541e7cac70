import { Brackets } from "./brackets.ts";
import { Entitlement } from "./entitlement.ts";
import type { EntityChange } from "./entity_store.ts";
import { Exchange } from "./exchange.ts";
import { Intruders } from "./intruders.ts";
import { Maintenance } from "./maintenance.ts";
import { type MarketDesk, MarketFeed } from "./market_feed.ts";
import { OrderDesk } from "./order_desk.ts";
import { Quotes } from "./quotes.ts";
import type { TradovateSandboxOptions } from "./sandbox_options.ts";
import { Strategies } from "./strategies.ts";
import { TradingDay } from "./trading_day.ts";
import { VenueApi } from "./venue_api.ts";
import type { HostName } from "./venue_call.ts";
import { VenueCore } from "./venue_core.ts";
import type { SocketVenue, VenueSocket } from "./venue_socket.ts";

/** Changes of before that a fault tells again. */
const RECENT = 20;

/** Most sockets of one user. */
const MOST_SOCKETS = 50;

/** All desks of the venue over one market and one clock, and the sockets that they tell. */
export class TradovateVenue {
  readonly core: VenueCore;
  readonly exchange: Exchange;
  readonly api: VenueApi;
  readonly intruders: Intruders;
  readonly maintenance: Maintenance;
  readonly #marketDesk: MarketDesk;
  readonly #sockets = new Set<VenueSocket>();
  readonly #recent: EntityChange[] = [];
  #opened = 0;

  /** Opens it. @throws {InputError} when its market cannot be opened */
  constructor(options: TradovateSandboxOptions) {
    const core = this.core = new VenueCore(options);
    const exchange = this.exchange = new Exchange(core);
    const desk = new OrderDesk(core, exchange);
    new Brackets(core, exchange, desk);
    const strategies = new Strategies(core, exchange, desk);
    this.api = new VenueApi(core, exchange, desk, strategies);
    const day = new TradingDay(core, exchange);
    this.intruders = new Intruders(core, exchange, desk);
    this.maintenance = new Maintenance(core, () => {
      for (const socket of this.sockets) socket.shutDown("Maintenance");
    });
    let subscriptions = 0;
    this.#marketDesk = {
      ...{ core, counts: this.api.limits, quotes: new Quotes(core) },
      ...{ entitlement: new Entitlement(core), nextId: () => ++subscriptions },
    };
    core.listen((changes, accountId) => this.#tell(changes, accountId));
    this.api.tokens.onClose((session) => {
      for (const socket of this.sockets) {
        if (socket.session === session) socket.shutDown("ConnectionQuotaReached");
      }
    });
    // What is held of a contract is settled once.
    let isSettled = false;
    core.market.onPrint(() => {
      if (isSettled || !core.strikes("contract-expires")) return;
      const [first] = core.reference.contracts.keys();
      isSettled = core.accounts.values().some((account) => (account.find(first!)?.lots ?? 0) !== 0);
      day.endContracts((id) => id === first);
    });
  }

  /** Sockets that are open, oldest first. */
  get sockets(): readonly VenueSocket[] {
    for (const socket of this.#sockets) if (!socket.isOpen) this.#sockets.delete(socket);
    return [...this.#sockets];
  }

  /** What a new socket of a host belongs to. */
  of(host: HostName, tellsMarket: boolean): SocketVenue {
    return {
      ...{ core: this.core, api: this.api, host, recent: () => this.#recent },
      random: this.core.random(1_000 + this.#opened++),
      market: (send) => tellsMarket ? new MarketFeed(this.#marketDesk, send) : null,
    };
  }

  /** Tells a socket from now on; the oldest ends when there are too many. */
  add(socket: VenueSocket): void {
    const [oldest, ...others] = this.sockets;
    if (others.length + 1 >= MOST_SOCKETS) oldest?.shutDown("ConnectionQuotaReached");
    this.#sockets.add(socket);
  }

  /** Ends its market and all sockets. */
  close(): void {
    this.core.market.close();
    for (const socket of this.sockets) socket.drop();
  }

  #tell(changes: readonly EntityChange[], accountId: number | null): void {
    this.#recent.push(...changes);
    this.#recent.splice(0, this.#recent.length - RECENT);
    for (const socket of this.sockets) socket.tell(changes, accountId);
  }
}
