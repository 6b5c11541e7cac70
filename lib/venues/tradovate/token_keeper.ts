import {
  InputError,
  type JsonValue,
  type Random,
  sleep,
  type TimerClock,
  UnavailableError,
} from "../../core/mod.ts";
import { type Transport, TransportError, type TransportRequest } from "../../trading/mod.ts";
import type { CallBudget } from "../call_budget.ts";
import { busyMinute } from "./busy_minute.ts";
import { fieldsOf, numberIn, textIn } from "../json_fields.ts";
import type { IssuedToken, TokenState, TokenStore, TradovateCredentials } from "./credentials.ts";
import { type Answer, readResponse } from "./outcome.ts";

/** What tokens are asked for with. */
export interface TokenKeeperOptions {
  /** The way to the venue. */
  readonly transport: Transport;
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** Address of the environment that tokens are of. */
  readonly url: string;
  /** Who asks. */
  readonly credentials: TradovateCredentials;
  /** Where the token is kept. */
  readonly store: TokenStore;
  /** Says when a call may go. */
  readonly budget: CallBudget;
  /** Of renewals that are not to come all at once. */
  readonly random: Random;
  /** Told what a person should know at once. */
  readonly onTrouble: (reason: string) => void;
}

const MINUTE_MS = 60_000, HOUR_MS = 3_600_000;
const TIMEOUT_MS = 10_000;
/** The venue allows five failures in an hour; a manual login counts as well. */
const MOST_LOGINS_PER_HOUR = 3;
const LOGIN_PAUSE_MS = 15_000;
/** A venue that cannot be reached is tried so often, so long apart. */
const MOST_UNSENT = 3, UNSENT_PAUSE_MS = 2_000;
const RENEWAL_PAUSE_MS = 4 * MINUTE_MS;
/** Whoever was sent away by another login does not come back sooner. */
const EVICTED_MS = 5 * MINUTE_MS;
/** Where the venue does not say when a token ends: the shortest lifetime that it states. */
const SHORTEST_LIFE_MS = 80 * MINUTE_MS;
const LAST_MOMENT_MS = 5_000;

/**
 * Keeps one token alive: it is asked for once, renewed before it ends, and kept from one start to
 * the next, as every login opens a session of which there are two. Whoever needs it waits for the
 * same request.
 */
export class TokenKeeper {
  readonly #options: TokenKeeperOptions;
  readonly #owner: string;
  #state: TokenState;
  #asking: Promise<IssuedToken> | null = null;
  #renewing: Promise<void> | null = null;
  #stopTimer: (() => void) | null = null;
  /** Why there will be no token any more; null while there may. */
  #ended: Error | null = null;
  #evictions: number[] = [];
  #suspect: string | null = null;
  #proven: string | null = null;
  /** Whether what was asked last may have arrived, and what became of the last login. */
  #wasSent = true;
  #trouble = "";
  /** The token before this one, which is none any more. */
  #lastToken: string | null = null;
  #isClosed = false;

