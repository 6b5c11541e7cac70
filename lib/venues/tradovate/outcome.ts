import { type JsonValue, oneLine } from "../../core/mod.ts";
import type { TransportResponse } from "../../trading/mod.ts";
import { fieldsOf, itemsOf } from "../json_fields.ts";

/** What an answer is, before anything is done about it. */
export type Answer =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "failed"; readonly code: "failed" | "unclear"; readonly reason: string }
  | { readonly kind: "ticket"; readonly ticket: Ticket }
  | { readonly kind: "rate-limit" }
  | { readonly kind: "expired" }
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "evicted"; readonly reason: string }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "broken"; readonly reason: string };

/** A penalty: the same call may come again, with the ticket, after a while. */
export interface Ticket {
  /** Sent back as `p-ticket`. */
  readonly text: string;
  /** Milliseconds to wait. */
  readonly waitMs: number;
  /** Whether only a person can end it. */
  readonly isCaptcha: boolean;
}

const LONGEST_TEXT = 200;

/** Reasons of which the venue says itself that it does not know what became of the order. */
const UNCLEAR = ["UnknownReason", "RiskCheckTimeout", "OtherExecutionRelated"];

/** What a server answered to a request. */
export function readResponse({ body, headers, status }: TransportResponse): Answer {
  if (status >= 300 && status < 400) {
    return { kind: "redirect", location: headers.location ?? "" };
  }
  if (status >= 500) return { kind: "broken", reason: `the venue answered ${status}` };
  if (status === 429) return { kind: "rate-limit" };
  let value: JsonValue = null;
  try {
    value = body === "" ? null : JSON.parse(body);
  } catch {
    if (status < 300) return { kind: "broken", reason: "the venue's answer is no JSON" };
    value = body;
  }
  if (status < 300 && value === null) {
    return { kind: "broken", reason: "the venue's answer is empty" };
  }
  return readAnswer(status, value);
}

/** What an answer with a status says, by whichever way it came. */
export function readAnswer(status: number, value: JsonValue | undefined): Answer {
  if (status === 429) return { kind: "rate-limit" };
  if (status >= 500) return { kind: "broken", reason: `the venue answered ${status}` };
  const ticket = ticketIn(value);
  if (ticket !== null) return { kind: "ticket", ticket };
  if (status < 300) return readValue(value ?? null);
  const text = textOf(value);
  switch (status) {
    case 401:
    case 403:
      return /expired access token/i.test(text)
        ? { kind: "expired" }
        : { kind: "denied", reason: text === "" ? "access is denied" : text };
    case 400:
      return /expired access token/i.test(text)
        ? { kind: "expired" }
        : { kind: "failed", code: "failed", reason: text === "" ? "a malformed request" : text };
    case 404:
      return { kind: "missing", reason: text === "" ? "there is no such thing" : text };
    case 408:
      return { kind: "evicted", reason: text === "" ? "the session was closed" : text };
    case 421:
    case 423:
      return { kind: "failed", code: "failed", reason: text === "" ? `status ${status}` : text };
    default:
      return { kind: "broken", reason: `the venue answered ${status}` };
  }
}

/** Errors come with a status of success too. */
function readValue(value: JsonValue): Answer {
  const fields = fieldsOf(value);
  if (fields === null) return { kind: "value", value };
  const { error, errorText, failureReason, failureText, violations } = fields;
  if (typeof failureReason === "string" && failureReason !== "" && failureReason !== "Success") {
    const code = UNCLEAR.includes(failureReason) || !KNOWN_FAILURES.has(failureReason)
      ? "unclear"
      : "failed";
    const words = [failureReason, failureText].filter((text) => typeof text === "string");
    return { kind: "failed", code, reason: short(words.join(": ")) };
  }
  for (const text of [errorText, error]) {
    if (typeof text === "string" && text !== "") {
      return { kind: "failed", code: "failed", reason: short(text) };
    }
  }
  if (itemsOf(violations).length > 0) {
    return { kind: "failed", code: "failed", reason: short(JSON.stringify(violations)) };
  }
  return { kind: "value", value };
}

function ticketIn(value: JsonValue | undefined): Ticket | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const text = fields["p-ticket"], seconds = fields["p-time"];
  const isCaptcha = fields["p-captcha"] === true;
  if (typeof text !== "string" && !isCaptcha) return null;
  return {
    text: typeof text === "string" ? text : "",
    waitMs: typeof seconds === "number" && seconds >= 0 ? seconds * 1_000 : 60_000,
    isCaptcha,
  };
}

/** Error texts may be JSON in JSON. */
function textOf(value: JsonValue | undefined): string {
  const fields = fieldsOf(value);
  if (fields !== null) return textOf(fields.errorText ?? fields.error);
  if (typeof value !== "string") return "";
  if (!value.startsWith('"')) return short(value);
  try {
    return textOf(JSON.parse(value));
  } catch {
    return short(value);
  }
}

function short(text: string): string {
  return oneLine(text.slice(0, LONGEST_TEXT));
}

const KNOWN_FAILURES: ReadonlySet<string> = new Set([
  ...["AccountClosed", "AdvancedTrailingStopUnsupported", "AnotherCommandPending"],
  ...["BackMonthProhibited", "ExecutionProviderNotConfigured", "ExecutionProviderUnavailable"],
  ...["InvalidContract", "InvalidPrice", "KeyInformationDocumentRequired", "LiquidationOnly"],
  ...["LiquidationOnlyBeforeExpiration", "MaxOrderQtyIsNotSpecified", "MaxOrderQtyLimitReached"],
  ...["MaxPosLimitMisconfigured", "MaxPosLimitReached", "MaxTotalPosLimitReached"],
  ...["MultipleAccountPlanRequired", "NoQuote", "NotEnoughLiquidity", "ParentRejected"],
  ...["SSFNFAComplianceRequired", "SSFNFAComplianceRequiredJointOnly"],
  ...["SSFRiskDisclosureAcknowledgmentRequired", "SessionClosed", "TooLate", "TradingLocked"],
  ...["TrailingStopNonOrderQtyModify", "Unauthorized", "Unsupported"],
]);
