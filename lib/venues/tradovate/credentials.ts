/** Who asks for a token: the fields of the token request, in its own names. */
export interface TradovateCredentials {
  /** Name of the user. */
  readonly name: string;
  /** Password of the user, or the key's own. */
  readonly password: string;
  /** Nickname of the API key. */
  readonly appId: string;
  /** Free text. */
  readonly appVersion: string;
  /** Number of the API key. */
  readonly cid: number;
  /** Secret of the API key. */
  readonly sec: string;
  /** Stable and unique for the machine; live trading needs it. */
  readonly deviceId: string;
}

/** A token that the venue has given out. */
export interface IssuedToken {
  /** For everything but prices. */
  readonly accessToken: string;
  /** For prices; absent where one token is for all. */
  readonly mdAccessToken?: string;
  /** Number of the user. */
  readonly userId: number;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What is kept from one start to the next, so that a restart is no new login. */
export interface TokenState {
  /** Whose it is and where it is of use. */
  readonly owner: string;
  /** Null for none. */
  readonly token: IssuedToken | null;
  /** When logins were tried in the last hour, epoch milliseconds. */
  readonly logins: readonly number[];
  /** When a renewal was asked for last, epoch milliseconds; absent before the first. */
  readonly renewedAt?: number;
  /**
   * When so many calls had gone in a minute that a process after this one has to know, epoch
   * milliseconds, and the most that it may have been since, as a share; absent before that.
   */
  readonly busy?: { readonly at: number; readonly mostShare: number };
  /** No login before then, epoch milliseconds. */
  readonly blockedUntil: number;
}

/** Where a token is kept. */
export interface TokenStore {
  /** What was kept last; null for nothing. */
  load(): TokenState | null;
  /** Keeps it. */
  save(state: TokenState): void;
}

/** Keeps it for as long as the process runs. */
export function memoryTokenStore(): TokenStore {
  let kept: TokenState | null = null;
  return { load: () => kept, save: (state) => kept = state };
}
