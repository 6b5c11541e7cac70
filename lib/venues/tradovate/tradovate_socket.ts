import type { JsonValue, TimerClock } from "../../core/mod.ts";
import type { Line, Transport } from "../../trading/mod.ts";
import { beatEvery, watchSilence } from "../line_watch.ts";
import { type Answer, readAnswer } from "./outcome.ts";
import { readFrame, SOCKET_HEARTBEAT, type SocketMessage, socketRequest } from "./socket_frames.ts";

/** What a socket is opened with. */
export interface SocketOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly url: string;
  /** The token that authorises it. */
  readonly token: string;
  /** Told of events, also of those before the answer of the request that caused them. */
  readonly onEvent: (event: string, data: JsonValue) => void;
  /** Something was heard, heartbeats included. */
  readonly onFrame?: () => void;
  /** Told once when it has ended; nothing comes behind it. */
  readonly onClose: (reason: string) => void;
  /**
   * Milliseconds.
   *
   * @default SOCKET_PATIENCE
   */
  readonly patience?: Partial<SocketPatience>;
}

/** Patience with a socket, milliseconds. */
export interface SocketPatience {
  /** For the line, the opening frame and the authorisation. */
  readonly openMs: number;
  /** Between two heartbeats of ours, whatever comes. */
  readonly heartbeatMs: number;
  /** Without any frame, before it is given up: the venue says something every 2.5 seconds. */
  readonly silentMs: number;
  /** For an answer. */
  readonly answerMs: number;
}

/** What suits the venue. */
export const SOCKET_PATIENCE: SocketPatience = {
  ...{ openMs: 10_000, heartbeatMs: 2_200, silentMs: 10_000, answerMs: 10_000 },
};

/** Why a socket could not be opened. */
export class SocketRefusal extends Error {
  /** Its kind, for messages. */
  override readonly name = "SocketRefusal";

  /** @param answer what the venue said to the token; null where it said nothing */
  constructor(message: string, readonly answer: Answer | null = null) {
    super(message);
  }
}

/** An open and authorised socket. */
export interface TradovateSocket {
  /** Asks for something; a socket that ends answers everything as broken. */
  request(path: string, body?: JsonValue, query?: string): Promise<Answer>;
  /** Ends it. */
  close(reason?: string): void;
}

/**
 * Opens a socket and authorises it. It is given up when it falls silent: the platform never notices
 * a peer that is gone.
 *
 * @throws {SocketRefusal} when there is none
 */
export function openTradovateSocket(options: SocketOptions): Promise<TradovateSocket> {
  return new Promise((resolve, reject) => {
    const socket = new OpenSocket(options, resolve, reject);
    socket.start();
  });
}

class OpenSocket implements TradovateSocket {
  readonly #options: SocketOptions;
  readonly #patience: SocketPatience;
  readonly #ready: (socket: TradovateSocket) => void;
  readonly #fail: (error: unknown) => void;
  #line: Line | null = null;
  #state: "opening" | "open" | "closed" = "opening";
  #isInvited = false;
  #isAuthorising = false;
  #lastId = 0;
  #heardAt: number;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #stops: (() => void)[] = [];

  constructor(
    options: SocketOptions,
    ready: (socket: TradovateSocket) => void,
    fail: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#patience = { ...SOCKET_PATIENCE, ...options.patience };
    this.#ready = ready;
    this.#fail = fail;
    this.#heardAt = options.clock.now();
  }

  start(): void {
    const { clock, transport, url } = this.#options;
    this.#stops.push(clock.after(this.#patience.openMs, () => {
      if (this.#state === "opening") this.#end("the socket did not open in time");
    }));
    transport.open(url, {
      onMessage: (text) => this.#hear(text),
      onClose: (reason) => this.#end(reason),
    }).then((line) => {
      this.#line = line;
      if (this.#state === "closed") line.close();
      else this.#authorise();
    }, (error: Error) => this.#end(error.message));
  }

  request(path: string, body?: JsonValue, query = ""): Promise<Answer> {
    if (this.#state === "closed") return Promise.resolve(broken("the socket is closed"));
    return this.#ask(path, body === undefined ? "" : JSON.stringify(body), query);
  }

  close(reason = "closed by the client"): void {
    this.#end(reason);
  }

  #ask(path: string, body: string, query: string): Promise<Answer> {
    const { clock } = this.#options;
    const id = this.#lastId++;
    return new Promise((resolve) => {
      const stop = clock.after(this.#patience.answerMs, () => {
        this.#waiting.delete(id);
        resolve(broken(`no answer to ${path}`));
      });
      this.#waiting.set(id, (answer) => (stop(), resolve(answer)));
      this.#line!.send(socketRequest(path, id, query, body));
    });
  }

  #hear(text: string): void {
    if (this.#state === "closed") return;
    this.#heardAt = this.#options.clock.now();
    this.#options.onFrame?.();
    const frame = readFrame(text);
    switch (frame.kind) {
      case "open":
        this.#isInvited = true;
        return this.#authorise();
      case "close":
        return this.#end(frame.reason);
      case "messages":
        for (const message of frame.messages) this.#take(message);
    }
  }

  #take(message: SocketMessage): void {
    if (this.#state === "closed") return;
    if (message.kind === "event") this.#options.onEvent(message.event, message.data);
    if (message.kind !== "response") return;
    const settle = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    settle?.(readAnswer(message.status, message.data ?? {}));
  }

  #authorise(): void {
    // The opening frame may come before whoever opened the line has heard of it.
    const line = this.#line;
    if (line === null || !this.#isInvited || this.#isAuthorising) return;
    this.#isAuthorising = true;
    const { clock } = this.#options, { heartbeatMs, silentMs } = this.#patience;
    this.#stops.push(beatEvery(clock, heartbeatMs, () => line.send(SOCKET_HEARTBEAT)));
    this.#stops.push(
      watchSilence(clock, silentMs, () => this.#heardAt, (reason) => this.#end(reason)),
    );
    void this.#ask("authorize", this.#options.token, "").then((answer) => {
      if (this.#state !== "opening") return;
      if (answer.kind === "value") {
        this.#state = "open";
        return this.#ready(this);
      }
      this.#state = "closed";
      this.#clear();
      this.#line?.close();
      this.#fail(new SocketRefusal("the venue does not authorise the socket", answer));
    });
  }

  #end(reason: string): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#clear();
    const settled = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of settled) settle(broken(reason));
    this.#line?.close();
    if (wasOpen) this.#options.onClose(reason);
    else this.#fail(new SocketRefusal(reason));
  }

  #clear(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}

function broken(reason: string): Answer {
  return { kind: "broken", reason };
}
