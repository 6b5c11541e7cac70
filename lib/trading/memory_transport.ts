import type { TimerClock } from "../core/mod.ts";
import {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** A server in memory. */
export interface MemoryServer {
  /** Answers a request; a `TransportError` that it throws reaches the client as it is. */
  answer(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Takes a line; what it sends to `client` arrives there.
   *
   * @returns told what the client sends, and when the client closes
   */
  accept(url: string, client: Line): LineListener;
}

/** What happens on the way. */
export interface MemoryRoute {
  /** Milliseconds that a message takes, either way. */
  readonly delayMs: () => number;
}

/**
 * Servers in memory behind the port that the network has too: messages take time on a clock that
 * may be virtual, those of one line keep their order, and nothing of the process's own network is
 * used.
 *
 * @param servers by host, with its port where it has one
 * @example
 * ```ts
 * import { createMemoryTransport } from "./memory_transport.ts";
 * import { VirtualClock } from "../core/virtual_clock.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const clock = new VirtualClock();
 * const transport = createMemoryTransport(clock, {
 *   "example.test": {
 *     answer: () => Promise.resolve({ status: 200, headers: {}, body: "hello" }),
 *     accept: () => ({ onMessage: () => {}, onClose: () => {} }),
 *   },
 * }, { delayMs: () => 20 });
 * const answer = transport.request({ method: "GET", url: "https://example.test/" });
 * await clock.advance(40);
 * assertEquals((await answer).body, "hello");
 * ```
 */
export function createMemoryTransport(
  clock: TimerClock,
  servers: Readonly<Record<string, MemoryServer>>,
  { delayMs }: MemoryRoute = { delayMs: () => 0 },
): Transport {
  const serverOf = (url: string): MemoryServer => {
    const { host } = new URL(url);
    const server = Object.hasOwn(servers, host) ? servers[host] : undefined;
    if (server === undefined) throw new TransportError("not-sent", `no server at ${host}`);
    return server;
  };
  const later: Way = (act) => void clock.after(delayMs(), act);
  return {
    request(request) {
      return new Promise((resolve, reject) => {
        const server = serverOf(request.url);
        const stop = request.timeoutMs === undefined ? () => {} : clock.after(
          request.timeoutMs,
          () => reject(new TransportError("no-answer", `no answer in ${request.timeoutMs} ms`)),
        );
        later(() => {
          server.answer(request).then(
            (response) => later(() => (stop(), resolve(response))),
            (error) => later(() => (stop(), reject(error))),
          );
        });
      });
    },
    open(url, listener) {
      return new Promise((resolve, reject) => {
        const server = serverOf(url);
        later(() => {
          const toClient = orderedWay(clock, delayMs), toServer = orderedWay(clock, delayMs);
          try {
            connect(server, url, listener, { opened: resolve, toClient, toServer });
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}

/** Lets something happen at the other end. */
type Way = (act: () => void) => void;

/** One way of a line: whatever each message takes, none overtakes the one before it. */
function orderedWay(clock: TimerClock, delayMs: () => number): Way {
  const underWay: (() => void)[] = [];
  let arrival = -Infinity;
  return (act) => {
    const now = clock.now();
    arrival = Math.max(arrival, now + delayMs());
    underWay.push(act);
    clock.after(arrival - now, () => underWay.shift()!());
  };
}

/** Both ends of one line: closing either ends both, and nothing arrives after the end. */
function connect(
  server: MemoryServer,
  url: string,
  client: LineListener,
  { opened, toClient, toServer }: {
    readonly opened: (line: Line) => void;
    readonly toClient: Way;
    readonly toServer: Way;
  },
): void {
  const ends = { client: true, server: true };
  const endClient = (reason: string): void => {
    if (!ends.client) return;
    ends.client = false;
    client.onClose(reason);
  };
  const endServer = (reason: string): void => {
    if (!ends.server) return;
    ends.server = false;
    serverSide.onClose(reason);
  };
  const line: Line = {
    send: (text) => {
      if (ends.client) toServer(() => ends.server && serverSide.onMessage(text));
    },
    close: () => {
      endClient("closed by the client");
      toServer(() => endServer("closed by the client"));
    },
  };
  // Before anything that the server may say at once.
  toClient(() => opened(line));
  const serverSide = server.accept(url, {
    send: (text) => toClient(() => ends.client && client.onMessage(text)),
    close: () => {
      endServer("closed by the server");
      toClient(() => endClient("closed by the server"));
    },
  });
}
