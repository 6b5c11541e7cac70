import {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../trading/mod.ts";

/** What is said of an address: no path and no query, which may be secret. */
function hostOf(url: string): string {
  return new URL(url).host;
}

/** Where the text of a failed connection says what failed. */
const NOT_CONNECTED = /client error \(Connect\): (.*)/s;

/**
 * The network itself. An answer that leads elsewhere is an answer: nothing is sent on to another
 * host. Messages name hosts, never paths, which may hold a secret.
 *
 * A line whose other side falls silent stays open: whoever needs to know asks now and then.
 *
 * @param client how to connect, for example with certificates of its own
 * @example
 * ```ts
 * import { assertEquals } from "../../tests/assert.ts";
 * import { createNetworkTransport } from "./network_transport.ts";
 *
 * await using server = Deno.serve(
 *   { port: 0, hostname: "127.0.0.1", onListen() {} },
 *   async (request) => new Response(`heard ${await request.text()}`, { status: 202 }),
 * );
 * const { body, status } = await createNetworkTransport().request({
 *   ...{ method: "POST", url: `http://127.0.0.1:${server.addr.port}/`, body: "you" },
 *   timeoutMs: 5_000,
 * });
 * assertEquals([status, body], [202, "heard you"]);
 * ```
 */
export function createNetworkTransport(client?: Deno.HttpClient): Transport {
  return {
    request: (request) => ask(request, client),
    open: (url, listener) => connect(url, listener, client),
  };
}

/** Where the text of a refused line says by which answer. */
const REFUSED_STATUS = /Invalid status code: (\d{3})/;

async function ask(
  { body, headers, method, timeoutMs, url }: TransportRequest,
  client: Deno.HttpClient | undefined,
): Promise<TransportResponse> {
  const host = hostOf(url);
  try {
    const response = await fetch(url, {
      ...{ method, redirect: "manual" },
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
      ...(client === undefined ? {} : { client }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } catch (error) {
    throw explained(error as Error, host, timeoutMs);
  }
}

/** A denied permission comes out as it was. */
function explained(error: Error, host: string, timeoutMs: number | undefined): Error {
  if (error instanceof Deno.errors.NotCapable) return error;
  if (error.name === "TimeoutError") {
    return new TransportError("no-answer", `${host} gave no answer in ${timeoutMs} ms`);
  }
  const { message } = error.cause instanceof Error ? error.cause : error;
  const [, notConnected] = NOT_CONNECTED.exec(message) ?? [];
  return notConnected === undefined
    ? new TransportError("no-answer", `${host} broke off`)
    : new TransportError("not-sent", `${host} cannot be reached: ${notConnected}`);
}

function connect(
  url: string,
  listener: LineListener,
  client: Deno.HttpClient | undefined,
): Promise<Line> {
  const host = hostOf(url);
  return new Promise((resolve, reject) => {
    // Deno takes options where browsers, whose types are read here too, take protocols.
    const options = (client === undefined ? [] : { client }) as string[];
    const socket = new WebSocket(url, options);
    let isOpen = false, hasEnded = false;
    const refuse = (reason: string, message = ""): void => {
      const [, status] = REFUSED_STATUS.exec(message) ?? [];
      const options = status === undefined ? {} : { status: Number(status) };
      reject(new TransportError("not-sent", reason, options));
    };
    // The end may be told twice, and never to whoever closes a line that has fallen silent.
    const end = (reason: string, message?: string): void => {
      if (hasEnded) return;
      hasEnded = true;
      socket.onopen =
        socket.onmessage =
        socket.onclose =
        socket.onerror =
          null;
      if (isOpen) listener.onClose(reason);
      else refuse(reason, message);
    };
    socket.onopen = () => {
      isOpen = true;
      resolve({
        send: (text) => {
          if (!hasEnded && socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => {
          end("closed by the client");
          socket.close();
        },
      });
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") listener.onMessage(data);
    };
    socket.onerror = (event) =>
      end(
        isOpen ? `${host} broke off` : `${host} takes no line`,
        event instanceof ErrorEvent ? event.message : undefined,
      );
    socket.onclose = ({ code, reason }) =>
      end(`closed by ${host}${code === 1000 ? "" : `, ${code}`}${reason && `: ${reason}`}`);
  });
}
