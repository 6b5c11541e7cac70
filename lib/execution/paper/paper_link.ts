import { InputError, parseJson, sleep, type TimerClock } from "../../core/mod.ts";
import type { BrokerSnapshot } from "../../trading/mod.ts";
import { MessageLines, writeLine } from "./message_lines.ts";
import type { PaperAddresses } from "./paper_address.ts";
import {
  PAPER_PROTOCOL,
  type PaperAnswer,
  type PaperBar,
  type PaperReport,
  type PaperRequest,
  type PaperTerms,
} from "./paper_messages.ts";

/** Milliseconds before a lost connection is tried again: the first time, and at most. */
const FIRST_PAUSE_MS = 10, LONGEST_PAUSE_MS = 500;

/** Something that was asked and has not been answered. */
interface Open<Answer> {
  /** The bar that is told, where one is. */
  readonly bar?: readonly [symbol: string, bar: PaperBar];
  /** What is sent, with the newest answer that has been heard. */
  readonly message: (heard: number) => unknown;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** How a link to a paper broker is made. */
export interface PaperLinkOptions {
  readonly addresses: PaperAddresses;
  readonly terms: PaperTerms;
  readonly clock: TimerClock;
  /** Is told reports, in order and each once. */
  readonly tell: (report: PaperReport) => void;
}

/**
 * The way to a paper broker. Requests are numbered; what has not been answered when a connection is
 * lost is asked again, under its number, of whoever is there next, and carried out once.
 */
export class PaperLink {
  readonly #options: PaperLinkOptions;
  /** By number of the request. */
  readonly #requests = new Map<number, Open<void>>();
  readonly #questions = new Map<number, Open<BrokerSnapshot>>();
  readonly #stopped = new AbortController();
  #connection: Deno.TcpConn | null = null;
  #writing: Promise<unknown> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #number = 0;
  #heard: number | null = null;
  /** Newest request that the broker has kept on its disk. */
  #kept = 0;
  /** The bars that were answered last, by symbol. */
  readonly #newest: Record<string, PaperBar> = {};
  #asked = 0;
  #fault: Error | null = null;
  /** Why it is not there now, for messages. */
  #trouble = "it has not been there yet";
  #whenOpen: () => void = () => {};
  #whenLost: (error: Error) => void = () => {};
  #ended: () => void = () => {};

  constructor(options: PaperLinkOptions) {
    this.#options = options;
  }

  /** Why there is no connection at the moment. */
  get trouble(): string {
    return this.#fault?.message ?? this.#trouble;
  }

