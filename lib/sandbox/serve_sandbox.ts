import type { Line, MemoryServer, TransportRequest } from "../trading/mod.ts";
import { TransportError } from "../trading/mod.ts";

/** Hosts of a sandbox on this machine, a port each. */
export interface SandboxPorts {
  /** Address and port of each host by its name, for example `127.0.0.1:8790`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Opens the hosts: what came before was answered by 503. */
  attach(servers: Readonly<Record<string, MemoryServer>>): void;
  /** Ends all of them. */
  close(): Promise<void>;
}

/**
 * Serves hosts over HTTP and WebSocket on 127.0.0.1, and nowhere else.
 *
 * @param names of the hosts
 * @param port of the first one, the others follow; 0 for any that are free
 * @throws {Deno.errors.AddrInUse} when somebody has one of the ports
 */
export function serveSandbox(names: readonly string[], port: number): SandboxPorts {
  let servers: Readonly<Record<string, MemoryServer>> = {};
  const listening: Deno.HttpServer<Deno.NetAddr>[] = [];
  const hosts: Record<string, string> = {};
  try {
    for (const [index, name] of names.entries()) {
      const options = {
        hostname: "127.0.0.1",
        port: port === 0 ? 0 : port + index,
        onListen: () => {},
        // What a fault breaks off is no trouble of ours.
        onError: () => new Response(null, { status: 500 }),
      };
      const server = Deno.serve(options, (request) => {
        const host = servers[hosts[name]!];
        return host === undefined ? new Response(null, { status: 503 }) : serve(request, host);
      });
      listening.push(server);
      hosts[name] = `127.0.0.1:${server.addr.port}`;
    }
  } catch (error) {
    for (const server of listening) server.shutdown();
    throw error;
  }
  return {
    hosts,
    attach: (attached) => servers = attached,
    close: async () => {
      await Promise.all(listening.map((server) => server.shutdown()));
    },
  };
}

async function serve(request: Request, server: MemoryServer): Promise<Response> {
  try {
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return line(request, server);
    const body = await request.text();
    const { headers, ...answer } = await server.answer({
      method: request.method as TransportRequest["method"],
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(body === "" ? {} : { body }),
    });
    return new Response(answer.body, { status: answer.status, headers });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return error.status === null ? brokenOff() : new Response(null, { status: error.status });
  }
}

/** An answer of which nothing comes: the connection breaks before its end. */
function brokenOff(): Response {
  return new Response(
    new ReadableStream({ pull: (controller) => controller.error(new Error("broken off")) }),
  );
}

function line(request: Request, server: MemoryServer): Response {
  const waiting: string[] = [];
  let socket: WebSocket | null = null, isClosed = false;
  const client: Line = {
    send: (text) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
      else waiting.push(text);
    },
    close: () => {
      isClosed = true;
      if (socket?.readyState === WebSocket.OPEN) socket.close();
    },
  };
  const side = server.accept(request.url, client);
  const upgraded = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket = upgraded.socket;
  let hasEnded = false;
  const end = (reason: string): void => {
    if (!hasEnded) side.onClose(reason);
    hasEnded = true;
  };
  socket.onopen = () => {
    for (const text of waiting.splice(0)) socket!.send(text);
    if (isClosed) socket!.close();
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") side.onMessage(data);
  };
  socket.onerror = () => end("the line broke");
  socket.onclose = () => end("closed by the client");
  return upgraded.response;
}
