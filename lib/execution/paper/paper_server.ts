import { createHash, timingSafeEqual } from "node:crypto";
import { InputError, parseJson, type TimerClock } from "../../core/mod.ts";
import type { BrokerFill, Order } from "../../trading/mod.ts";
import { MessageLines, writeLine } from "./message_lines.ts";
import { carriedBook, emptyBook, PaperBook } from "./paper_book.ts";
import {
  messageSchema,
  openingSchema,
  orderSchema,
  PAPER_PROTOCOL,
  type PaperAnswer,
  type PaperBar,
  type PaperMessage,
  type PaperReport,
  type PaperRequest,
  type PaperTerms,
} from "./paper_messages.ts";
import { PaperStore, type StoredBook } from "./paper_store.ts";

/** How a paper broker is run. */
export interface PaperServerOptions {
  /** Folder of all accounts; each has its books in a folder of its name. */
  readonly sessions: string;
  /** Whoever does not know it is refused. */
  readonly token: string;
  /** Times stamps and waits by it. */
  readonly clock: TimerClock;
  /** Port of the loopback interface. @default {0}, which takes one that is free */
  readonly port?: number;
  /** Milliseconds after which a broker that nobody is connected with ends. @default {60_000} */
  readonly idleMs?: number;
}

/** A paper broker that listens. */
export interface PaperServer {
  /** Where it can be reached on the loopback interface. */
  readonly port: number;
  /** Settles when it has closed its store and its port; rejects when it cannot keep its books. */
  readonly ended: Promise<void>;
  /** Ends it. */
  close(): void;
}

/** Longest line that a client may send: its terms, for as many instruments as anybody trades. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Runs a paper broker: the fill model of the backtest on the bars that a session tells it, with books
 * of its own that outlive it and the session. It serves one account and one connection at a time, on
 * the loopback interface only.
 *
 * @throws {InputError} when the port is not free
 */
export function startPaperServer(options: PaperServerOptions): PaperServer {
  return new Server(options);
}

class Server implements PaperServer {
  readonly ended: Promise<void>;
  readonly #options: PaperServerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  #settle: (error: unknown) => void = () => {};
  #current: Deno.TcpConn | null = null;
  #takeBackIdle: () => void = () => {};
  #account: PaperAccount | null = null;
  #isClosed = false;

  constructor(options: PaperServerOptions) {
    this.#options = options;
    this.#listener = listen(options.port ?? 0);
    this.ended = new Promise((resolve, reject) =>
      this.#settle = (error) => error === null ? resolve() : reject(error)
    );
    this.#waitForSomebody();
    this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  close(): void {
    this.#close(null);
  }

  #close(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#takeBackIdle();
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    try {
      this.#account?.[Symbol.dispose]();
    } catch (cause) {
      error ??= cause;
    }
    this.#settle(error);
  }

