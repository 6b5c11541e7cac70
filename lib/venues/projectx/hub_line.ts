import type { JsonValue, TimerClock } from "../../core/mod.ts";
import { type Line, type Transport, TransportError } from "../../trading/mod.ts";
import { beatEvery, watchSilence } from "../line_watch.ts";
import { HANDSHAKE, HUB_PING, hubInvocation, type HubRecord, HubRecords } from "./hub_records.ts";

/** What a line to a hub is opened with. */
export interface HubLineOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  /** Address of the hub. */
  readonly url: string;
  /** Read once, as the line is opened. */
  readonly token: string;
  /** Told what the hub calls. */
  readonly onEvent: (target: string, eventArguments: readonly JsonValue[]) => void;
  /** Told of a record that is none: what it said is lost. */
  readonly onGarbage: () => void;
  /** Told once when it has ended; nothing comes behind it. */
  readonly onClose: (reason: string) => void;
  /** @default HUB_PATIENCE */
  readonly patience?: Partial<HubPatience>;
}

/** Patience with a line to a hub, milliseconds. */
export interface HubPatience {
  /** For the line and the handshake. */
  readonly openMs: number;
  /** Between two pings of ours. */
  readonly pingMs: number;
  /** Without a byte before it is given up. */
  readonly silentMs: number;
  /** For the answer to a call. */
  readonly answerMs: number;
}

/** What suits hubs that ping every 15 seconds. */
export const HUB_PATIENCE: HubPatience = {
  ...{ openMs: 15_000, pingMs: 12_000, silentMs: 30_000, answerMs: 10_000 },
};

/** Why there is no line to a hub. */
export class HubRefusal extends Error {
  /** Its kind, for messages. */
  override readonly name = "HubRefusal";

  /** @param isUnauthorised whether it is for the token */
  constructor(message: string, readonly isUnauthorised: boolean) {
    super(message);
  }
}

/** An open line to a hub. */
export interface HubLine {
  /** Calls a method and waits for its end. @returns why it came to nothing; null when it did not */
  invoke(target: string, methodArguments: readonly JsonValue[]): Promise<string | null>;
  /** Ends it. */
  close(reason?: string): void;
}

/** Opens a line and shakes hands. @throws {HubRefusal} when there is none */
export function openHubLine(options: HubLineOptions): Promise<HubLine> {
  return new Promise((resolve, reject) => {
    new OpenHub(options, resolve, reject).start();
  });
}

class OpenHub implements HubLine {
  readonly #options: HubLineOptions;
  readonly #patience: HubPatience;
  readonly #ready: (line: HubLine) => void;
  readonly #fail: (error: HubRefusal) => void;
  readonly #records = new HubRecords();
  readonly #waiting = new Map<string, (error: string | null) => void>();
  #line: Line | null = null;
  #state: "opening" | "open" | "closed" = "opening";
  #heardAt: number;
  #lastId = 0;
  #stops: (() => void)[] = [];

  constructor(
    options: HubLineOptions,
    ready: (line: HubLine) => void,
    fail: (error: HubRefusal) => void,
  ) {
    this.#options = options;
    this.#patience = { ...HUB_PATIENCE, ...options.patience };
    this.#ready = ready;
    this.#fail = fail;
    this.#heardAt = options.clock.now();
  }

  start(): void {
    const { clock, token, transport, url } = this.#options;
    this.#stops.push(clock.after(this.#patience.openMs, () => {
      if (this.#state === "opening") this.#end("the hub did not open in time");
    }));
    transport.open(`${url}?access_token=${encodeURIComponent(token)}`, {
      onMessage: (text) => this.#hear(text),
      onClose: (reason) => this.#end(reason),
    }).then((line) => {
      this.#line = line;
      if (this.#state === "closed") return line.close();
      line.send(HANDSHAKE);
      const { pingMs, silentMs } = this.#patience;
      this.#stops.push(beatEvery(clock, pingMs, () => line.send(HUB_PING)));
      this.#stops.push(
        watchSilence(clock, silentMs, () => this.#heardAt, (reason) => this.#end(reason)),
      );
    }, (error: Error) => {
      const status = error instanceof TransportError ? error.status : null;
      this.#end(error.message, status === 401 || status === 403);
    });
  }

  invoke(target: string, methodArguments: readonly JsonValue[]): Promise<string | null> {
    if (this.#state !== "open") return Promise.resolve("the line is closed");
    const { clock } = this.#options, id = String(++this.#lastId);
    return new Promise((resolve) => {
      const stop = clock.after(this.#patience.answerMs, () => {
        this.#waiting.delete(id);
        resolve(`no answer to ${target}`);
      });
      this.#waiting.set(id, (error) => (stop(), resolve(error)));
      this.#line!.send(hubInvocation(id, target, methodArguments));
    });
  }

  close(reason = "closed by the client"): void {
    this.#end(reason);
  }

  #hear(text: string): void {
    if (this.#state === "closed") return;
    this.#heardAt = this.#options.clock.now();
    for (const record of this.#records.take(text)) this.#take(record);
  }

  #take(record: HubRecord): void {
    if (this.#state === "closed") return;
    switch (record.kind) {
      case "handshake":
        if (this.#state === "open") return this.#options.onGarbage();
        if (record.error !== null) return this.#end(record.error);
        this.#state = "open";
        return this.#ready(this);
      case "invocation":
        return this.#options.onEvent(record.target, record.arguments);
      case "completion": {
        const settle = this.#waiting.get(record.id);
        this.#waiting.delete(record.id);
        return settle?.(record.error);
      }
      case "close":
        return this.#end(record.reason);
      case "garbage":
        return this.#options.onGarbage();
    }
  }

  #end(reason: string, isUnauthorised = false): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    for (const stop of this.#stops.splice(0)) stop();
    const settled = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of settled) settle(reason);
    this.#line?.close();
    if (wasOpen) this.#options.onClose(reason);
    else this.#fail(new HubRefusal(reason, isUnauthorised));
  }
}
