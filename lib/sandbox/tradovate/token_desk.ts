import type { Random } from "../../core/mod.ts";
import type { VenueCore, VenueUser } from "./venue_core.ts";

/** A session of a user: what a login opens and renewals keep. */
export interface UserSession {
  readonly id: number;
  readonly user: VenueUser;
  /** Host that it was opened on. */
  readonly host: string;
  /** Machine that opened it, as it says itself. */
  readonly device: unknown;
  token: string;
  expiresAt: number;
  isClosed: boolean;
}

/** Why a token is no good. */
export type TokenFault = "unknown" | "expired" | "closed" | "other-host";

/** Tokens and the sessions behind them. */
export class TokenDesk {
  readonly #core: VenueCore;
  readonly #random: Random;
  readonly #byToken = new Map<string, UserSession>();
  readonly #open: UserSession[] = [];
  readonly #onClose: ((session: UserSession) => void)[] = [];
  #logins = 0;

  /** Begins without sessions. */
  constructor(core: VenueCore) {
    this.#core = core;
    this.#random = core.random(3);
  }

  /** How many logins have succeeded. */
  get logins(): number {
    return this.#logins;
  }

  /** Sessions that are open. */
  get sessions(): readonly UserSession[] {
    return this.#open;
  }

  /** Tells of sessions that another login has closed. */
  onClose(listener: (session: UserSession) => void): void {
    this.#onClose.push(listener);
  }

  /** Opens a session; one too many closes the oldest. */
  login(user: VenueUser, host: string, device: unknown): UserSession {
    const session: UserSession = {
      ...{ id: ++this.#logins, user, host, device, token: this.#token(), isClosed: false },
      expiresAt: this.#expiry(),
    };
    this.#byToken.set(session.token, session);
    this.#open.push(session);
    const own = this.#open.filter((each) =>
      each.user === user && each.expiresAt > this.#core.clock.now()
    );
    for (const oldest of own.slice(0, Math.max(0, own.length - this.#core.guesses.sessions))) {
      this.close(oldest);
    }
    return session;
  }

  /** Lets a session live on, perhaps by another token. */
  renew(session: UserSession): void {
    session.expiresAt = this.#expiry();
    if (this.#core.guesses.renewal === "same-token") return;
    this.#byToken.delete(session.token);
    session.token = this.#token();
    this.#byToken.set(session.token, session);
  }

  /** Ends a session before its time, as another login does. */
  close(session: UserSession): void {
    if (session.isClosed) return;
    session.isClosed = true;
    this.#open.splice(this.#open.indexOf(session), 1);
    for (const listener of this.#onClose) listener(session);
  }

  /** Host on which a token was given out. */
  hostOf(token: string): string | undefined {
    return this.#byToken.get(token)?.host;
  }

  /** The session of a token, or why it is no good at a host. */
  verify(token: string, host: string): UserSession | TokenFault {
    const session = this.#byToken.get(token);
    if (session === undefined) return "unknown";
    if (session.isClosed) return "closed";
    if (session.expiresAt <= this.#core.clock.now()) return "expired";
    const isBound = this.#core.guesses.tokenHosts === "one" && session.host !== host;
    return isBound ? "other-host" : session;
  }

  #expiry(): number {
    return this.#core.clock.now() + this.#core.guesses.tokenMinutes * 60_000;
  }

  #token(): string {
    const part = (words: number): string =>
      Array.from({ length: words }, () => this.#random.bits().toString(16).padStart(8, "0")).join(
        "",
      );
    return `sandbox.${part(8)}.${part(8)}`;
  }
}
