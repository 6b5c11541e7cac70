import {
  InputError,
  type JsonValue,
  type Random,
  sleep,
  type TimerClock,
  UnavailableError,
} from "../../core/mod.ts";
import { type Transport, TransportError } from "../../trading/mod.ts";
import type { CallBudget } from "../call_budget.ts";
import { textIn } from "../json_fields.ts";
import { type GatewayReply, readGatewayReply } from "./gateway_reply.ts";

/** Who asks for a token. */
export interface ProjectXCredentials {
  /** Login name of the platform: no e-mail address, no name of an account. */
  readonly userName: string;
  /** Made in the platform's settings. */
  readonly apiKey: string;
}

/** What tokens are asked for with. */
export interface SessionTokensOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly random: Random;
  /** Address of the gateway. */
  readonly rest: string;
  readonly credentials: ProjectXCredentials;
  readonly budget: CallBudget;
  /** Told what a person should know at once. */
  readonly onTrouble: (reason: string) => void;
}

const MINUTE_MS = 60_000, HOUR_MS = 60 * MINUTE_MS;
const TIMEOUT_MS = 10_000;
/** A token is good for a day. */
const LIFE_MS = 24 * HOUR_MS, RENEW_MS = 18 * HOUR_MS;
/** It is not used in its last moments. */
const LAST_MS = MINUTE_MS;
const PAUSES_MS = [2_000, 5_000, 10_000, 30_000, MINUTE_MS];
/** So many logins without a token in a row; then whoever waits is told. */
const MOST_LOGINS = 3;
/** One login follows another no sooner. */
const BETWEEN_MS = 10_000;

/** What only a person can mend, by the code of a refused login. */
const FINAL: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  1: ["the user is not known", "give the platform's login name, no e-mail address"],
  2: ["the password is wrong", "make a new key"],
  3: ["name and key do not match", "check the user's name and the key"],
  4: ["the application is not known", "use a key"],
  5: ["the application is not let in", "use a key"],
  6: ["the device is not let in", "use a key"],
  7: ["agreements are not signed", "sign them in the platform"],
  9: ["there is no API subscription", "subscribe, and link it in the platform's settings"],
  10: ["keys are switched off by the firm", "ask the firm"],
};

interface SessionToken {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

/**
 * Keeps one token alive for calls and hubs. Whoever needs it waits for the same request; a login
 * that a person has to mend is not tried again.
 */
export class SessionTokens {
  readonly #options: SessionTokensOptions;
  #token: SessionToken | null = null;
  #asking: Promise<string> | null = null;
  #stopTimer: (() => void) | null = null;
  #ended: InputError | null = null;
  #loginAt = -Infinity;
  #isClosed = false;
  /** Told when another token has taken the place of one. */
  onRenewed: () => void = () => {};

  /** Has none yet. */
  constructor(options: SessionTokensOptions) {
    this.#options = options;
  }

