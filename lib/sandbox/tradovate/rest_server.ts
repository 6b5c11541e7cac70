import { jsonOrUndefined } from "../../core/mod.ts";
import {
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../../trading/mod.ts";
import type { SandboxHosts } from "./sandbox_options.ts";
import type { VenueApi } from "./venue_api.ts";
import type { HostName, VenueAnswer, VenueCall } from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

const SLOW_ANSWER_MS = 40_000;

/** Where a call came to nothing, as a client sees it. */
const LOST = new TransportError("no-answer", "the connection was lost");

/** Requests of one host, as answers and as what the network can make of them. */
export class RestServer {
  readonly #core: VenueCore;
  readonly #api: VenueApi;
  readonly #host: HostName;
  readonly #hosts: SandboxHosts;
  readonly #isDown: () => boolean;

  /** @param isDown whether the venue is shut for maintenance */
  constructor(
    core: VenueCore,
    api: VenueApi,
    host: HostName,
    hosts: SandboxHosts,
    isDown: () => boolean,
  ) {
    this.#core = core;
    this.#api = api;
    this.#host = host;
    this.#hosts = hosts;
    this.#isDown = isDown;
  }

  /** Answers a request. @throws {TransportError} where a fault loses it or its answer */
  answer(request: TransportRequest): Promise<TransportResponse> {
    const core = this.#core;
    const url = new URL(request.url);
    const path = /^\/v1\/(.+)$/.exec(url.pathname)?.[1] ?? "";
    const endpoint = path.toLowerCase();
    const before = this.#beforeCall(url, endpoint);
    if (before !== null) return before;
    const body = request.body === undefined || request.body === ""
      ? {}
      : jsonOrUndefined(request.body);
    if (typeof body !== "object" || body === null) {
      return this.#say({ status: 400, body: "Invalid JSON" });
    }
    const call: VenueCall = {
      ...{ host: this.#host, endpoint, path, query: url.searchParams },
      body: body as Record<string, unknown>,
    };
    const answer = path === ""
      ? { status: 404, body: `Not found: ${url.pathname}` }
      : endpoint === "auth/accesstokenrequest"
      ? this.#api.login(call)
      : this.#api.callWith(tokenOf(request), call);
    if (core.strikes("lost-answer", endpoint)) return Promise.reject(LOST);
    if (core.strikes("gateway-timeout", endpoint)) return Promise.resolve(page(504));
    if (core.strikes("slow-answer", endpoint)) {
      return new Promise((resolve) =>
        core.later(SLOW_ANSWER_MS, () => resolve(this.#respond(answer)))
      );
    }
    return Promise.resolve(this.#spoil(endpoint, this.#respond(answer)));
  }

  /** What happens to a request before the venue has done anything; null when nothing does. */
  #beforeCall(url: URL, endpoint: string): Promise<TransportResponse> | null {
    const core = this.#core;
    if (this.#isDown()) return Promise.resolve(page(503));
    if (core.strikes("lost-request", endpoint)) return Promise.reject(LOST);
    if (core.strikes("misdirected", endpoint)) return this.#say({ status: 421 });
    if (core.strikes("bad-gateway", endpoint)) return Promise.resolve(page(502));
    if (!core.strikes("redirect", endpoint)) return null;
    const to = new URL(url);
    to.host = this.#hosts.moved;
    return Promise.resolve({ status: 307, headers: { location: to.href }, body: "" });
  }

  #spoil(endpoint: string, response: TransportResponse): TransportResponse {
    const core = this.#core;
    if (core.strikes("truncated-answer", endpoint)) {
      return { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) };
    }
    if (core.strikes("empty-answer", endpoint)) return { ...response, body: "" };
    if (!core.strikes("wrong-type", endpoint)) return response;
    return {
      ...response,
      headers: { ...response.headers, "content-type": "text/plain" },
      body: "OK",
    };
  }

  #say(answer: VenueAnswer): Promise<TransportResponse> {
    return Promise.resolve(this.#respond(answer));
  }

  #respond({ body, status }: VenueAnswer): TransportResponse {
    const date = new Date(this.#core.now).toUTCString();
    return {
      status,
      headers: { date, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? "" : JSON.stringify(body),
    };
  }
}

function tokenOf({ headers = {} }: TransportRequest): string {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization");
  return /^Bearer (.+)$/.exec(found?.[1] ?? "")?.[1] ?? "";
}

/** A page of a machine before the venue. */
function page(status: number): TransportResponse {
  const body = `<html><head><title>${status}</title></head><body>${status}</body></html>`;
  return { status, headers: { "content-type": "text/html" }, body };
}
