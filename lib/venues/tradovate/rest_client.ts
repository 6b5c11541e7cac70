import {
  InputError,
  type JsonValue,
  sleep,
  type TimerClock,
  UnavailableError,
} from "../../core/mod.ts";
import {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../../trading/mod.ts";
import type { CallBudget, CallOptions } from "../call_budget.ts";
import type { IssuedToken } from "./credentials.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { readResponse } from "./outcome.ts";
import type { TokenKeeper } from "./token_keeper.ts";
import type { TradovateUrls } from "./tradovate_urls.ts";

/** What calls are made with. */
export interface RestClientOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly urls: TradovateUrls;
  readonly tokens: TokenKeeper;
  readonly budget: CallBudget;
  readonly onTrouble: (reason: string) => void;
  /** Milliseconds after which an answer is not waited for any more. @default {5_000} */
  readonly timeoutMs?: number | undefined;
}

/** One call. */
export interface RestCall extends CallOptions {
  /** For example `order/placeorder`. */
  readonly path: string;
  /** What is looked up: such a call may be made again. */
  readonly query?: Readonly<Record<string, string | number>>;
  /** What is to be done: such a call is never made again before the venue has said that it did nothing. */
  readonly body?: Readonly<Record<string, JsonValue>>;
}

const HOUR_MS = 3_600_000;
const FIRST_PAUSE_MS = 30_000;
const RETRY_PAUSES_MS = [250, 1_000];
/** A penalty answered with another one is a sign to stop. */
const MOST_TICKETS = 2;
const PROBE_EVERY_MS = 60_000;

/**
 * Calls of the venue's REST interface, each with a typed outcome. Tickets are obeyed, limits kept,
 * and a call that changes something is sent once.
 */
