import { InputError, type JsonValue, UnavailableError } from "../core/mod.ts";

/** What became of a call. Only `unknown` may have done something that was not told. */
export type CallOutcome<Value = JsonValue> =
  /** It was carried out, and this is what the venue says of it. */
  | { readonly kind: "done"; readonly value: Value }
  /** The venue has said that it did nothing. */
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly reason: string }
  /** It never left, or nobody wanted it any more when its turn came; `fault` is for a person to mend. */
  | { readonly kind: "not-sent"; readonly reason: string; readonly fault?: InputError }
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

/** Why a venue may do the same another time. */
const PASSING: readonly RefusalCode[] = ["penalty", "rate-limit"];

/**
 * The value of a call that has to succeed.
 *
 * @param what was to be done, for example `list accounts`
 * @param venue its name, the address of its calls, and the task that looks whether it can be reached
 * @throws {InputError} when the venue has said that it does not do it
 * @throws {UnavailableError} when it may do it another time
 */
export function doneValue<Value>(
  outcome: CallOutcome<Value>,
  what: string,
  venue: { readonly name: string; readonly url: string; readonly doctor: string },
): Value {
  if (outcome.kind === "done") return outcome.value;
  if (outcome.kind === "not-sent" && outcome.fault !== undefined) throw outcome.fault;
  const said = `Cannot ${what} at ${venue.name}: ${outcome.reason}`;
  // A double has no doctor: what it says and whether it runs is seen where it was started.
  const isDouble = new URL(venue.url).hostname === "127.0.0.1";
  if (outcome.kind === "refused" && !PASSING.includes(outcome.code)) {
    throw new InputError(said, {
      remedy: outcome.code === "unauthorised"
        ? "give the API key the permission for it"
        : isDouble
        ? "see what `deno task sandbox` says: it is a double on this machine"
        : `see what the venue wants, \`deno task ${venue.doctor}\``,
    });
  }
  throw new UnavailableError(
    `${said} (see whether it ${
      isDouble
        ? "runs: it is a double on this machine, `deno task sandbox`"
        : `can be reached, \`deno task ${venue.doctor}\``
    })`,
  );
}
