import { type JsonValue, oneLine } from "../../core/mod.ts";
import type { TransportResponse } from "../../trading/mod.ts";
import { fieldsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";

/** What an answer of the gateway is, before anything is done about it. */
export type GatewayReply =
  | { readonly kind: "success"; readonly fields: JsonFields }
  /** The gateway names a reason by its code, whose meaning is another one for each path. */
  | {
    readonly kind: "error";
    readonly code: number;
    readonly reason: string;
    readonly fields: JsonFields;
  }
  /** The request could not be read. */
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "unauthorised" }
  /** Milliseconds to wait where it says so. */
  | { readonly kind: "rate-limit"; readonly waitMs: number | null }
  | { readonly kind: "missing" }
  /** It says nothing that can be relied on. */
  | { readonly kind: "broken"; readonly reason: string };

const LONGEST_TEXT = 200;

/** Reads an answer by what it holds: the gateway sends JSON as plain text too. */
export function readGatewayReply(
  { body, headers, status }: TransportResponse,
  now: number,
): GatewayReply {
  if (status === 401 || status === 403) return { kind: "unauthorised" };
  if (status === 404 || status === 405) return { kind: "missing" };
  if (status === 429) return { kind: "rate-limit", waitMs: waitIn(headers["retry-after"], now) };
  if (status >= 500 || (status >= 300 && status < 400)) {
    return { kind: "broken", reason: `the gateway answered ${status}` };
  }
  let value: JsonValue;
  try {
    value = JSON.parse(body);
  } catch {
    return status >= 400
      ? { kind: "malformed", reason: short(body) || `the gateway answered ${status}` }
      : { kind: "broken", reason: "the gateway's answer is no JSON" };
  }
  const fields = fieldsOf(value);
  if (status >= 400) {
    const text = fields === null ? null : textIn(fields, "detail") ?? textIn(fields, "title");
    return { kind: "malformed", reason: short(text ?? body) };
  }
  const code = fields === null ? null : numberIn(fields, "errorCode");
  if (fields === null || code === null || typeof fields.success !== "boolean") {
    return { kind: "broken", reason: "the gateway's answer does not say whether it succeeded" };
  }
  if (fields.success !== (code === 0)) {
    return {
      kind: "broken",
      reason: `the gateway says success ${fields.success} with code ${code}`,
    };
  }
  if (fields.success) return { kind: "success", fields };
  return { kind: "error", code, reason: short(textIn(fields, "errorMessage") ?? ""), fields };
}

/** Seconds or a date. */
function waitIn(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isFinite(date) ? Math.max(0, date - now) : null;
}

function short(text: string): string {
  return oneLine(text.slice(0, LONGEST_TEXT));
}
