import type { JsonValue } from "../core/mod.ts";

/** What became of a call. Only `unknown` may have done something that was not told. */
export type CallOutcome<Value = JsonValue> =
  /** It was carried out, and this is what the venue says of it. */
  | { readonly kind: "done"; readonly value: Value }
  /** The venue has said that it did nothing. */
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly reason: string }
  /** It never left, or nobody wanted it any more when its turn came. */
  | { readonly kind: "not-sent"; readonly reason: string }
  /** It may have been carried out. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Why a venue did nothing. */
export type RefusalCode =
  /** By a rule of trading or of the request: its text says which. */
  | "failed"
  /** The same but not proven: an answer that names no known reason. */
  | "unclear"
  /** A penalty that no program can end, or one after another. */
  | "penalty"
  /** Too many calls. */
  | "rate-limit"
  /** The token may not do it, or is none. */
  | "unauthorised"
  /** There is no such thing. */
  | "missing"
  /** It leads to a host that is not configured. */
  | "redirect";
