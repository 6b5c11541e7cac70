import type { AccountBook } from "./account_book.ts";
import type { SandboxHosts } from "./sandbox_options.ts";
import type { UserSession } from "./token_desk.ts";
import type { VenueCore } from "./venue_core.ts";

/** Which of the venue's hosts something came to. */
export type HostName = keyof SandboxHosts;

/** A call as the venue takes it, over REST or on a socket. */
export interface VenueCall {
  readonly host: HostName;
  /** Lower case, without the version, for example `order/placeorder`. */
  readonly endpoint: string;
  /** The same as it was written. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body as an object; empty where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the venue answers. */
export interface VenueAnswer {
  readonly status: number;
  /** A JSON value; left out where the answer has no body. */
  readonly body?: unknown;
}

/** Handles one endpoint for a user. */
export type VenueRoute = (call: VenueCall, session: UserSession) => VenueAnswer;

/** A success. */
export function done(body: unknown): VenueAnswer {
  return { status: 200, body };
}

/** Not his, or not allowed. */
export const DENIED: VenueAnswer = { status: 401, body: "Access is denied" };

/** There is none. */
export const NOT_THERE: VenueAnswer = { status: 404 };

/** The body says too little, or something else. */
export const BAD_PARAMETERS: VenueAnswer = { status: 400, body: "Invalid or missed parameters" };

/** The environment that a host belongs to: hosts of market data and replay know no accounts. */
export function environmentOf(host: HostName): "demo" | "live" | null {
  if (host === "live") return "live";
  return host === "demo" || host === "moved" ? "demo" : null;
}

/** An account that a user sees at a host; null when there is none with that number. */
export function accountOf(
  core: VenueCore,
  { host }: VenueCall,
  { user }: UserSession,
  id: unknown,
): AccountBook | null {
  const found = typeof id === "number" ? core.accounts.get(id) : undefined;
  const isHis = found?.userId === user.id && found.host === environmentOf(host);
  return isHis ? found : null;
}
