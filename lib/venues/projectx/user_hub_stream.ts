import {
  InputError,
  type JsonValue,
  type Random,
  sleep,
  type TimerClock,
  UnavailableError,
} from "../../core/mod.ts";
import type { Transport } from "../../trading/mod.ts";
import { fieldsOf } from "../json_fields.ts";
import { type HubLine, type HubPatience, HubRefusal, openHubLine } from "./hub_line.ts";
import type { SessionTokens } from "./session_tokens.ts";

/** What the user hub tells of. */
export type UserEntity = "account" | "order" | "position" | "trade";

/** What a stream of the user's orders and positions is followed with. */
export interface UserHubStreamOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly random: Random;
  /** Address of the hub. */
  readonly url: string;
  readonly tokens: SessionTokens;
  /** The account that is followed. */
  readonly accountId: number;
  readonly patience?: Partial<HubPatience>;
  /** Something has changed. */
  readonly onChange: (entity: UserEntity, value: JsonValue) => void;
  /** Something was told that could not be read. */
  readonly onGap: () => void;
  /** It follows from now on, or does not; nothing is told of what happened in between. */
  readonly onState: (isFollowing: boolean, reason: string) => void;
  readonly onTrouble: (reason: string) => void;
}

const PAUSES_MS = [500, 2_000, 5_000, 10_000, 30_000];
/** A line that has held so long begins again with the first pause. */
const HELD_MS = 60_000;
/** Sent away so often in so long, somebody else has the session. */
const MOST_LOGOUTS = 5, LOGOUTS_MS = 120_000;
const LOGOUT_PAUSE_MS = 2_000, LONGEST_LOGOUT_MS = 15_000;
const LOGGED_OUT = "the venue has logged this session out";
const MOST_UNAUTHORISED = 5;

const EVENTS: Readonly<Record<string, UserEntity>> = {
  ...{ gatewayuseraccount: "account", gatewayuserorder: "order" },
  ...{ gatewayuserposition: "position", gatewayusertrade: "trade" },
};

/**
 * Follows the user hub for as long as it is not closed. The hub never says again what was missed, so
 * whoever follows asks for everything each time that it follows anew.
 */
export class UserHubStream {
  readonly #options: UserHubStreamOptions;
  readonly #closing = new AbortController();
  #line: HubLine | null = null;
  #failures = 0;
  #unauthorised = 0;
  #logouts: number[] = [];
  #isFollowing = false;
  #isSentAway = false;
  #isDone = false;

  constructor(options: UserHubStreamOptions) {
    this.#options = options;
    options.tokens.onRenewed = () => this.drop("the token was renewed");
  }

  /** Whether changes are heard. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Begins to follow. */
  start(): void {
    void this.#run();
  }

  /** Ends the line, to open another one. */
  drop(reason: string): void {
    this.#line?.close(reason);
  }

  /** Ends for good. */
  close(): void {
    this.#isDone = true;
    this.#closing.abort();
    this.#line?.close();
  }

  async #run(): Promise<void> {
    const { clock, onState, random } = this.#options;
    while (!this.#isDone) {
      const startedAt = clock.now();
      const reason = await this.#follow();
      this.#line = null;
      this.#isFollowing = false;
      if (this.#closing.signal.aborted) return;
      onState(false, reason);
      if (this.#isDone) return;
      if (clock.now() - startedAt >= HELD_MS) this.#failures = 0;
      const pauseMs = PAUSES_MS[Math.min(this.#failures++, PAUSES_MS.length - 1)]!;
      try {
        await sleep(
          clock,
          Math.max(pauseMs * (0.75 + 0.5 * random.uniform()), this.#logoutPauseMs()),
          this.#closing.signal,
        );
      } catch {
        return;
      }
    }
  }

  /** Follows one line until it ends. @returns why it did */
  async #follow(): Promise<string> {
    const { accountId, clock, onGap, onState, patience, tokens, transport, url } = this.#options;
    const { promise: ended, resolve: end } = Promise.withResolvers<string>();
    let token = "";
    this.#isSentAway = false;
    try {
      token = await tokens.token();
      this.#line = await openHubLine({
        ...{ transport, clock, url, token, onGarbage: onGap },
        ...(patience === undefined ? {} : { patience }),
        onEvent: (target, values) => this.#hear(target, values),
        onClose: end,
      });
    } catch (error) {
      return this.#refused(error, token);
    }
    // It may have been sent away with the answer to its handshake.
    if (this.#isDone || this.#isSentAway) {
      this.#line.close();
      return this.#isDone ? "closed" : LOGGED_OUT;
    }
    this.#unauthorised = 0;
    // One after the other, each of them answered: half a subscription is none.
    const subscriptions: readonly (readonly [string, readonly JsonValue[]])[] = [
      ...[["SubscribeAccounts", []], ["SubscribeOrders", [accountId]]] as const,
      ...[["SubscribePositions", [accountId]], ["SubscribeTrades", [accountId]]] as const,
    ];
    for (const [method, values] of subscriptions) {
      const trouble = await this.#line.invoke(method, values);
      if (trouble === null) continue;
      this.#line.close(`the hub does not tell of everything: ${trouble}`);
      return trouble;
    }
    this.#isFollowing = true;
    onState(true, "");
    return await ended;
  }

  #hear(target: string, values: readonly JsonValue[]): void {
    const name = target.toLowerCase();
    if (name === "gatewaylogout") return this.#sentAway();
    const entity = EVENTS[name];
    if (entity === undefined) return;
    const told = values.flatMap((value) => Array.isArray(value) ? value : [value]);
    if (told.length === 0) return this.#options.onGap();
    for (const one of told) {
      const fields = fieldsOf(one);
      // Flat, or in an envelope with an action that says nothing reliable.
      const value = fields !== null && fieldsOf(fields.data) !== null ? fields.data! : one;
      if (fieldsOf(value) === null) this.#options.onGap();
      else this.#options.onChange(entity, value);
    }
  }

  #sentAway(): void {
    const { clock, onTrouble } = this.#options;
    const now = clock.now();
    this.#logouts = [...this.#logouts.filter((at) => at > now - LOGOUTS_MS), now];
    if (this.#logouts.length >= MOST_LOGOUTS) {
      this.#isDone = true;
      onTrouble(
        "ProjectX ends this session again and again, as another one is active; changes are not " +
          "heard any more and nothing is entered (close the other one, then start again)",
      );
    }
    this.#isSentAway = true;
    this.#line?.close(LOGGED_OUT);
  }

  #logoutPauseMs(): number {
    const from = this.#options.clock.now() - LOGOUTS_MS;
    const recent = this.#logouts.filter((at) => at > from).length;
    return Math.min(recent * LOGOUT_PAUSE_MS, LONGEST_LOGOUT_MS);
  }

  #refused(error: unknown, token: string): string {
    if (error instanceof InputError) {
      this.#isDone = true;
      return error.message;
    }
    if (error instanceof UnavailableError) return error.message;
    if (!(error instanceof HubRefusal)) throw error;
    if (error.isUnauthorised) {
      this.#options.tokens.expired(token);
      if (++this.#unauthorised >= MOST_UNAUTHORISED) {
        this.#isDone = true;
        this.#options.onTrouble(`the user hub lets nobody in: ${error.message}`);
      }
    }
    return error.message;
  }
}