  /** Goes on with a token that was kept; asks for none before somebody needs it. */
  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    const { credentials, store, url } = options;
    this.#owner = `${credentials.name} ${credentials.cid} ${url}`;
    const kept = store.load();
    this.#state = kept !== null && kept.owner === this.#owner
      ? kept
      : { owner: this.#owner, token: null, logins: [], blockedUntil: -1 };
    if (this.#state.token !== null) this.#plan(this.#state.token);
  }

  /** Number of the user; null before there was a token. */
  get userId(): number | null {
    return this.#state.token?.userId ?? null;
  }

  /**
   * A token that is in force.
   *
   * @throws {InputError} when the venue does not know who asks
   * @throws {UnavailableError} when there is none for now
   */
  token(): Promise<IssuedToken> {
    const { token } = this.#state;
    const isGood = token !== null &&
      token.expiresAt - LAST_MOMENT_MS > this.#options.clock.now();
    if (isGood) return Promise.resolve(token);
    return this.#asking ??= this.#login().finally(() => this.#asking = null);
  }

  /** A token has been of use: whoever refuses it later has ended it. */
  proved({ accessToken }: IssuedToken): void {
    this.#proven = accessToken;
  }

  /** Whether a token has been of use since this program began. */
  isProven({ accessToken }: IssuedToken): boolean {
    return this.#proven === accessToken;
  }

  /** The venue says that a token has ended before its time. */
  expired({ accessToken }: IssuedToken): void {
    if (this.#state.token?.accessToken !== accessToken) return;
    this.#keep({ token: null });
  }

  /** The venue has closed the session of a token: another login may have taken its place. */
  evicted({ accessToken }: IssuedToken, reason: string): void {
    if (this.#state.token?.accessToken !== accessToken) return;
    const { clock, onTrouble } = this.#options;
    // One that was kept and has been of no use here is only old: nobody is sent away.
    if (this.#proven !== accessToken) return this.#keep({ token: null });
    const now = clock.now();
    this.#evictions = [...this.#evictions.filter((at) => at > now - HOUR_MS), now];
    this.#keep({ token: null, blockedUntil: now + EVICTED_MS });
    onTrouble(`the venue has closed this session: ${reason}`);
    if (this.#evictions.length > 1) {
      this.#ended = new UnavailableError(
        "Cannot stay logged in at Tradovate as another login takes the session again and again " +
          "(close the other program, then start again)",
      );
      onTrouble(this.#ended.message);
    }
  }

  /** A token may have ended with the line that was closed: another login takes the oldest session. */
  suspect({ accessToken }: IssuedToken): void {
    this.#suspect = accessToken;
  }

  /** Whether a token may have ended without that being said. */
  isSuspect({ accessToken }: IssuedToken): boolean {
    return this.#suspect === accessToken;
  }

  /** Notes which share of a minute's calls have gone: a process after this one makes fewer. */
  noteCalls(share: number): void {
    const { clock, store } = this.#options;
    const busy = busyMinute(this.#state.busy, share, clock.now());
    if (busy === null) return;
    this.#state = { ...this.#state, busy };
    // Another process may have kept a token since.
    const kept = store.load();
    try {
      store.save(kept?.owner === this.#owner ? { ...kept, busy } : this.#state);
    } catch {
      // A full disk stops no call.
    }
  }

  /** Renews nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
  }

  async #login(): Promise<IssuedToken> {
    const { budget, clock, credentials, onTrouble } = this.#options;
    const body: Record<string, JsonValue> = { ...credentials };
    let unsent = 0;
    for (;;) {
      if (this.#ended !== null) throw this.#ended;
      const other = this.#ofAnotherProcess();
      if (other !== null) return other;
      this.#requireAllowed();
      await budget.take("exit");
      const now = clock.now();
      this.#keep({ logins: [...this.#recentLogins(), now] });
      const answer = await this.#ask({
        ...{ method: "POST", url: `${this.#options.url}/auth/accesstokenrequest` },
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const token = answer.kind === "value" ? this.#read(answer.value) : null;
      if (token !== null) {
        this.proved(token);
        this.#keep({ token });
        this.#plan(token);
        return token;
      }
      if (this.#wasSent) budget.noteFailure();
      switch (answer.kind) {
        case "ticket": {
          const { isCaptcha, text, waitMs } = answer.ticket;
          if (isCaptcha) {
            this.#keep({ blockedUntil: clock.now() + HOUR_MS });
            onTrouble("Tradovate wants a person to solve a captcha; no login for an hour");
            break;
          }
          // The same call, with the ticket, is not a second one.
          this.#keep({ logins: this.#state.logins.slice(0, -1) });
          body["p-ticket"] = text;
          await sleep(clock, waitMs);
          break;
        }
        case "rate-limit":
          this.#keep({ blockedUntil: clock.now() + HOUR_MS });
          break;
        case "failed":
        case "denied":
        case "missing":
          this.#ended = new InputError(
            `Cannot log in at Tradovate: ${answer.reason}`,
            { where: this.#options.url, remedy: "check name, password, app, key and secret" },
          );
          throw this.#ended;
        default: {
          const reason = "reason" in answer ? answer.reason : answer.kind;
          this.#trouble = reason;
          if (this.#wasSent) {
            await sleep(clock, LOGIN_PAUSE_MS);
            break;
          }
          // What never arrived is no login.
          this.#keep({ logins: this.#state.logins.slice(0, -1) });
          if (++unsent >= MOST_UNSENT) {
            throw new UnavailableError(`Cannot log in at Tradovate: ${reason}`);
          }
          await sleep(clock, UNSENT_PAUSE_MS);
        }
      }
    }
  }

  /** A token that another process of this user has kept since; null for none. */
  #ofAnotherProcess(): IssuedToken | null {
    const { clock, store } = this.#options;
    const kept = store.load();
    const token = kept?.owner === this.#owner ? kept.token : null;
    if (token === null || token.expiresAt - LAST_MOMENT_MS <= clock.now()) return null;
    if (token.accessToken === this.#lastToken) return null;
    this.#keep({ token });
    this.#plan(token);
    return token;
  }

  #requireAllowed(): void {
    const { clock } = this.#options;
    const now = clock.now(), { blockedUntil } = this.#state;
    const isMany = this.#recentLogins().length >= MOST_LOGINS_PER_HOUR;
    if (now >= blockedUntil && !isMany) return;
    const until = isMany ? this.#recentLogins()[0]! + HOUR_MS : blockedUntil;
    throw new UnavailableError(
      `Cannot log in at Tradovate before ${new Date(until).toISOString()}: ` +
        (isMany ? "it was tried often enough" : "it was told to stay away") +
        (this.#trouble === "" ? "" : `, last: ${this.#trouble}`),
    );
  }

  #recentLogins(): readonly number[] {
    const from = this.#options.clock.now() - HOUR_MS;
    return this.#state.logins.filter((at) => at > from);
  }

  #renew(): Promise<void> {
    return this.#renewing ??= this.#renewNow().finally(() => this.#renewing = null);
  }

  async #renewNow(): Promise<void> {
    const { budget, clock, url } = this.#options;
    await budget.take("exit");
    const { token } = this.#state;
    if (token === null || this.#isClosed) return;
    this.#keep({ renewedAt: clock.now() });
    const answer = await this.#ask({
      ...{ method: "GET", url: `${url}/auth/renewaccesstoken` },
      headers: { authorization: `Bearer ${token.accessToken}` },
    });
    const renewed = answer.kind === "value" ? this.#read(answer.value, token) : null;
    if (this.#state.token !== token) return;
    if (renewed !== null) {
      this.proved(renewed);
      this.#keep({ token: renewed });
    } else if (this.#wasSent) budget.noteFailure();
    if (answer.kind === "expired") this.#keep({ token: null });
    else if (answer.kind === "evicted") this.evicted(token, answer.reason);
    if (this.#state.token !== null) this.#plan(this.#state.token);
  }

  /** Sets the clock for the next renewal. */
  #plan({ expiresAt, issuedAt }: IssuedToken): void {
    const { clock, random } = this.#options;
    const early = Math.min(expiresAt - 15 * MINUTE_MS, issuedAt + 0.75 * (expiresAt - issuedAt));
    const { renewedAt = -Infinity } = this.#state;
    const at = Math.max(early - MINUTE_MS * random.uniform(), renewedAt + RENEWAL_PAUSE_MS);
    this.#stopTimer?.();
    if (at >= expiresAt || this.#isClosed) return;
    this.#stopTimer = clock.after(at - clock.now(), () => void this.#renew());
  }

  async #ask(request: TransportRequest): Promise<Answer> {
    this.#wasSent = true;
    try {
      return readResponse(
        await this.#options.transport.request({ ...request, timeoutMs: TIMEOUT_MS }),
      );
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      this.#wasSent = error.fault !== "not-sent";
      return { kind: "broken", reason: error.message };
    }
  }

  /** Null for what is no token. */
  #read(value: JsonValue, before: IssuedToken | null = null): IssuedToken | null {
    const fields = fieldsOf(value);
    const accessToken = fields === null ? "" : textIn(fields, "accessToken") ?? "";
    if (fields === null || accessToken === "") return null;
    const now = this.#options.clock.now();
    const expiresAt = Date.parse(textIn(fields, "expirationTime") ?? "");
    const isTold = expiresAt > now;
    const prices = textIn(fields, "mdAccessToken") ?? before?.mdAccessToken;
    return {
      accessToken,
      ...(prices === undefined ? {} : { mdAccessToken: prices }),
      userId: numberIn(fields, "userId") ?? before?.userId ?? 0,
      issuedAt: now,
      expiresAt: isTold ? expiresAt : now + SHORTEST_LIFE_MS,
    };
  }

  #keep(changes: Partial<TokenState>): void {
    this.#lastToken = this.#state.token?.accessToken ?? this.#lastToken;
    this.#state = { ...this.#state, ...changes };
    this.#options.store.save(this.#state);
  }
}