  /**
   * A token that is in force.
   *
   * @throws {InputError} when only a person can help
   * @throws {UnavailableError} when there is none for now
   */
  async token(): Promise<string> {
    const { clock } = this.#options;
    const isGood = this.#token !== null &&
      this.#token.issuedAt + LIFE_MS - LAST_MS > clock.now();
    if (isGood) return this.#token!.text;
    return await (this.#asking ??= this.#login().finally(() => this.#asking = null));
  }

  /** The gateway does not take a token any more. */
  expired(text: string): void {
    if (this.#token?.text !== text) return;
    this.#token = null;
    this.#stopTimer?.();
  }

  /** Renews nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
  }

  async #login(): Promise<string> {
    const { budget, clock, credentials, random } = this.#options;
    let reason = "";
    for (let attempt = 0; attempt < MOST_LOGINS; attempt++) {
      if (this.#ended !== null) throw this.#ended;
      const pauseMs = Math.max(
        attempt === 0 ? 0 : PAUSES_MS[attempt - 1]! * (0.75 + 0.5 * random.uniform()),
        this.#loginAt + BETWEEN_MS - clock.now(),
      );
      if (pauseMs > 0) await sleep(clock, pauseMs);
      await budget.take("exit");
      if (this.#isClosed) throw new UnavailableError("Cannot log in at ProjectX: it was closed");
      this.#loginAt = clock.now();
      const answer = await this.#ask("Auth/loginKey", { ...credentials }, null);
      const text = answer.kind === "success" ? textIn(answer.fields, "token") ?? "" : "";
      if (text !== "") return this.#keep(text);
      budget.noteFailure();
      reason = this.#refusal(answer);
    }
    throw new UnavailableError(`Cannot log in at ProjectX for now: ${reason}`);
  }

  /** Why there is no token. @throws {InputError} where another attempt is of no use */
  #refusal(answer: GatewayReply): string {
    const { budget, clock, onTrouble, rest: where } = this.#options;
    switch (answer.kind) {
      case "error": {
        const final = FINAL[answer.code];
        if (final === undefined) return `code ${answer.code}: ${answer.reason}`;
        const [what, remedy] = final;
        this.#ended = new InputError(`Cannot log in at ProjectX: ${what}`, { where, remedy });
        onTrouble(this.#ended.message);
        throw this.#ended;
      }
      case "malformed":
        this.#ended = new InputError(`Cannot log in at ProjectX: ${answer.reason}`, {
          ...{ where, remedy: "check the address, the user's name and the key" },
        });
        throw this.#ended;
      case "rate-limit":
        budget.pauseUntil(clock.now() + (answer.waitMs ?? PAUSES_MS.at(-1)!));
        return "too many calls";
      case "broken":
        return answer.reason;
      case "missing":
        return `${where} answers that it has no such call (404): it is no ProjectX gateway`;
      default:
        return answer.kind === "success" ? "it gave no token" : `it is ${answer.kind}`;
    }
  }

  /** Another token before this one ends; a new login where that fails. */
  async #renew(): Promise<void> {
    const { budget } = this.#options;
    const before = this.#token;
    await budget.take("watch");
    if (before === null || this.#token !== before || this.#isClosed) return;
    const answer = await this.#ask("Auth/validate", null, before.text);
    if (this.#token !== before || this.#isClosed) return;
    const text = answer.kind === "success" ? textIn(answer.fields, "newToken") : null;
    if (text !== null && text !== "" && text !== before.text) {
      this.#keep(text);
      return this.onRenewed();
    }
    // Nobody can tell whether the old one still holds, or for how long.
    try {
      await (this.#asking ??= this.#login().finally(() => this.#asking = null));
      this.onRenewed();
    } catch (error) {
      if (!(error instanceof UnavailableError) && !(error instanceof InputError)) throw error;
      if (this.#token === before) this.#plan(HOUR_MS);
    }
  }

  #keep(text: string): string {
    this.#token = { text, issuedAt: this.#options.clock.now() };
    this.#plan(RENEW_MS - HOUR_MS * this.#options.random.uniform());
    return text;
  }

  #plan(milliseconds: number): void {
    this.#stopTimer?.();
    if (this.#isClosed) return;
    this.#stopTimer = this.#options.clock.after(milliseconds, () => void this.#renew());
  }

  async #ask(
    path: string,
    body: Readonly<Record<string, JsonValue>> | null,
    token: string | null,
  ): Promise<GatewayReply> {
    const { clock, rest, transport } = this.#options;
    try {
      const response = await transport.request({
        ...{ method: "POST", url: `${rest}/api/${path}`, timeoutMs: TIMEOUT_MS },
        headers: {
          "content-type": "application/json",
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      return readGatewayReply(response, clock.now());
    } catch (error) {
      if (error instanceof TransportError) return { kind: "broken", reason: error.message };
      throw error;
    }
  }
}