  #waitForSomebody(): void {
    const { clock, idleMs = 60_000 } = this.#options;
    this.#takeBackIdle();
    this.#takeBackIdle = clock.after(idleMs, () => this.close());
  }

  async #accept(): Promise<void> {
    for (;;) {
      let connection: Deno.TcpConn;
      try {
        connection = await this.#listener.accept();
      } catch (error) {
        if (!this.#isClosed) this.#close(error);
        return;
      }
      this.#serve(connection);
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    this.#connections.add(connection);
    try {
      connection.setNoDelay(true);
      const lines = new MessageLines(LONGEST_LINE);
      const bytes = new Uint8Array(65_536);
      for (;;) {
        const length = await connection.read(bytes);
        if (length === null) return;
        for (const line of lines.push(bytes.subarray(0, length))) {
          const answer = this.#answer(line, connection);
          if (answer !== null) await writeLine(connection, answer);
          if (answer === null || "refused" in answer) return;
          if ("ended" in answer) return this.close();
        }
      }
    } catch {
      // Whoever sends what cannot be read, or is gone, is not listened to any longer.
    } finally {
      this.#connections.delete(connection);
      if (!this.#isClosed) {
        connection.close();
        if (this.#current === connection) {
          this.#current = null;
          this.#waitForSomebody();
        }
      }
    }
  }

  /** Answers a line; null where nobody listens to the connection any more. */
  #answer(line: string, connection: Deno.TcpConn): PaperAnswer | null {
    if (this.#isClosed) return null;
    if (this.#current !== connection) {
      return this.#open(line, connection);
    }
    const said = parseJson(line) as { readonly number?: unknown };
    const { data, error } = messageSchema.safeParse(said);
    if (error !== undefined) {
      if (!Number.isSafeInteger(said?.number)) return null;
      // Hung up on, it would be asked again for ever.
      return {
        number: said.number as number,
        error: `Cannot read what is asked for: ${firstLine(error)}`,
      };
    }
    const message = data as PaperMessage;
    const account = this.#account!;
    switch (message.do) {
      case "open":
        return null;
      case "end":
        return { ended: true };
      case "snapshot":
        return { ask: message.ask, snapshot: account.snapshot() };
      default: {
        const { heard, number, ...request } = message;
        try {
          return { number, ...account.take(number, heard, request) };
        } catch (error) {
          if (account.isKept) return { number, error: (error as Error).message };
          this.#close(error);
          return null;
        }
      }
    }
  }

  /** The newest connection that knows the token is listened to, and no other. */
  #open(line: string, connection: Deno.TcpConn): PaperAnswer {
    let terms: PaperTerms, heard: number | null, newest: Readonly<Record<string, PaperBar>>;
    try {
      const message = parseJson(line) as { readonly token?: unknown };
      if (!isSameText(String(message?.token), this.#options.token)) {
        return { refused: "Cannot serve whoever does not know the token" };
      }
      const opened = openingSchema.parse(message);
      if (opened.protocol !== PAPER_PROTOCOL) {
        return {
          refused: `Cannot speak version ${opened.protocol}: this program speaks ${PAPER_PROTOCOL}`,
        };
      }
      terms = opened.terms as unknown as PaperTerms;
      heard = opened.heard;
      newest = opened.newest as unknown as typeof newest;
    } catch (error) {
      return { refused: `Cannot read who wants to be served: ${firstLine(error)}` };
    }
    try {
      this.#account ??= new PaperAccount(this.#options.sessions, terms.account);
      const opened = this.#account.open(terms, heard, this.#options.clock);
      this.#account.tellAgain(newest);
      this.#current?.close();
      this.#current = connection;
      this.#takeBackIdle();
      return { opened };
    } catch (error) {
      return { refused: (error as Error).message };
    }
  }
}

/** What came of a request. */
interface Outcome {
  readonly reports: readonly PaperReport[];
  readonly isIdle?: true;
}

/** The books of the account that is served, in memory and in the store. */
class PaperAccount implements Disposable {
  readonly #store: PaperStore;
  readonly #name: string;
  #terms: PaperTerms | null = null;
  #book: PaperBook | null = null;
  #isKept = true;

  constructor(sessions: string, name: string) {
    this.#store = new PaperStore(sessions, name);
    this.#name = name;
  }

  /** Whether the store holds what the books in memory do. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /**
   * Begins to serve a session.
   *
   * @param heard newest answer that the client has heard; null where it is a new one
   * @returns number of the newest request
   */
  open(terms: PaperTerms, heard: number | null, clock: Pick<TimerClock, "now">): number {
    if (terms.account !== this.#name) {
      throw new InputError(
        `Cannot serve account ${terms.account} as this broker keeps the books of ${this.#name}`,
        { remedy: "start a broker for each account" },
      );
    }
    const { stored } = this.#store;
    const next = openBooks(terms, heard, stored, clock);
    this.#book = new PaperBook(terms.markets, next.book);
    this.#terms = terms;
    if (stored === null || next.book !== stored.book && terms.books === "new") {
      this.#store.begin(next);
    } else this.#store.keep(next, []);
    return next.request;
  }

  /** Bars of a client that goes on: those on which nothing happened may have gone with the process. */
  tellAgain(newest: Readonly<Record<string, PaperBar>>): void {
    const stored = this.#store.stored!;
    const reports = Object.entries(newest).flatMap(([symbol, bar]) =>
      this.#book!.take({ do: "bar", symbol, bar })
    );
    // None ever comes, as a bar with orders was kept; should one, the books show it.
    this.#keep(stored.request, 0, reports);
  }

