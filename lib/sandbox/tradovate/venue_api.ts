import { accountRoutes } from "./account_routes.ts";
import { authRoutes, login } from "./auth_routes.ts";
import { CallCounts } from "./call_counts.ts";
import { readEntities } from "./entity_reads.ts";
import type { Exchange } from "./exchange.ts";
import type { OrderDesk } from "./order_desk.ts";
import { orderRoutes } from "./order_routes.ts";
import type { Strategies } from "./strategies.ts";
import { TokenDesk, type UserSession } from "./token_desk.ts";
import {
  DENIED,
  done,
  type HostName,
  type VenueAnswer,
  type VenueCall,
  type VenueRoute,
} from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

/** Answer to a call that was not counted on. */
const TOO_MANY: VenueAnswer = { status: 429 };

/** The calls of the venue, wherever they come from: over REST or on a socket. */
export class VenueApi {
  readonly tokens: TokenDesk;
  readonly limits: CallCounts;
  readonly #core: VenueCore;
  readonly #routes: Readonly<Record<string, VenueRoute>>;
  #calls = 0;

  /** Puts the desks behind their endpoints. */
  constructor(core: VenueCore, exchange: Exchange, desk: OrderDesk, strategies: Strategies) {
    this.#core = core;
    this.tokens = new TokenDesk(core);
    this.limits = new CallCounts(core);
    this.#routes = {
      ...authRoutes(core, this.tokens),
      ...orderRoutes(core, exchange, desk, strategies),
      ...accountRoutes(core, exchange.booking),
    };
  }

  /** How many calls have come. */
  get calls(): number {
    return this.#calls;
  }

  /** Opens a session, or says why not; the only call without a token. */
  login(call: VenueCall): VenueAnswer {
    return this.#hindrance(call, "anonymous") ??
      login(this.#core, this.tokens, this.limits, call);
  }

  /** Does a call for whoever a token belongs to. */
  callWith(token: string, call: VenueCall): VenueAnswer {
    const session = this.enter(token, call.host);
    return "status" in session ? session : this.call(session, call);
  }

  /** The session of a token at a host, or the answer to a token that is no good. */
  enter(token: string, host: HostName): UserSession | VenueAnswer {
    const found = this.tokens.verify(token, environment(host, token, this.tokens));
    if (found === "expired") return { status: 401, body: "Expired Access Token" };
    if (found === "closed") {
      return { status: this.#core.guesses.closedSessionStatus, body: "Access is denied" };
    }
    return typeof found === "string" ? DENIED : found;
  }

  /**
   * Does a call for a session that has been let in.
   *
   * @param own handles calls that not every way to the venue has
   */
  call(
    session: UserSession,
    call: VenueCall,
    own: () => VenueAnswer | null = () => null,
  ): VenueAnswer {
    const core = this.#core, { endpoint } = call;
    if (core.strikes("token-expires", endpoint)) {
      session.expiresAt = core.clock.now();
      return { status: 401, body: "Expired Access Token" };
    }
    if (core.strikes("session-evicted", endpoint)) {
      this.tokens.close(session);
      return { status: core.guesses.closedSessionStatus, body: "Access is denied" };
    }
    const hindered = this.#hindrance(call, String(session.user.id));
    if (hindered !== null) return hindered;
    const owned = own();
    if (owned !== null) return owned;
    const route = Object.hasOwn(this.#routes, endpoint) ? this.#routes[endpoint] : undefined;
    if (route !== undefined) {
      const { approvedDevice } = session.user;
      const isUnknown = call.host === "live" && endpoint.startsWith("order/") &&
        approvedDevice !== undefined && approvedDevice !== session.device;
      return isUnknown ? DENIED : route(call, session);
    }
    return readEntities(core, call, session) ??
      { status: 404, body: `Not found: ${call.path}` };
  }

  /** What keeps a call from being done at all; null when nothing does. */
  #hindrance({ body, endpoint }: VenueCall, who: string): VenueAnswer | null {
    const core = this.#core;
    this.#calls++;
    if (core.strikes("too-many-requests", endpoint)) this.limits.lock();
    if (this.limits.isTooMany(who)) return TOO_MANY;
    const early = this.limits.early(body["p-ticket"]);
    if (early !== null) return done(early);
    const isPaid = this.limits.isPaid(body["p-ticket"]);
    if (!isPaid && core.strikes("penalty-ticket", endpoint)) return done(this.limits.issue(5));
    const ticket = isPaid ? null : this.limits.ticketFor(endpoint);
    if (ticket !== null) return done(ticket);
    if (core.strikes("request-timeout", endpoint)) return { status: 408, body: "Request timeout" };
    if (core.strikes("server-error", endpoint)) {
      return { status: 500, body: "Internal server error" };
    }
    return null;
  }
}

/** The host that a token must be of: hosts of market data take those of both environments. */
function environment(host: HostName, token: string, tokens: TokenDesk): string {
  const own = tokens.hostOf(token);
  if (host === "moved") return "demo";
  return host === "demo" || host === "live" ? host : own ?? host;
}
