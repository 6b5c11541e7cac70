import { assert, assertEquals } from "../../tests/assert.ts";
import { assertRejects } from "../../tests/fixtures/temporary_folder.ts";
import { VirtualClock } from "../core/virtual_clock.ts";
import type { Line } from "../trading/transport.ts";
import { TransportError } from "../trading/transport.ts";
import { createSocketTransport } from "./socket_transport.ts";

/** Runs a test beside a server on this machine. */
async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  test: (host: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await test(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** What is heard over a line. */
function listen(): {
  messages: string[];
  ends: string[];
  listener: Parameters<
    ReturnType<typeof createSocketTransport>["open"]
  >[1];
  ended: Promise<void>;
} {
  const messages: string[] = [], ends: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = {
    onMessage: (text: string) => void messages.push(text),
    onClose: (reason: string) => {
      ends.push(reason);
      resolve();
    },
  };
  return { messages, ends, listener, ended: promise };
}

Deno.test("the network answers whatever the status, and follows no redirection", async () => {
  const seen: (string | null)[] = [];
  await withServer((request) => {
    seen.push(request.headers.get("x-key"));
    const { pathname } = new URL(request.url);
    if (pathname === "/moved") return Response.redirect("http://127.0.0.1:1/elsewhere", 307);
    return new Response("too many", { status: 429, headers: { "Retry-After": "7" } });
  }, async (host) => {
    const transport = createSocketTransport(new VirtualClock());
    const url = `http://${host}/busy`;
    const busy = await transport.request({ method: "GET", url, headers: { "x-key": "k" } });
    assertEquals([busy.status, busy.headers["retry-after"], busy.body], [429, "7", "too many"]);
    const moved = await transport.request({ method: "GET", url: `http://${host}/moved` });
    assertEquals(moved.status, 307);
    assertEquals(seen, ["k", null]);
  });
});

Deno.test("the network tells a request that was not sent from one without an answer", async () => {
  const clock = new VirtualClock(), transport = createSocketTransport(clock);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const asked = transport.request({
    ...{ method: "GET", url: `http://127.0.0.1:${port}/`, timeoutMs: 5_000 },
  });
  const failed = assertRejects(asked, TransportError, "no answer in 5000 ms");
  const connection = await accepted;
  await clock.advance(5_000);
  await failed;
  connection.close();
  listener.close();
  const refused = transport.request({ method: "GET", url: `http://127.0.0.1:${port}/` });
  const error = await refused.then(() => null, (error: unknown) => error);
  assert(error instanceof TransportError && error.fault === "not-sent", `${error}`);
  const line = transport.open(`ws://127.0.0.1:${port}/`, listen().listener);
  await assertRejects(line, TransportError, `127.0.0.1:${port}: `);
  assertEquals(clock.isIdle, true);
});

Deno.test("a line of the network carries messages both ways and ends once, with its reason", async () => {
  const sockets: WebSocket[] = [];
  await withServer((request) => {
    const { response, socket } = Deno.upgradeWebSocket(request);
    sockets.push(socket);
    socket.onmessage = ({ data }) => socket.send(`you said ${data}`);
    return response;
  }, async (host) => {
    const transport = createSocketTransport(new VirtualClock());
    const first = listen();
    const line = await transport.open(`ws://${host}/`, first.listener);
    line.send("hello");
    while (first.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    assertEquals(first.messages, ["you said hello"]);
    sockets[0]!.close(4_000, "shutting down");
    await first.ended;
    line.close();
    line.send("anybody?");
    assertEquals(first.ends, ["shutting down"]);

    const second = listen();
    const other = await transport.open(`ws://${host}/`, second.listener);
    const gone = new Promise((resolve) => sockets[1]!.onclose = resolve);
    other.close();
    other.close();
    assertEquals(second.ends, ["closed by the client"]);
    await gone;
  });
});

/** Shakes hands and never reads again. */
async function deafServer(listener: Deno.Listener): Promise<Deno.Conn> {
  const connection = await listener.accept();
  const buffer = new Uint8Array(4_096);
  const size = await connection.read(buffer);
  const request = new TextDecoder().decode(buffer.subarray(0, size ?? 0));
  const key = /sec-websocket-key: (\S+)/i.exec(request)![1]!;
  const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  const accept = btoa(String.fromCharCode(...new Uint8Array(digest)));
  const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
    `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(answer));
  return connection;
}

Deno.test({
  name: "a line whose peer is gone ends when it is closed, at once",
  // The platform keeps such a socket until the peer's end of it is closed.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const deaf = deafServer(listener);
    const heard = listen();
    const transport = createSocketTransport(new VirtualClock());
    const line: Line = await transport.open(`ws://127.0.0.1:${port}/`, heard.listener);
    line.close();
    assertEquals(heard.ends, ["closed by the client"]);
    (await deaf).close();
    listener.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(heard.ends.length, 1);
  },
});
