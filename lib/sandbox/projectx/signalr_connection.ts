import { jsonOrUndefined, type TimerClock } from "../../core/mod.ts";
import type { Line, LineListener } from "../../trading/mod.ts";

/** Ends every record. */
const RECORD_END = "\u001e";

const HANDSHAKE_MS = 15_000;

/** What a hub does with the calls of a client. */
export interface HubMethods {
  /**
   * Handles a call.
   *
   * @param target in lower case
   * @returns its result, or its error; null for no answer at all
   */
  invoke(
    target: string,
    args: readonly unknown[],
  ): { readonly result: unknown } | { readonly error: string } | null;
  /** The connection has ended. */
  close(): void;
}

/** How a connection keeps itself alive. */
export interface ConnectionTimes {
  readonly pingMs: number;
  readonly clientSilenceMs: number;
}

/** The server's side of a SignalR connection: JSON records, version 1 of the protocol. */
export class SignalrConnection implements LineListener {
  readonly #clock: TimerClock;
  readonly #client: Line;
  readonly #times: ConnectionTimes;
  readonly #methods: HubMethods;
  #isOpen = true;
  #isSilent = false;
  #hasShakenHands = false;
  #rest = "";
  #heardAt: number;
  #saidAt: number;
  #stop: () => void = () => {};

  /**
   * Waits for the handshake.
   *
   * @param methodsOf what the hub does, given how it says something
   */
  constructor(
    clock: TimerClock,
    client: Line,
    times: ConnectionTimes,
    methodsOf: (connection: SignalrConnection) => HubMethods,
  ) {
    this.#clock = clock;
    this.#client = client;
    this.#times = times;
    this.#heardAt = this.#saidAt = clock.now();
    this.#methods = methodsOf(this);
    this.#watch();
  }

  /** Whether it has not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Says nothing any more, and stays open. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Calls a method of the client. */
  say(target: string, args: readonly unknown[]): void {
    this.send(JSON.stringify({ type: 1, target, arguments: args }));
  }

  /** Sends records in one message. */
  send(...records: readonly string[]): void {
    this.raw(records.map((record) => `${record}${RECORD_END}`).join(""));
  }

  /** Sends a text as it is. */
  raw(text: string): void {
    if (!this.#isOpen || this.#isSilent) return;
    this.#saidAt = this.#clock.now();
    this.#client.send(text);
  }

  /** Says that it closes, then ends. */
  closeBy(error: string, allowReconnect: boolean): void {
    this.send(JSON.stringify({ type: 7, error, allowReconnect }));
    this.#clock.after(1, () => this.drop());
  }

  /** Ends without a word. */
  drop(): void {
    if (!this.#isOpen) return;
    this.#end();
    this.#client.close();
  }

  /** Takes what a client sends. */
  readonly onMessage = (text: string): void => {
    if (!this.#isOpen || this.#isSilent) return;
    this.#heardAt = this.#clock.now();
    const records = `${this.#rest}${text}`.split(RECORD_END);
    this.#rest = records.pop()!;
    for (const record of records) this.#take(record);
  };

  /** The client has gone. */
  readonly onClose = (): void => this.#end();

  #take(text: string): void {
    const record = jsonOrUndefined(text) as Readonly<Record<string, unknown>> | undefined;
    if (!this.#hasShakenHands) return this.#shakeHands(record);
    if (record?.type === 7) return this.drop();
    if (record?.type !== 1) return;
    const { arguments: args, invocationId, target } = record;
    const done = typeof target === "string" && Array.isArray(args)
      ? this.#methods.invoke(target.toLowerCase(), args)
      : { error: `Failed to invoke '${target}' due to an error on the server.` };
    if (done === null || typeof invocationId !== "string") return;
    this.send(JSON.stringify({ type: 3, invocationId, ...done }));
  }

  #shakeHands(record: Readonly<Record<string, unknown>> | undefined): void {
    if (record?.protocol !== "json" || record.version !== 1) {
      this.send(JSON.stringify({ error: `The protocol '${record?.protocol}' is not supported.` }));
      return this.drop();
    }
    this.#hasShakenHands = true;
    this.send("{}");
  }

  /** Waits for whatever is due first: a ping, the client's silence, the end of the handshake. */
  #watch(): void {
    const { clientSilenceMs, pingMs } = this.#times;
    const opened = this.#clock.now();
    const turn = (): void => {
      const now = this.#clock.now();
      const isLate = !this.#hasShakenHands && now - opened >= HANDSHAKE_MS;
      const isDead = now - this.#heardAt >= clientSilenceMs && !this.#isSilent;
      if (isLate || isDead) return this.drop();
      if (this.#hasShakenHands && now - this.#saidAt >= pingMs) this.send('{"type":6}');
      const dues = this.#hasShakenHands
        ? [this.#saidAt + pingMs, this.#heardAt + clientSilenceMs]
        : [opened + HANDSHAKE_MS, this.#heardAt + clientSilenceMs];
      // Who has fallen silent says nothing at all, and is only looked at now and then.
      const wait = this.#isSilent ? pingMs : Math.max(1, Math.min(...dues) - now);
      this.#stop = this.#clock.after(wait, () => {
        if (this.#isOpen) turn();
      });
    };
    turn();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stop();
    this.#methods.close();
  }
}
