/** A request to a server. */
export interface TransportRequest {
  /** What is asked for. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Where. */
  readonly url: string;
  /** Names and values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text that goes with it. */
  readonly body?: string;
  /** Milliseconds after which nobody waits for the answer any more. */
  readonly timeoutMs?: number;
}

/** What a server answered. A status of 400 and more is an answer like any other. */
export interface TransportResponse {
  /** Number of the answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text of the answer. */
  readonly body: string;
}

/** How a request or a connection came to nothing. */
export type TransportFault =
  /** It never reached the server: the server has done nothing. */
  | "not-sent"
  /** It may have reached the server: nobody can tell whether it has done something. */
  | "no-answer";

/** A request or a connection that came to nothing. */
export class TransportError extends Error {
  /** Its kind, for messages. */
  override readonly name = "TransportError";

  /** Number of the answer by which a server refused a line; null where there was none. */
  readonly status: number | null;

  /** What happened, and whether the server can have done something. */
  constructor(
    readonly fault: TransportFault,
    message: string,
    options: ErrorOptions & { readonly status?: number } = {},
  ) {
    super(message, options);
    this.status = options.status ?? null;
  }
}

/** An open line to a server, both ways. */
export interface Line {
  /** Sends a message. Without effect once the line is closed. */
  send(text: string): void;
  /** Closes the line; `onClose` is called once all the same. */
  close(): void;
}

/** Who is told what comes over a line. */
export interface LineListener {
  /** A message has come. */
  readonly onMessage: (text: string) => void;
  /** The line has ended, by either side or by a fault. Called once. */
  readonly onClose: (reason: string) => void;
}

/**
 * The way to servers: the network, or servers in memory. No client knows which it has.
 */
export interface Transport {
  /** Asks a server and waits for its answer. @throws {TransportError} when none came */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Opens a line to a server. @throws {TransportError} when none could be opened */
  open(url: string, listener: LineListener): Promise<Line>;
}
