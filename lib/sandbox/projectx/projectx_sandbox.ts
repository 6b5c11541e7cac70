import { jsonOrUndefined } from "../../core/mod.ts";
import {
  type Line,
  type LineListener,
  type MemoryServer,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../../trading/mod.ts";
import type { FaultPlan } from "../fault_script.ts";
import type { SandboxTruth, TrueOrder } from "../truth.ts";
import { FirmRules } from "./firm_rules.ts";
import type { GatewayAnswer } from "./gateway_answer.ts";
import { GatewayApi } from "./gateway_api.ts";
import { GatewayCore } from "./gateway_core.ts";
import { GatewayDesk } from "./gateway_desk.ts";
import { PROJECTX_HOST_NAMES, type ProjectxSandboxOptions } from "./gateway_options.ts";
import { type GatewayOrder, sizeLeft } from "./gateway_order.ts";
import { GatewayTape } from "./gateway_tape.ts";
import { MarketHub } from "./market_hub.ts";
import { type HubMethods, SignalrConnection } from "./signalr_connection.ts";
import { UserHub } from "./user_hub.ts";

const SLOW_ANSWER_MS = 30_000, UNREACHABLE_MS = 120_000;

const LOST = new TransportError("no-answer", "the connection was lost");
const UNREACHABLE = new TransportError("not-sent", "no connection");

/** States of orders by their number, in the words that the truth of all doubles has. */
const STATE_WORDS: Readonly<Record<number, string>> = {
  ...{ 1: "Working", 2: "Filled", 3: "Canceled", 4: "Expired", 5: "Rejected", 6: "PendingNew" },
  ...{ 7: "PendingCancel", 8: "Suspended" },
};

const KIND_WORDS: Readonly<Record<number, string>> = {
  ...{ 1: "Limit", 2: "Market", 4: "Stop", 5: "TrailingStop", 6: "JoinBid", 7: "JoinAsk" },
};

/** A double of the ProjectX gateway. */
export interface ProjectxSandbox {
  /** Its hosts, for `createMemoryTransport` or `serveSandbox`. */
  readonly servers: Readonly<Record<string, MemoryServer>>;
  /** Numbers of the contracts that it knows. */
  readonly contracts: readonly string[];
  /** What truly is, for judging. */
  truth(): SandboxTruth;
  /** Scripts a fault. @throws {InputError} when nobody knows it */
  addFault(plan: FaultPlan): void;
  /** Takes faults back: those of one name, or all. */
  clearFaults(name?: string): void;
  /**
   * Somebody trades by hand: signed lots of the active contract, in an account by its number.
   *
   * @returns why the gateway does not take that; null where it does
   */
  tradeByHand(accountId: number, lots: number): string | null;
  /** Ends all connections and its market. */
  close(): void;
}

interface OpenHub {
  readonly connection: SignalrConnection;
  readonly token: string;
}

/**
 * Opens a double of the ProjectX gateway (TopstepX): its calls, both hubs, its accounts, orders and
 * books, over a market of bars, on a clock that may be virtual. It was written from the public
 * documents alone, by somebody who knows no client; where they are silent see `ProjectxGuesses`.
 *
 * @throws {InputError} when the bars are of no future whose contracts are known
 * @example
 * ```ts
 * import { createProjectxSandbox } from "./projectx_sandbox.ts";
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
 * const sandbox = createProjectxSandbox({ clock, bars, seed: 1 });
 * const transport = createMemoryTransport(clock, sandbox.servers);
 * const answer = transport.request({
 *   ...{ method: "POST", url: "https://api.topstepx.com/api/Auth/loginKey" },
 *   body: JSON.stringify({ userName: "sandbox", apiKey: "sandbox" }),
 * });
 * await clock.advance(1);
 * assertEquals(JSON.parse((await answer).body).errorCode, 0);
 * ```
 */
export function createProjectxSandbox(options: ProjectxSandboxOptions): ProjectxSandbox {
  const hosts = options.hosts ?? PROJECTX_HOST_NAMES;
  const core = new GatewayCore(options);
  const desk = new GatewayDesk(core);
  const api = new GatewayApi(core, desk);
  const tape = new GatewayTape(core);
  const rules = new FirmRules(core, desk);
  let hubs: readonly OpenHub[] = [], reachableAt = -Infinity;
  const isReachable = (): boolean => core.clock.now() >= reachableAt;

  core.market.onPrint(() => {
    hubs = hubs.filter(({ connection }) => connection.isOpen);
    if (core.strikes("unreachable")) {
      reachableAt = core.clock.now() + UNREACHABLE_MS;
      for (const { connection } of hubs) connection.drop();
    }
    if (core.strikes("logout-event")) {
      for (const { connection } of hubs) {
        connection.say("GatewayLogout", []);
        if (core.guesses.logoutCloses === "yes") core.later(1, () => connection.drop());
      }
    }
    if (core.guesses.hubAtExpiry === "stays") return;
    for (const { connection, token } of hubs) {
      if (api.tokens.stateOf(token) !== "good") connection.drop();
    }
  });

  const answer = (request: TransportRequest): Promise<TransportResponse> => {
    const path = new URL(request.url).pathname.toLowerCase();
    if (!isReachable()) return Promise.reject(UNREACHABLE);
    if (path === "/api/status/ping") return say(core, { status: 200, body: "pong" });
    if (core.strikes("lost-request", path)) return Promise.reject(LOST);
    const body = request.body === undefined ? {} : jsonOrUndefined(request.body);
    if (typeof body !== "object" || body === null) return say(core, { status: 400 });
    const answered = request.method === "POST"
      ? api.call({ path, body: body as Record<string, unknown>, token: bearerOf(request) })
      : { status: 405 };
    const isLost = core.strikes("lost-answer", path) ||
      (path === "/api/auth/validate" && core.strikes("renewal-lost"));
    if (isLost) return Promise.reject(LOST);
    if (!core.strikes("slow-answer", path)) return say(core, answered);
    return new Promise((resolve) => core.later(SLOW_ANSWER_MS, () => resolve(say(core, answered))));
  };

  const negotiate = (request: TransportRequest): Promise<TransportResponse> => {
    if (!isReachable()) return Promise.reject(UNREACHABLE);
    if (!/^\/hubs\/(user|market)\/negotiate$/.test(new URL(request.url).pathname)) {
      return say(core, { status: 404 });
    }
    const token = bearerOf(request);
    if (api.tokens.stateOf(token) !== "good") return say(core, { status: 401 });
    const id = `${core.random(hubs.length).bits().toString(36)}-${core.clock.now()}`;
    return say(core, {
      status: 200,
      body: {
        ...{ negotiateVersion: 1, connectionId: id, connectionToken: `${id}-token` },
        availableTransports: [{ transport: "WebSockets", transferFormats: ["Text", "Binary"] }],
      },
    });
  };

  const accept = (url: string, client: Line): LineListener => {
    if (!isReachable()) throw UNREACHABLE;
    const { pathname, searchParams } = new URL(url);
    const [, hub] = /^\/hubs\/(user|market)$/.exec(pathname.toLowerCase()) ?? [];
    const token = searchParams.get("access_token") ?? "";
    const refused = hub === undefined ? 404 : api.tokens.stateOf(token) === "good" ? null : 401;
    if (refused !== null) {
      throw new TransportError("not-sent", "the gateway takes no line here", { status: refused });
    }
    const { clientSilenceMs, pingMs } = core.guesses;
    const methodsOf = (connection: SignalrConnection): HubMethods =>
      hub === "user" ? new UserHub(core, connection) : new MarketHub(core, tape, connection);
    const times = { clientSilenceMs, pingMs };
    const connection = new SignalrConnection(core.clock, client, times, methodsOf);
    hubs = [...hubs, { connection, token }];
    return connection;
  };

  return {
    servers: {
      [hosts.api]: { answer, accept: () => refuseLine() },
      [hosts.rtc]: { answer: negotiate, accept },
    },
    contracts: [...core.contracts.all.keys()],
    truth: () =>
      truthOfGateway(core, desk, api, hubs.filter(({ connection }) => connection.isOpen).length),
    addFault: (plan) => core.faults.add(plan),
    clearFaults: (name) => core.faults.clear(name),
    tradeByHand: (accountId, lots) => rules.trade(accountId, lots),
    close: () => {
      core.market.close();
      for (const { connection } of hubs) connection.drop();
    },
  };
}

function refuseLine(): never {
  throw new TransportError("not-sent", "the gateway takes no line here", { status: 404 });
}

function bearerOf({ headers = {} }: TransportRequest): string {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization");
  return /^Bearer (.+)$/.exec(found?.[1] ?? "")?.[1] ?? "";
}

/** An answer as the wire has it: JSON that calls itself text. */
function say(core: GatewayCore, { body, status }: GatewayAnswer): Promise<TransportResponse> {
  const date = new Date(core.now).toUTCString();
  const wait: Record<string, string> = status === 429 && core.guesses.retryAfter === "said"
    ? { "retry-after": "30" }
    : {};
  const type: Record<string, string> = body === undefined
    ? {}
    : { "content-type": "text/plain; charset=utf-8" };
  return Promise.resolve({
    status,
    headers: { date, ...wait, ...type },
    body: body === undefined ? "" : JSON.stringify(body),
  });
}

function truthOfGateway(
  core: GatewayCore,
  desk: GatewayDesk,
  api: GatewayApi,
  sockets: number,
): SandboxTruth {
  const orders = [...desk.orders.values()];
  return {
    now: core.clock.now(),
    accounts: [...core.accounts.values()].map((account) => {
      const trades = account.trades.filter(({ isVoided }) => !isVoided);
      return {
        ...{ id: account.id, name: account.options.name, cashMicros: account.cashMicros },
        realisedMicros: trades.reduce((sum, { profitMicros }) => sum + (profitMicros ?? 0), 0),
        feesMicros: trades.reduce((sum, { feeMicros }) => sum + feeMicros, 0),
        positions: [...account.held].map(([contract, { ledger }]) => ({
          ...{ contract, lots: ledger.lots, valueTicks: ledger.valueTicks },
        })),
        fills: trades.map(({ contractId, feeMicros, id, lots, orderId, ticks }) => ({
          ...{ id, orderId, contract: contractId, lots, ticks, feeMicros },
        })),
        orders: orders.filter(({ accountId }) => accountId === account.id)
          .map((order) => trueOrder(core, order)),
      };
    }),
    ...api.counts,
    ...{ logins: api.tokens.logins, tickets: 0, sockets },
    ...{ unknownFields: [...api.unknownFields], faults: core.faults.struck },
  };
}

function trueOrder(core: GatewayCore, order: GatewayOrder): TrueOrder {
  const { accountId, contractId, filled, id, limitTicks, parentId, side, size, stopTicks } = order;
  const price = (ticks: number | null): number | null => ticks === null ? null : core.price(ticks);
  return {
    ...{ id, accountId, contract: contractId, clOrdId: order.customTag, side, lots: size },
    ...{ lotsLeft: sizeLeft(order), filled, orderType: KIND_WORDS[order.type] ?? "Unknown" },
    ...{ price: price(limitTicks), stopPrice: price(stopTicks) },
    ...{ status: STATE_WORDS[order.status] ?? "Unknown", rejectReason: order.rejectText },
    ...{ parentId, ocoId: order.siblingId, isAutomated: null },
  };
}