  /** Carries a request out, once: who asks again is told again what came of it. */
  take(number: number, heard: number, request: PaperRequest): Outcome {
    const stored = this.#store.stored!;
    if (number <= stored.request) {
      return { reports: stored.replies.find(([request]) => request === number)?.[1] ?? [] };
    }
    if (request.do === "submit") {
      const { data, error } = orderSchema.safeParse(request.order);
      if (error !== undefined) return this.#reject(number, request, error.issues[0]!);
      request = { ...request, order: data as Order };
    }
    let reports: readonly PaperReport[];
    try {
      reports = this.#book!.take(request);
    } catch (error) {
      // Half of it may have been done.
      this.#book = new PaperBook(this.#terms!.markets, stored.book);
      throw error;
    }
    if (request.do === "bar" && reports.length === 0 && this.#book!.isIdle(request.symbol)) {
      // Nothing can come of it later either: the disk is not waited for.
      this.#store.hold({ ...stored, request: number, book: this.#book!.save() });
      return { reports, isIdle: true };
    }
    return this.#keep(number, heard, reports);
  }

  snapshot() {
    return this.#book!.snapshot(this.#store.executions());
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }

  #keep(number: number, heard: number, reports: readonly PaperReport[]): Outcome {
    const { replies, session } = this.#store.stored!;
    const unheard = replies.filter(([request]) => request > heard);
    const executions = reports.flatMap(([symbol, report]): BrokerFill[] =>
      report.kind === "filled"
        ? [{ executionId: report.executionId!, symbol, fill: report.fill }]
        : []
    );
    this.#isKept = false;
    this.#store.keep({
      ...{ session, request: number, book: this.#book!.save() },
      replies: reports.length === 0 ? unheard : [...unheard, [number, reports]],
    }, executions);
    this.#isKept = true;
    return { reports };
  }

  /** An order that makes no sense, as far as it says which one it is. */
  #reject(
    number: number,
    { order, symbol }: PaperRequest & { readonly do: "submit" },
    { message, path }: { readonly message: string; readonly path: readonly PropertyKey[] },
  ): Outcome {
    const reason = `${path.join(".")}: ${message}`;
    const { exits, id } = Object(order) as { readonly id?: unknown; readonly exits?: unknown };
    if (!Number.isSafeInteger(id)) {
      throw new InputError(`Cannot read an order without a number: ${reason}`);
    }
    const numbers = (Array.isArray(exits) ? exits : [])
      .flatMap((exit) => Number.isSafeInteger(Object(exit).id) ? [{ id: exit.id as number }] : []);
    const reports = this.#book!.refuse(symbol, [{ id: id as number }, ...numbers], reason);
    return this.#keep(number, 0, reports);
  }
}

/** The books that a session goes on with. */
function openBooks(
  { books, initialCashUsd, session }: PaperTerms,
  heard: number | null,
  stored: StoredBook | null,
  clock: Pick<TimerClock, "now">,
): StoredBook {
  const request = stored?.request ?? 0;
  if (stored?.session === session) {
    // A new client learns from the books what another one has not heard of.
    const replies = stored.replies.filter(([number]) => heard !== null && number > heard);
    return { ...stored, replies };
  }
  const stamp = clock.now().toString(36);
  const book = stored === null || books === "new"
    ? emptyBook(stamp, initialCashUsd)
    : carriedBook(stored.book);
  return { session, request, book, replies: [] };
}

function listen(port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new InputError(`Cannot listen on port ${port} as another program does`, {
      remedy: "name another port, or none to take one that is free",
      cause: error,
    });
  }
}

/** Takes as long for a wrong text as for the right one. */
function isSameText(text: string, secret: string): boolean {
  const digest = (each: string) => createHash("sha256").update(each).digest();
  return timingSafeEqual(digest(text), digest(secret));
}

function firstLine(error: unknown): string {
  const { issues } = error as {
    issues?: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
  const [issue] = issues ?? [];
  return issue === undefined
    ? (error as Error).message
    : `${issue.path.join(".")}: ${issue.message}`;
}
