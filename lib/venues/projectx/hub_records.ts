import type { JsonValue } from "../../core/mod.ts";
import { fieldsOf, itemsOf, numberIn, textIn } from "../json_fields.ts";

/** Ends every record of a hub. */
const RECORD_END = "\x1e";
/** A record that has not ended by then never will. */
const LONGEST_RECORD = 8 * 1_024 * 1_024;

/** What one record of a hub says. */
export type HubRecord =
  /** The answer to the handshake. */
  | { readonly kind: "handshake"; readonly error: string | null }
  | {
    readonly kind: "invocation";
    readonly target: string;
    readonly arguments: readonly JsonValue[];
  }
  | { readonly kind: "completion"; readonly id: string; readonly error: string | null }
  | { readonly kind: "ping" }
  | { readonly kind: "close"; readonly reason: string }
  /** Of a type that is not needed. */
  | { readonly kind: "other" }
  /** None at all. */
  | { readonly kind: "garbage" };

/** The first record that a client sends. */
export const HANDSHAKE = `{"protocol":"json","version":1}${RECORD_END}`;

/** Shows that a client lives. */
export const HUB_PING = `{"type":6}${RECORD_END}`;

/** A call of a method of the hub that wants an answer. */
export function hubInvocation(
  id: string,
  target: string,
  methodArguments: readonly JsonValue[],
): string {
  return JSON.stringify({ type: 1, invocationId: id, target, arguments: methodArguments }) +
    RECORD_END;
}

/**
 * Cuts messages into records: one message may hold several, and one record may come in several.
 *
 * @example
 * ```ts
 * import { HubRecords } from "./hub_records.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const records = new HubRecords();
 * assertEquals(records.take('{}\x1e{"type":'), [{ kind: "handshake", error: null }]);
 * assertEquals(records.take("6}\x1e"), [{ kind: "ping" }]);
 * ```
 */
export class HubRecords {
  #rest = "";

  /** Records that a message has completed. */
  take(text: string): readonly HubRecord[] {
    const parts = (this.#rest + text).split(RECORD_END);
    this.#rest = parts.pop()!;
    if (this.#rest.length <= LONGEST_RECORD) return parts.map(readRecord);
    this.#rest = "";
    return [...parts.map(readRecord), { kind: "garbage" }];
  }
}

function readRecord(text: string): HubRecord {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "garbage" };
  }
  const fields = fieldsOf(value);
  if (fields === null) return { kind: "garbage" };
  const error = textIn(fields, "error");
  if (fields.type === undefined) return { kind: "handshake", error };
  switch (numberIn(fields, "type")) {
    case 1: {
      const target = textIn(fields, "target");
      if (target === null) return { kind: "garbage" };
      return { kind: "invocation", target, arguments: itemsOf(fields.arguments) };
    }
    case 3: {
      const id = textIn(fields, "invocationId");
      return id === null ? { kind: "garbage" } : { kind: "completion", id, error };
    }
    case 6:
      return { kind: "ping" };
    case 7:
      return { kind: "close", reason: error ?? "the hub ends the line" };
    default:
      return { kind: "other" };
  }
}
