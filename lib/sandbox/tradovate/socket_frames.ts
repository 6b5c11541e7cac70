import { jsonOrUndefined } from "../../core/mod.ts";
import type { TradovateGuesses } from "./guesses.ts";
import type { VenueAnswer } from "./venue_call.ts";

/** A request as a client writes it: four parts, a line each, in one frame. */
export interface SocketRequest {
  readonly path: string;
  readonly id: number;
  readonly query: string;
  readonly body: string;
}

/** Frame of a socket that is open. */
export const OPEN_FRAME = "o";

/** Frame that says only that the venue is there. */
export const HEARTBEAT_FRAME = "h";

/** What the venue says when the body of a call has slipped into the line of its query. */
const BODY_IN_QUERY =
  "No usable value for symbol\nDid not find value which can be converted into java.lang.String";

/** Reads a frame of a client; null for a heartbeat, undefined for no request at all. */
export function readRequest(text: string): SocketRequest | null | undefined {
  if (text === "[]") return null;
  const [path = "", id = "", query = "", ...body] = text.split("\n");
  if (path === "" || !/^\d+$/.test(id)) return undefined;
  return { path, id: Number(id), query, body: body.join("\n") };
}

/** The body of a request: an object, or the answer to one that is none. */
export function readBody(
  { body, query }: SocketRequest,
): Readonly<Record<string, unknown>> | VenueAnswer & { readonly isRefused: true } {
  if (body === "") {
    return query.startsWith("{") ? { status: 400, body: BODY_IN_QUERY, isRefused: true } : {};
  }
  const value = jsonOrUndefined(body);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return { status: 400, body: "Invalid JSON", isRefused: true };
}

/** A frame of messages. */
export function messageFrame(messages: readonly string[]): string {
  return `a[${messages.join(",")}]`;
}

/** The answer to a request. */
export function answerMessage(
  id: number,
  { body, status }: VenueAnswer,
  errorText: TradovateGuesses["errorText"],
): string {
  const isTwice = status >= 400 && errorText === "encoded-twice" && typeof body === "string";
  const d = isTwice ? JSON.stringify(body) : body;
  return JSON.stringify({ s: status, i: id, d });
}

/** An event. */
export function eventMessage(kind: string, payload: unknown): string {
  return JSON.stringify({ e: kind, d: payload });
}

/** The end of a socket, said by the venue. */
export function closeFrame(code: number, reason: string): string {
  return `c[${code},${JSON.stringify(reason)}]`;
}
