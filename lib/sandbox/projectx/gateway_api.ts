import {
  fails,
  type GatewayAnswer,
  type GatewayCall,
  problem,
  succeeds,
} from "./gateway_answer.ts";
import { GatewayBars } from "./gateway_bars.ts";
import { GatewayBooksApi } from "./gateway_books_api.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayDesk } from "./gateway_desk.ts";
import type { ProjectxFault } from "./gateway_faults.ts";
import { GATEWAY_KEY } from "./gateway_options.ts";
import { GatewayOrdersApi } from "./gateway_orders_api.ts";
import { GatewayTokens } from "./gateway_tokens.ts";

const REFUSED_LOGINS: readonly (readonly [ProjectxFault, number, string | null])[] = [
  ["login-invalid", 3, null],
  ["login-agreements", 7, "Please sign the agreements in the platform."],
  ["login-subscription", 9, null],
  ["login-disabled", 10, null],
];

/** Fields that each call may have, for telling a client of those that it made up. */
const KNOWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "/api/order/place": [
    ...["accountId", "contractId", "type", "side", "size", "limitPrice", "stopPrice", "trailPrice"],
    ...["customTag", "stopLossBracket", "takeProfitBracket", "linkedOrderId"],
  ],
  "/api/order/modify": ["accountId", "orderId", "size", "limitPrice", "stopPrice", "trailPrice"],
  "/api/order/cancel": ["accountId", "orderId"],
  "/api/position/closecontract": ["accountId", "contractId"],
  "/api/position/partialclosecontract": ["accountId", "contractId", "size"],
  "/api/history/retrievebars": [
    ...["contractId", "live", "startTime", "endTime", "unit", "unitNumber", "limit"],
    "includePartialBar",
  ],
};

/** The calls of the gateway. */
export class GatewayApi {
  readonly tokens: GatewayTokens;
  readonly #core: GatewayCore;
  readonly #routes: Readonly<Record<string, (call: GatewayCall) => GatewayAnswer>>;
  readonly #calls = new Map<string, number[]>();
  /** Fields of calls that the gateway does not know. */
  readonly unknownFields = new Set<string>();
  #asked = 0;
  #refused = 0;

  /** Puts everything behind its paths. */
  constructor(core: GatewayCore, desk: GatewayDesk) {
    this.#core = core;
    this.tokens = new GatewayTokens(core);
    const orders = new GatewayOrdersApi(core, desk);
    const books = new GatewayBooksApi(core, desk);
    const bars = new GatewayBars(core);
    this.#routes = {
      "/api/auth/validate": ({ token }) => this.#validate(token),
      "/api/auth/logout": ({ token }) => {
        this.tokens.end(token, core.guesses.logout === "all");
        return succeeds();
      },
      "/api/account/search": (call) => books.accounts(call),
      "/api/contract/search": (call) => books.contracts(call),
      "/api/contract/searchbyid": (call) => books.contracts(call),
      "/api/contract/available": (call) => books.contracts(call),
      "/api/history/retrievebars": (call) => bars.retrieve(call),
      "/api/order/place": (call) => orders.place(call),
      "/api/order/modify": (call) => orders.modify(call),
      "/api/order/cancel": (call) => orders.cancel(call),
      "/api/order/search": (call) => orders.search(call),
      "/api/order/searchopen": (call) => orders.search(call),
      "/api/order/searchbyid": (call) => orders.searchById(call),
      "/api/order/v2/query": (call) => orders.query(call),
      "/api/position/searchopen": (call) => books.positions(call),
      "/api/position/closecontract": (call) => books.close(call),
      "/api/position/partialclosecontract": (call) => books.close(call),
      "/api/trade/search": (call) => books.trades(call),
    };
  }

  /** Calls that came, and those that were answered by 429. */
  get counts(): { readonly calls: number; readonly tooMany: number } {
    return { calls: this.#asked, tooMany: this.#refused };
  }

  /** Does a call. */
  call(call: GatewayCall): GatewayAnswer {
    const core = this.#core, { body, path, token } = call;
    this.#asked++;
    const known = KNOWN_FIELDS[path];
    for (const field of Object.keys(body)) {
      if (known !== undefined && !known.includes(field)) this.unknownFields.add(`${path} ${field}`);
    }
    if (core.strikes("server-error", path)) return { status: 500 };
    const isTooMuch = this.#isTooMany(path) || core.strikes("too-many-requests", path);
    if (isTooMuch) this.#refused++;
    if (isTooMuch && core.guesses.tooManyExecutes === "no") return { status: 429 };
    const answer = this.#answer(call, token);
    return isTooMuch ? { status: 429 } : this.#spoil(answer, path);
  }

  #answer(call: GatewayCall, token: string): GatewayAnswer {
    const { path } = call;
    if (path === "/api/auth/loginkey" || path === "/api/auth/loginapp") return this.#login(call);
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
    if (this.#core.strikes("token-dies", path)) this.tokens.end(token, false);
    const state = this.tokens.stateOf(token);
    const mayRenew = path === "/api/auth/validate" && state === "expired" &&
      this.#core.guesses.validateExpired === "taken";
    if (state !== "good" && !mayRenew) {
      return path === "/api/auth/validate" && state === "expired"
        ? fails(3, null, { newToken: null })
        : { status: 401 };
    }
    return route === undefined ? { status: 404 } : route(call);
  }

  #login({ body, path }: GatewayCall): GatewayAnswer {
    const refuse = (code: number, text: string | null = null): GatewayAnswer =>
      fails(code, text, { token: null });
    for (const [fault, code, text] of REFUSED_LOGINS) {
      if (this.#core.strikes(fault)) return refuse(code, text);
    }
    if (path.endsWith("app")) return refuse(4);
    if (typeof body.userName !== "string" || typeof body.apiKey !== "string") {
      return problem("One or more validation errors occurred.", path);
    }
    const isHis = body.userName.toLowerCase() === GATEWAY_KEY.userName &&
      body.apiKey === GATEWAY_KEY.apiKey;
    return isHis ? succeeds({ token: this.tokens.login() }) : refuse(3);
  }

  #validate(token: string): GatewayAnswer {
    const core = this.#core;
    if (core.strikes("renewal-refused")) return fails(3, null, { newToken: null });
    const endsOld = core.strikes("renewal-kills-old") || core.guesses.oldToken === "ends";
    return succeeds({ newToken: this.tokens.renew(token, endsOld) });
  }

  #spoil(answer: GatewayAnswer, path: string): GatewayAnswer {
    const core = this.#core;
    const body = answer.body as Record<string, unknown> | undefined;
    const list = Object.keys(body ?? {}).find((key) => Array.isArray(body![key]));
    if (list === undefined) return answer;
    if (core.strikes("list-null", path)) return { ...answer, body: { ...body, [list]: null } };
    if (!core.strikes("list-missing", path)) return answer;
    const { [list]: _, ...rest } = body!;
    return { ...answer, body: rest };
  }

  #isTooMany(path: string): boolean {
    const { barCalls, otherCalls } = this.#core.guesses;
    const isBars = path === "/api/history/retrievebars";
    const [most, span] = isBars ? [barCalls, 30_000] : [otherCalls, 60_000];
    const now = this.#core.clock.now();
    const name = isBars ? "bars" : "others";
    const times = (this.#calls.get(name) ?? []).filter((time) => time > now - span);
    times.push(now);
    this.#calls.set(name, times);
    return times.length > most;
  }
}
