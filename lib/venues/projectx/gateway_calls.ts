import {
  InputError,
  type JsonValue,
  sleep,
  type TimerClock,
  UnavailableError,
} from "../../core/mod.ts";
import { type Transport, TransportError } from "../../trading/mod.ts";
import type { CallBudget, CallOptions } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import type { JsonFields } from "../json_fields.ts";
import { type GatewayReply, readGatewayReply } from "./gateway_reply.ts";
import { REFUSALS } from "./gateway_codes.ts";
import type { SessionTokens } from "./session_tokens.ts";

/** What calls are made with. */
export interface GatewayCallsOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  /** Address of the gateway. */
  readonly rest: string;
  readonly tokens: SessionTokens;
  /** For everything but bars. */
  readonly budget: CallBudget;
  /** For bars, which have a limit of their own. */
  readonly barBudget: CallBudget;
  readonly onTrouble: (reason: string) => void;
  /** Milliseconds after which an answer is not waited for any more. @default {10_000} */
  readonly timeoutMs?: number | undefined;
}

/** One call. */
export interface GatewayQuestion extends CallOptions {
  /** For example `Order/place`. */
  readonly path: string;
  /** Every field that the path knows: one that is left out counts as 0, which buys. */
  readonly body: Readonly<Record<string, JsonValue>>;
  /** Whether it changes something: then it is sent once. */
  readonly changes: boolean;
}

const RETRY_PAUSES_MS = [500, 2_000];
const FIRST_PAUSE_MS = 5_000, LONGEST_PAUSE_MS = 60_000;

/**
 * Calls of the gateway, each with a typed outcome. What changes something is sent once: whatever the
 * gateway has not said clearly is unknown.
 */
export class GatewayCalls {
  readonly #options: GatewayCallsOptions;
  readonly #pauseMs = new Map<CallBudget, number>();

  /** Has called nothing yet. */
  constructor(options: GatewayCallsOptions) {
    this.#options = options;
  }

  /** Makes a call. @throws what is no fault of the way: a permission that is missing */
  async call(call: GatewayQuestion): Promise<CallOutcome<JsonFields>> {
    const { clock, tokens } = this.#options;
    const { changes, isWanted = () => true, path, patienceMs, priority } = call;
    const budget = this.#budgetOf(path);
    let retries = 0, hasNewToken = false;
    for (;;) {
      let token: string;
      try {
        token = await tokens.token();
      } catch (error) {
        if (error instanceof UnavailableError) return { kind: "not-sent", reason: error.message };
        if (!(error instanceof InputError)) throw error;
        return { kind: "not-sent", reason: error.message, fault: error };
      }
      if (!await budget.take(priority, patienceMs)) {
        return { kind: "not-sent", reason: "the limits of calls left no room for it in time" };
      }
      if (!isWanted()) return { kind: "not-sent", reason: "nobody wanted it any more" };
      const answer = await this.#send(call, token);
      if (answer instanceof TransportError) {
        budget.noteFailure();
        const pauseMs = RETRY_PAUSES_MS[retries++];
        if ((answer.fault === "not-sent" || !changes) && pauseMs !== undefined) {
          await sleep(clock, pauseMs);
          continue;
        }
        const kind = answer.fault === "not-sent" ? "not-sent" : "unknown";
        return { kind, reason: answer.message };
      }
      if (answer.kind === "success") {
        this.#pauseMs.delete(budget);
        return { kind: "done", value: answer.fields };
      }
      budget.noteFailure();
      switch (answer.kind) {
        case "error":
          return refusalOf(call, answer);
        case "malformed":
          return { kind: "refused", code: "failed", reason: answer.reason };
        case "missing":
          return { kind: "refused", code: "missing", reason: `there is no ${path}` };
        case "unauthorised":
          tokens.expired(token);
          if (changes) return { kind: "unknown", reason: "the token was not taken" };
          if (hasNewToken) {
            return { kind: "refused", code: "unauthorised", reason: "the token was not taken" };
          }
          hasNewToken = true;
          break;
        case "rate-limit": {
          this.#pause(budget, path, answer.waitMs);
          // Nobody has said that such an order was not carried out.
          if (changes) return { kind: "unknown", reason: "the gateway says too many calls" };
          return { kind: "refused", code: "rate-limit", reason: "the gateway says too many calls" };
        }
        case "broken": {
          const pauseMs = RETRY_PAUSES_MS[retries++];
          if (changes || pauseMs === undefined) return { kind: "unknown", reason: answer.reason };
          await sleep(clock, pauseMs);
        }
      }
    }
  }

  #budgetOf(path: string): CallBudget {
    const { barBudget, budget } = this.#options;
    return path === "History/retrieveBars" ? barBudget : budget;
  }

  #pause(budget: CallBudget, path: string, waitMs: number | null): void {
    const { clock, onTrouble } = this.#options;
    const pauseMs = Math.max(waitMs ?? 0, this.#pauseMs.get(budget) ?? FIRST_PAUSE_MS);
    budget.pauseUntil(clock.now() + pauseMs);
    this.#pauseMs.set(budget, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
    onTrouble(
      `the gateway says too many calls to ${path}; nothing is sent for ${pauseMs / 1_000} s`,
    );
  }

  async #send(
    { body, path }: GatewayQuestion,
    token: string,
  ): Promise<GatewayReply | TransportError> {
    const { clock, rest, timeoutMs = 10_000, transport } = this.#options;
    try {
      const response = await transport.request({
        ...{ method: "POST", url: `${rest}/api/${path}`, timeoutMs },
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return readGatewayReply(response, clock.now());
    } catch (error) {
      if (error instanceof TransportError) return error;
      throw error;
    }
  }
}

/** A code that stands for a definite refusal, or for nothing that can be relied on. */
function refusalOf(
  { changes, path }: GatewayQuestion,
  { code, reason }: GatewayReply & { readonly kind: "error" },
): CallOutcome<JsonFields> {
  if (!changes) return { kind: "refused", code: "missing", reason: reason || `code ${code}` };
  const name = REFUSALS[path]?.[code];
  const text = [name ?? `code ${code}`, reason].filter((part) => part !== "").join(": ");
  return name === undefined
    ? { kind: "unknown", reason: text }
    : { kind: "refused", code: "failed", reason: text };
}
