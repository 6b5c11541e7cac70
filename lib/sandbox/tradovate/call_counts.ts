import type { Random } from "../../core/mod.ts";
import type { VenueCore } from "./venue_core.ts";

/** Calls of one endpoint in an hour, and how long its tickets make one wait, seconds. */
const ENDPOINT_LIMITS: Readonly<Record<string, readonly [calls: number, waitSeconds: number]>> = {
  "auth/renewaccesstoken": [15, 15],
  "user/syncrequest": [300, 3],
  "order/dryrun": [500, 1],
  "contract/getproductfeeparams": [300, 1],
};

const MINUTE = 60_000, HOUR = 3_600_000;

/** A ticket: the call was not done, and may be sent again with it after a while. */
export interface PenaltyTicket {
  readonly "p-ticket": string;
  readonly "p-time": number;
  readonly "p-captcha"?: true;
}

interface IssuedTicket {
  readonly from: number;
  readonly seconds: number;
}

/** How often each call may be made, and what becomes of those who make it more often. */
export class CallCounts {
  readonly #core: VenueCore;
  readonly #random: Random;
  readonly #calls = new Map<string, number[]>();
  readonly #tickets = new Map<string, IssuedTicket>();
  #lockedUntil = -Infinity;
  #refused = 0;
  #issued = 0;

  /** Begins with nobody counted. */
  constructor(core: VenueCore) {
    this.#core = core;
    this.#random = core.random(4);
  }

  /** How many calls were answered by 429. */
  get refused(): number {
    return this.#refused;
  }

  /** How many tickets were given. */
  get issued(): number {
    return this.#issued;
  }

  /** Counts a call of somebody; true when it is one too many, or within the lock after that. */
  isTooMany(who: string): boolean {
    const { callsPerMinute } = this.#core.guesses;
    const now = this.#core.clock.now();
    const most = this.#within(`minute ${who}`, MINUTE) > callsPerMinute ||
      this.#within(`hour ${who}`, HOUR) > 5_000;
    if (most && now >= this.#lockedUntil) this.lock();
    if (now >= this.#lockedUntil) return false;
    this.#refused++;
    return true;
  }

  /** Refuses everything for a while. */
  lock(): void {
    this.#lockedUntil = this.#core.clock.now() + this.#core.guesses.lockSeconds * 1_000;
  }

  /** Counts a call of an endpoint; the ticket when it is one too many. */
  ticketFor(endpoint: string): PenaltyTicket | null {
    const limit = ENDPOINT_LIMITS[endpoint];
    if (limit === undefined) return null;
    const [calls, wait] = limit;
    return this.#within(endpoint, HOUR) > calls ? this.issue(wait) : null;
  }

  /** Counts a refused login; true when there have been too many. */
  failedLogin(): boolean {
    return this.#within("failed login", HOUR) > this.#core.guesses.failedLogins;
  }

  /** Whether logins are shut as too many have been refused. */
  get isLoginShut(): boolean {
    return this.#count("failed login", HOUR) >= this.#core.guesses.failedLogins;
  }

  /** Gives out a ticket. */
  issue(seconds: number, captcha = false): PenaltyTicket {
    this.#issued++;
    const name = `${this.#random.bits().toString(16)}${this.#random.bits().toString(16)}`;
    // No program solves a captcha.
    const from = captcha ? Infinity : this.#core.clock.now() + seconds * 1_000;
    this.#tickets.set(name, { from, seconds });
    return { "p-ticket": name, "p-time": seconds, ...(captcha ? { "p-captcha": true } : {}) };
  }

  /** Whether a call comes with a ticket whose time has passed; each is good once. */
  isPaid(ticket: unknown): boolean {
    if (typeof ticket !== "string") return false;
    const issued = this.#tickets.get(ticket);
    if (issued === undefined || this.#core.clock.now() < issued.from) return false;
    this.#tickets.delete(ticket);
    return true;
  }

  /** A call that came with a ticket before its time: the next one waits longer; null for none. */
  early(ticket: unknown): PenaltyTicket | null {
    const issued = typeof ticket === "string" ? this.#tickets.get(ticket) : undefined;
    if (issued === undefined || this.#core.clock.now() >= issued.from) return null;
    this.#tickets.delete(ticket as string);
    return this.issue(issued.seconds * 2);
  }

  #within(what: string, spanMs: number): number {
    const now = this.#core.clock.now();
    const times = (this.#calls.get(what) ?? []).filter((time) => time > now - spanMs);
    times.push(now);
    this.#calls.set(what, times);
    return times.length;
  }

  #count(what: string, spanMs: number): number {
    const now = this.#core.clock.now();
    return (this.#calls.get(what) ?? []).filter((time) => time > now - spanMs).length;
  }
}
