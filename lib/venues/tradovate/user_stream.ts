import { type JsonValue, type Random, sleep, type TimerClock } from "../../core/mod.ts";
import type { Transport } from "../../trading/mod.ts";
import type { CallBudget } from "../call_budget.ts";
import { fieldsOf, type JsonFields, textIn } from "../json_fields.ts";
import type { IssuedToken } from "./credentials.ts";
import type { Answer } from "./outcome.ts";
import type { TokenKeeper } from "./token_keeper.ts";
import {
  openTradovateSocket,
  type SocketPatience,
  SocketRefusal,
  type TradovateSocket,
} from "./tradovate_socket.ts";

/** What a stream of the user's orders and positions is followed with. */
export interface UserStreamOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly url: string;
  readonly tokens: TokenKeeper;
  readonly budget: CallBudget;
  readonly random: Random;
  /** The account that is followed. */
  readonly accountId: number;
  readonly patience?: Partial<SocketPatience>;
  /** The venue's books as they stand at the beginning of a connection, arrays by their names. */
  readonly onBooks: (books: JsonFields) => void;
  /** Something has changed; an entity of a type. */
  readonly onChange: (type: string, change: string, entity: JsonValue) => void;
  /** It follows from now on, or does not. */
  readonly onState: (isFollowing: boolean, reason: string) => void;
  readonly onTrouble: (reason: string) => void;
}

const FIRST_PAUSE_MS = 1_000, LONGEST_PAUSE_MS = 60_000;
/** A stream that has held so long begins again with the first pause. */
const HELD_MS = 60_000;
/** The venue's reasons to end a connection, and how long it wants to be left alone. */
const SHUTDOWN_PAUSES_MS: Readonly<Record<string, number>> = {
  Maintenance: 60_000,
  ConnectionQuotaReached: 300_000,
  IPQuotaReached: 300_000,
};

const FOLLOWED = [
  ...["account", "accountRiskStatus", "cashBalance", "position", "order", "orderVersion"],
  ...["command", "commandReport", "executionReport", "fill", "fillFee"],
];

/**
 * Follows what happens to the user's orders and positions for as long as it is not closed: one
 * snapshot for each connection, and every change behind it. A lost connection is made again, later
 * each time; nothing of an earlier one is heard any more.
 */
export class UserStream {
  readonly #options: UserStreamOptions;
  #socket: TradovateSocket | null = null;
  #isClosed = false;
  #closing = new AbortController();
  #pauseMs = FIRST_PAUSE_MS;
  #shutdownMs = 0;
  /** Venues differ in how they want to be asked. */
  #form: "account" | "user" = "account";
  #isFollowing = false;

  constructor(options: UserStreamOptions) {
    this.#options = options;
  }

  /** Whether changes are heard. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Begins to follow. */
  start(): void {
    void this.#run();
  }

  /** Ends the connection, to make another one. */
  drop(reason: string): void {
    this.#socket?.close(reason);
  }

  /** Ends for good. */
  close(): void {
    this.#isClosed = true;
    this.#closing.abort();
    this.#socket?.close();
  }

  async #run(): Promise<void> {
    const { clock, onState, random } = this.#options;
    while (!this.#isClosed) {
      const startedAt = clock.now();
      const reason = await this.#follow().catch((error: Error) => error.message);
      this.#socket = null;
      if (this.#isClosed) return;
      this.#isFollowing = false;
      onState(false, reason);
      if (clock.now() - startedAt >= HELD_MS) this.#pauseMs = FIRST_PAUSE_MS;
      const pauseMs = Math.max(this.#pauseMs * (0.75 + 0.5 * random.uniform()), this.#shutdownMs);
      this.#shutdownMs = 0;
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
      try {
        await sleep(clock, pauseMs, this.#closing.signal);
      } catch {
        return;
      }
    }
  }

  /** Follows one connection until it ends. @returns why it did */
  async #follow(): Promise<string> {
    const { budget, clock, onState, patience, tokens, transport, url } = this.#options;
    const token = await tokens.token();
    const { promise, resolve: end } = Promise.withResolvers<string>();
    let socket: TradovateSocket;
    try {
      socket = await openTradovateSocket({
        ...{ transport, clock, url, token: token.accessToken },
        ...(patience === undefined ? {} : { patience }),
        onEvent: (event, data) => this.#hear(event, data, token),
        onClose: end,
      });
    } catch (error) {
      return this.#refused(error, token);
    }
    if (this.#isClosed) {
      socket.close();
      return "closed";
    }
    this.#socket = socket;
    await budget.take("watch");
    const answer = await this.#sync(socket, token);
    if (answer.kind !== "value") {
      socket.close("the venue's books could not be read");
      return this.#explain(answer);
    }
    const books = fieldsOf(answer.value) ?? {};
    if (this.#form === "account" && !("orders" in books) && !("positions" in books)) {
      // The other form, on a connection of its own: books are asked for once on each.
      this.#form = "user";
      socket.close("the venue wants its books asked for by the user");
      return await promise;
    }
    this.#options.onBooks(books);
    this.#isFollowing = true;
    onState(true, "");
    return await promise;
  }

  #sync(socket: TradovateSocket, { userId }: IssuedToken): Promise<Answer> {
    const body = this.#form === "account"
      ? { splitResponses: false, accounts: [this.#options.accountId], entityTypes: FOLLOWED }
      : { users: [userId] };
    return socket.request("user/syncrequest", body);
  }

  #hear(event: string, data: JsonValue, token: IssuedToken): void {
    const fields = fieldsOf(data);
    if (fields === null) return;
    if (event === "shutdown") {
      const reason = textIn(fields, "reasonCode") ?? "no reason";
      this.#shutdownMs = SHUTDOWN_PAUSES_MS[reason] ?? FIRST_PAUSE_MS;
      if (reason !== "Maintenance") this.#options.onTrouble(`the venue ends the line: ${reason}`);
      // Its token may have ended with it: what calls answer to it will tell.
      if (reason === "ConnectionQuotaReached") this.#options.tokens.suspect(token);
      return this.drop(`the venue ends the line: ${reason}`);
    }
    if (event !== "props") return;
    const { entity = null } = fields, type = textIn(fields, "entityType");
    if (type === null) return;
    const change = textIn(fields, "eventType") ?? "";
    for (const one of Array.isArray(entity) ? entity : [entity]) {
      this.#options.onChange(type, change, one);
    }
  }

  #refused(error: unknown, token: IssuedToken): string {
    if (!(error instanceof SocketRefusal)) throw error;
    const { answer, message } = error;
    if (answer?.kind === "expired" || answer?.kind === "denied") {
      this.#options.tokens.expired(token);
    } else if (answer?.kind === "evicted") this.#options.tokens.evicted(token, answer.reason);
    return answer === null ? message : this.#explain(answer);
  }

  #explain(answer: Answer): string {
    switch (answer.kind) {
      case "rate-limit":
        this.#shutdownMs = 30_000;
        return "the venue says too many calls";
      case "ticket":
        this.#shutdownMs = answer.ticket.isCaptcha ? 3_600_000 : answer.ticket.waitMs;
        return "the venue wants to be left alone";
      case "broken":
      case "denied":
      case "failed":
      case "missing":
        return answer.reason;
      default:
        return `the venue answered: ${answer.kind}`;
    }
  }
}