  /** Begins; settles with the first connection. @throws {InputError} when the broker refuses */
  start(): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#whenOpen = resolve;
      this.#whenLost = reject;
    });
    this.#running = this.#keepConnected();
    return opened;
  }

  /** Asks for something to be done. Settles when all that came of it has been told. */
  request(request: PaperRequest): Promise<void> {
    const number = ++this.#number;
    const bar = request.do === "bar" ? { bar: [request.symbol, request.bar] as const } : {};
    return this.#ask(this.#requests, number, (heard) => ({ ...request, number, heard }), bar);
  }

  /** Asks what the books say, all that was asked before carried out. */
  snapshot(): Promise<BrokerSnapshot> {
    const ask = ++this.#asked;
    return this.#ask(this.#questions, ask, () => ({ do: "snapshot", ask }));
  }

  /** Tells the broker that nobody needs it any more; settles when it has gone, or cannot be told. */
  async end(): Promise<void> {
    if (this.#connection !== null) {
      const ended = new Promise<void>((resolve) => this.#ended = resolve);
      this.#send({ do: "end" });
      await ended;
    }
    await this.close();
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#give(new Error("the connection with the paper broker was closed"));
    if (this.#connection !== null) close(this.#connection);
    await this.#running;
  }

  #ask<Answer>(
    open: Map<number, Open<Answer>>,
    key: number,
    message: Open<Answer>["message"],
    bar: Pick<Open<Answer>, "bar"> = {},
  ): Promise<Answer> {
    if (this.#fault !== null) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      open.set(key, { message, resolve, reject, ...bar });
      this.#send(message(this.#heard ?? 0));
    });
  }

  /** What cannot be sent now is sent again with the next connection. */
  #send(message: unknown): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#writing = this.#writing.then(() => writeLine(connection, message)).catch(() => {});
  }

  async #keepConnected(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#fault === null) {
      try {
        const { port, token } = await this.#options.addresses.newest();
        const connection = await Deno.connect({ hostname: "127.0.0.1", port });
        try {
          await this.#talk(connection, token);
          this.#trouble = "the connection was lost";
          pauseMs = FIRST_PAUSE_MS;
        } finally {
          this.#connection = null;
          this.#ended();
          close(connection);
        }
      } catch (error) {
        this.#trouble = (error as Error).message;
        // Before anything was asked there is nothing to wait for.
        if (this.#heard === null && error instanceof InputError) this.#give(error);
      }
      await sleep(this.#options.clock, pauseMs, this.#stopped.signal).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Opens, asks again what is open, and hears answers until the connection ends. */
  async #talk(connection: Deno.TcpConn, token: string): Promise<void> {
    connection.setNoDelay(true);
    const { terms } = this.#options;
    await writeLine(connection, {
      ...{ do: "open", protocol: PAPER_PROTOCOL, token, terms },
      ...{ heard: this.#heard, newest: this.#newest },
    });
    const lines = new MessageLines();
    const bytes = new Uint8Array(65_536);
    let isOpen = false;
    for (;;) {
      const length = await connection.read(bytes).catch(() => null);
      if (length === null || this.#fault !== null) return;
      for (const line of lines.push(bytes.subarray(0, length))) {
        const answer = parseJson(line) as PaperAnswer;
        if (isOpen) {
          this.#hear(answer);
          continue;
        }
        this.#opened(answer);
        isOpen = true;
        this.#connection = connection;
        for (const open of [this.#requests, this.#questions]) {
          for (const { message } of open.values()) this.#send(message(this.#heard!));
        }
        this.#whenOpen();
      }
    }
  }

  #opened(answer: PaperAnswer): void {
    if ("refused" in answer) throw new InputError(answer.refused);
    if (!("opened" in answer)) throw new Error("the paper broker speaks another language");
    const { opened } = answer;
    if (this.#heard === null) {
      this.#number += opened;
      this.#heard = this.#kept = opened;
    } else if (opened < this.#kept || opened > this.#number) {
      this.#give(
        new Error(`the paper broker knows of ${opened} requests, and kept ${this.#kept} before`),
      );
    }
  }

  #hear(answer: PaperAnswer): void {
    if ("number" in answer) {
      const open = this.#requests.get(answer.number);
      this.#requests.delete(answer.number);
      // Two connections may both have answered it.
      if (open === undefined) return;
      this.#heard = answer.number;
      if ("error" in answer) return open.reject(new InputError(answer.error));
      if (answer.isIdle !== true) this.#kept = answer.number;
      if (open.bar !== undefined) this.#newest[open.bar[0]] = open.bar[1];
      try {
        for (const report of answer.reports) this.#options.tell(report);
        open.resolve();
      } catch (error) {
        // A fault of whoever listens is none of the connection.
        open.reject(error as Error);
      }
    } else if ("snapshot" in answer) {
      this.#questions.get(answer.ask)?.resolve(answer.snapshot);
      this.#questions.delete(answer.ask);
    } else if ("ended" in answer) this.#ended();
  }

  /** Gives everything up that has not been answered. */
  #give(fault: Error): void {
    if (this.#fault !== null) return;
    this.#fault = fault;
    this.#stopped.abort();
    this.#whenLost(fault);
    for (const open of [this.#requests, this.#questions]) {
      for (const { reject } of open.values()) reject(fault);
      open.clear();
    }
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