export class RestClient {
  readonly #options: RestClientOptions;
  #pauseMs = FIRST_PAUSE_MS;
  #limitedAt = -Infinity;
  /** By path: no call before then, as only a person could let it through. */
  readonly #blocked = new Map<string, number>();
  /** What the last look at a token found, and when it was asked for. */
  #probe: {
    readonly accessToken: string;
    readonly at: number;
    readonly isAlive: Promise<boolean>;
  } | null = null;

  constructor(options: RestClientOptions) {
    this.#options = options;
  }

  /** Makes a call. @throws what is no fault of the way: a permission that is missing */
  async call(call: RestCall): Promise<CallOutcome> {
    const { budget, clock, onTrouble, tokens } = this.#options;
    const { isWanted = () => true, path, priority } = call;
    let tickets = 0, ticket: string | null = null, hasNewToken = false, retries = 0;
    for (;;) {
      const blockedMs = (this.#blocked.get(path) ?? -Infinity) - clock.now();
      if (blockedMs > 0) {
        return {
          kind: "not-sent",
          reason: `${path} is closed for ${Math.ceil(blockedMs / 1_000)} s`,
        };
      }
      let token: IssuedToken;
      try {
        token = await tokens.token();
      } catch (error) {
        if (error instanceof UnavailableError) return { kind: "not-sent", reason: error.message };
        if (!(error instanceof InputError)) throw error;
        return { kind: "not-sent", reason: error.message, fault: error };
      }
      if (!await budget.take(priority, call.patienceMs)) {
        return { kind: "not-sent", reason: "the limits of calls left no room for it in time" };
      }
      if (!isWanted()) return { kind: "not-sent", reason: "nobody wanted it any more" };
      const sent = await this.#send(this.#request(call, token, ticket));
      if (sent instanceof TransportError) {
        // What never arrived is no failure that the venue counts.
        if (sent.fault !== "not-sent") budget.noteFailure();
        const isAgain = sent.fault === "not-sent" || call.body === undefined;
        const pauseMs = RETRY_PAUSES_MS[retries++];
        if (isAgain && pauseMs !== undefined) {
          await sleep(clock, pauseMs);
          continue;
        }
        return { kind: sent.fault === "not-sent" ? "not-sent" : "unknown", reason: sent.message };
      }
      const answer = readResponse(sent);
      if (answer.kind === "value") {
        tokens.proved(token);
        if (clock.now() - this.#limitedAt > 2 * this.#pauseMs) this.#pauseMs = FIRST_PAUSE_MS;
        return { kind: "done", value: answer.value };
      }
      budget.noteFailure();
      switch (answer.kind) {
        case "failed":
          return { kind: "refused", code: answer.code, reason: answer.reason };
        case "missing":
          return { kind: "refused", code: "missing", reason: answer.reason };
        case "broken": {
          if (tokens.isSuspect(token) && !await this.#isAlive(token)) {
            tokens.evicted(token, answer.reason);
          }
          const pauseMs = RETRY_PAUSES_MS[retries++];
          if (call.body !== undefined || pauseMs === undefined) {
            return { kind: "unknown", reason: answer.reason };
          }
          await sleep(clock, pauseMs);
          break;
        }
        case "ticket": {
          const { isCaptcha, text, waitMs } = answer.ticket;
          if (isCaptcha) {
            this.#blocked.set(path, clock.now() + HOUR_MS);
            onTrouble(
              `Tradovate wants a person to solve a captcha for ${path}; closed for an hour`,
            );
          }
          if (isCaptcha || ++tickets > MOST_TICKETS) {
            return { kind: "refused", code: "penalty", reason: `a penalty on ${path}` };
          }
          ticket = text;
          await sleep(clock, waitMs);
          break;
        }
        case "rate-limit": {
          if (tokens.isSuspect(token)) {
            tokens.evicted(token, "another login has taken the session");
            return { kind: "refused", code: "rate-limit", reason: "the session was closed" };
          }
          this.#limitedAt = clock.now();
          budget.pauseUntil(clock.now() + this.#pauseMs);
          onTrouble(
            `Tradovate says too many calls; nothing is sent for ${this.#pauseMs / 1_000} s`,
          );
          this.#pauseMs = Math.min(2 * this.#pauseMs, HOUR_MS);
          // It did nothing: what guards a position is worth waiting for.
          if (priority === "exit" && retries++ < RETRY_PAUSES_MS.length) break;
          return { kind: "refused", code: "rate-limit", reason: "the venue says too many calls" };
        }
        case "expired":
          tokens.expired(token);
          if (hasNewToken) return refusedToken("the token has expired");
          hasNewToken = true;
          break;
        case "evicted": {
          // The text may be of a session that was closed, or of a request that took too long.
          const isAlive = await this.#isAlive(token);
          if (!isAlive) tokens.evicted(token, answer.reason);
          const pauseMs = RETRY_PAUSES_MS[retries++];
          if (call.body !== undefined || !isAlive || pauseMs === undefined) {
            return { kind: "unknown", reason: answer.reason };
          }
          await sleep(clock, pauseMs);
          break;
        }
        case "denied":
          if (hasNewToken || await this.#isAlive(token)) return refusedToken(answer.reason);
          tokens.evicted(token, answer.reason);
          hasNewToken = true;
          break;
        case "redirect":
          return this.#refuseRedirect(answer.location);
      }
    }
  }

  /** Sends it, after another host where one is configured. */
  async #send(request: TransportRequest): Promise<TransportResponse | TransportError> {
    const { timeoutMs = 5_000, transport, urls: { redirects = [], rest } } = this.#options;
    try {
      const first = await transport.request({ ...request, timeoutMs });
      const host = first.status >= 300 && first.status < 400
        ? hostOf(first.headers.location)
        : null;
      if (host === null || ![hostOf(rest), ...redirects].includes(host)) return first;
      return await transport.request({ ...request, url: first.headers.location!, timeoutMs });
    } catch (error) {
      if (error instanceof TransportError) return error;
      throw error;
    }
  }

  #request(
    { body, path, query = {} }: RestCall,
    { accessToken }: IssuedToken,
    ticket: string | null,
  ): TransportRequest {
    const penalty = ticket === null ? {} : { "p-ticket": ticket };
    const authorization = `Bearer ${accessToken}`;
    const url = `${this.#options.urls.rest}/${path}`;
    if (body !== undefined) {
      return {
        ...{ method: "POST", url, body: JSON.stringify({ ...body, ...penalty }) },
        headers: { authorization, "content-type": "application/json" },
      };
    }
    const search = Object.entries({ ...query, ...penalty })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    return {
      method: "GET",
      url: search === "" ? url : `${url}?${search}`,
      headers: { authorization },
    };
  }

  #refuseRedirect(location: string): CallOutcome {
    const host = hostOf(location) ?? "nowhere";
    const reason = `the venue leads to ${host}, which is not configured`;
    this.#options.onTrouble(reason);
    return { kind: "refused", code: "redirect", reason };
  }

  /** Whether a token is good for anything, so that a denied call lacks a permission. */
  #isAlive(token: IssuedToken): Promise<boolean> {
    const { clock } = this.#options;
    const last = this.#probe;
    const isNew = last === null || last.accessToken !== token.accessToken ||
      clock.now() - last.at >= PROBE_EVERY_MS;
    if (!isNew) return last.isAlive;
    const isAlive = this.#ask(token);
    this.#probe = { accessToken: token.accessToken, at: clock.now(), isAlive };
    return isAlive;
  }

  async #ask(token: IssuedToken): Promise<boolean> {
    await this.#options.budget.take("watch");
    const call = { path: "auth/me", priority: "watch" } as const;
    const sent = await this.#send(this.#request(call, token, null));
    const { tokens } = this.#options;
    // Silence says nothing: one that was of use here is believed, one of another day is not.
    if (sent instanceof TransportError) return tokens.isProven(token);
    const { kind } = readResponse(sent);
    const isSuspect = tokens.isSuspect(token);
    if (kind === "rate-limit" || kind === "broken") return !isSuspect;
    return kind !== "denied" && kind !== "expired" && kind !== "evicted";
  }
}

function refusedToken(reason: string): CallOutcome {
  return { kind: "refused", code: "unauthorised", reason };
}

function hostOf(url: string | undefined): string | null {
  try {
    return new URL(url ?? "").host;
  } catch {
    return null;
  }
}
