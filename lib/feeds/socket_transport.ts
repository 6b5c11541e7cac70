import type { TimerClock } from "../core/mod.ts";
import {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../trading/mod.ts";

/** How the network is used. */
export interface SocketOptions {
  /** Certificates that are trusted besides the usual ones, in PEM. */
  readonly caCerts?: readonly string[];
}

/**
 * The way to servers over the network: requests by `fetch`, lines by `WebSocket`. Redirections are
 * not followed: they are answers, and a key in a header never reaches another host.
 *
 * The platform does not notice a peer that is gone, and a line to one never finishes closing: a
 * closed line is dropped, with all that still comes over it. Whoever uses a line watches it.
 *
 * @param clock counts the patience with requests
 * @throws {Deno.errors.NotCapable} from either, where the host is not among the permissions
 */
export function createSocketTransport(
  clock: TimerClock,
  { caCerts = [] }: SocketOptions = {},
): Transport {
  // Made when it is needed: trusting nothing more needs no client of one's own.
  const client = caCerts.length === 0
    ? undefined
    : Deno.createHttpClient({ caCerts: [...caCerts] });
  return {
    request: (request) => ask(request, clock, client),
    open: (url, listener) => openSocket(url, listener, client),
  };
}

async function ask(
  request: TransportRequest,
  clock: TimerClock,
  client: Deno.HttpClient | undefined,
): Promise<TransportResponse> {
  const { body, headers, method, timeoutMs, url } = request;
  const cut = new AbortController();
  const stop = timeoutMs === undefined
    ? () => {}
    : clock.after(timeoutMs, () => cut.abort(new Error(`no answer in ${timeoutMs} ms`)));
  try {
    const response = await fetch(url, {
      ...{ method, redirect: "manual", signal: cut.signal },
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      ...(body === undefined ? {} : { body }),
      ...(client === undefined ? {} : { client }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } catch (error) {
    throw asTransportError(error, url);
  } finally {
    stop();
  }
}

/** What never left the machine; all else may have arrived. */
const NOT_SENT = /client error \(connect\)|connection refused|dns error|tcp connect error/i;

function asTransportError(error: unknown, url: string): unknown {
  if (error instanceof Deno.errors.NotCapable) return error;
  const { cause, message } = error as Error;
  const told = cause instanceof Error ? cause.message : message;
  // The rest repeats the address, query and all.
  const said = told.slice(Math.max(0, told.indexOf("client error"))).replaceAll(/\s+/g, " ");
  return new TransportError(
    NOT_SENT.test(told) ? "not-sent" : "no-answer",
    `${new URL(url).host}: ${said}`,
    { cause: error },
  );
}

function openSocket(
  url: string,
  listener: LineListener,
  client: Deno.HttpClient | undefined,
): Promise<Line> {
  return new Promise((resolve, reject) => {
    // The types of the browser, which some package brings along, know protocols alone.
    const socket = client === undefined
      ? new WebSocket(url)
      : new WebSocket(url, { client } as never);
    socket.binaryType = "arraybuffer";
    const drop = (): void => {
      socket.onopen =
        socket.onmessage =
        socket.onerror =
        socket.onclose =
          null;
    };
    let fault = "";
    let isOpen = false;
    const end = (reason: string): void => {
      drop();
      if (isOpen) listener.onClose(reason);
      else reject(new TransportError("no-answer", `${new URL(url).host}: ${reason}`));
    };
    socket.onopen = () => {
      isOpen = true;
      resolve({
        send(text) {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close() {
          if (socket.onclose === null) return;
          end("closed by the client");
          // To a peer that is gone this never finishes; nobody listens any more.
          socket.close();
        },
      });
    };
    socket.onmessage = ({ data }) => listener.onMessage(textOf(data));
    socket.onerror = (event) => fault = event instanceof ErrorEvent ? event.message : "";
    // A line that was cut has the code 0, and its error says more.
    socket.onclose = ({ code, reason }) =>
      end(
        [fault, reason, code > 0 ? `closed with ${code}` : "the line was cut"]
          .find((text) => text !== "")!,
      );
  });
}

function textOf(data: unknown): string {
  return typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer);
}
