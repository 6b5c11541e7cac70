import type { JsonValue } from "../../core/mod.ts";
import { fieldsOf, itemsOf, numberIn, textIn } from "../json_fields.ts";

/** One message of a frame. */
export type SocketMessage =
  /** The answer to a request. */
  | {
    readonly kind: "response";
    readonly id: number;
    readonly status: number;
    readonly data?: JsonValue;
  }
  /** Something has happened. */
  | { readonly kind: "event"; readonly event: string; readonly data: JsonValue }
  /** Nothing that is known. */
  | { readonly kind: "other" };

/** What a server sends. */
export type SocketFrame =
  | { readonly kind: "open" }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "close"; readonly reason: string }
  | { readonly kind: "messages"; readonly messages: readonly SocketMessage[] }
  | { readonly kind: "broken" };

/** What a living client sends. */
export const SOCKET_HEARTBEAT = "[]";

/**
 * A request as it goes over a socket: four parts, all three line ends, empty parts or not.
 *
 * @example
 * ```ts
 * import { socketRequest } from "./socket_frames.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(socketRequest("contract/find", 7, "name=ESZ6"), "contract/find\n7\nname=ESZ6\n");
 * ```
 */
export function socketRequest(path: string, id: number, query = "", body = ""): string {
  return `${path}\n${id}\n${query}\n${body}`;
}

/** Reads what a server sent. */
export function readFrame(text: string): SocketFrame {
  switch (text[0]) {
    case "o":
      return { kind: "open" };
    case "h":
      return { kind: "heartbeat" };
    case "c":
      return { kind: "close", reason: closeReason(text.slice(1)) };
    case "a": {
      const all = parsed(text.slice(1));
      if (!Array.isArray(all)) return { kind: "broken" };
      return { kind: "messages", messages: itemsOf(all).map(readMessage) };
    }
    default:
      return { kind: "broken" };
  }
}

function readMessage(message: JsonValue): SocketMessage {
  const fields = fieldsOf(message);
  if (fields === null) return { kind: "other" };
  const { d: data } = fields;
  const event = textIn(fields, "e"), id = numberIn(fields, "i"), status = numberIn(fields, "s");
  if (event !== null) return { kind: "event", event, data: data ?? null };
  if (id === null || status === null) return { kind: "other" };
  return { kind: "response", id, status, ...(data === undefined ? {} : { data }) };
}

function closeReason(rest: string): string {
  const said = rest === "" ? null : parsed(rest);
  const [code, text] = itemsOf(said);
  return code === undefined ? "closed by the venue" : `closed by the venue: ${code} ${text ?? ""}`;
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
