import { assert, assertEquals } from "../../tests/assert.ts";
import { TransportError, type TransportRequest } from "../trading/mod.ts";
import { createNetworkTransport } from "./network_transport.ts";

const HERE = { port: 0, hostname: "127.0.0.1", onListen() {} } as const;
const transport = createNetworkTransport();

async function faultOf(request: TransportRequest): Promise<TransportError> {
  const error = await transport.request(request).then(() => null, (error: unknown) => error);
  assert(error instanceof TransportError, `${error}`);
  assert(!error.message.includes("secret") && !error.message.includes("\n"), error.message);
  return error;
}

/** A port that nobody listens on. */
function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}

Deno.test("a request brings its method, headers and body, and any status is an answer", async () => {
  await using server = Deno.serve(HERE, async (request) =>
    new Response(
      `${request.method} ${request.headers.get("x-key")} ${await request.text()}`,
      { status: 429, headers: { "Retry-After": "7" } },
    ));
  const { body, headers, status } = await transport.request({
    ...{ method: "PUT", url: `http://127.0.0.1:${server.addr.port}/a` },
    ...{ headers: { "X-Key": "k" }, body: "€" },
  });
  assertEquals([status, body, headers["retry-after"]], [429, "PUT k €", "7"]);
});

Deno.test("an answer that leads elsewhere is not followed", async () => {
  let asked = 0;
  await using server = Deno.serve(HERE, () => {
    asked++;
    return new Response(null, { status: 307, headers: { location: "/elsewhere" } });
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const { headers, status } = await transport.request({ method: "POST", url, body: "x" });
  assertEquals([status, headers["location"], asked], [307, "/elsewhere", 1]);
});

Deno.test("what never arrived is told from what may have, and no path is repeated", async () => {
  // Long enough for the slowest machine: only what is never answered waits for all of it.
  const request = { method: "POST", body: "x", timeoutMs: 30_000 } as const;
  await using open = Deno.serve(HERE, () => new Response());
  for (const start of [`http://127.0.0.1:${closedPort()}`, `https://127.0.0.1:${open.addr.port}`]) {
    const { fault, message } = await faultOf({ ...request, url: `${start}/secret?secret` });
    assertEquals(fault, "not-sent");
    assert(message.startsWith(`${new URL(start).host} cannot be reached: `), message);
  }
  const held = Promise.withResolvers<Response>();
  await using silent = Deno.serve(HERE, () => held.promise);
  const url = `http://127.0.0.1:${silent.addr.port}/secret`;
  const late = await faultOf({ ...request, url, timeoutMs: 300 });
  assertEquals(late.fault, "no-answer");
  assert(late.message.endsWith("gave no answer in 300 ms"), late.message);
  held.resolve(new Response());

  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const cut = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(1_000));
  })();
  const { port } = listener.addr as Deno.NetAddr;
  const broken = await faultOf({ ...request, url: `http://127.0.0.1:${port}/secret` });
  await cut;
  assertEquals(broken.fault, "no-answer");
});

Deno.test("a host that may not be reached is told as what it is: a denied permission", async () => {
  const url = "https://elsewhere.invalid/";
  const permission = { name: "net", host: "elsewhere.invalid:443" } as const;
  const { state } = await Deno.permissions.query(permission);
  const error = await transport.request({ method: "GET", url, timeoutMs: 5_000 })
    .then(() => null, (error: unknown) => error);
  if (state === "granted") assert(error instanceof TransportError, `${error}`);
  else assert(error instanceof Deno.errors.NotCapable, `${error}`);
});

/** A line to a server that does something with it, and what is heard until it ends. */
async function lineTo(
  serve: (socket: WebSocket) => void,
  use: (line: { send(text: string): void; close(): void }) => void,
): Promise<readonly [heard: string[], reasons: string[]]> {
  await using server = Deno.serve(HERE, (request) => {
    const { response, socket } = Deno.upgradeWebSocket(request);
    socket.onopen = () => serve(socket);
    return response;
  });
  const heard: string[] = [], reasons: string[] = [];
  const ended = Promise.withResolvers<void>();
  const line = await transport.open(`ws://127.0.0.1:${server.addr.port}/secret`, {
    onMessage: (text) => heard.push(text),
    onClose: (reason) => {
      reasons.push(reason);
      ended.resolve();
    },
  });
  use(line);
  await ended.promise;
  // Nothing comes after the end.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert(reasons.every((reason) => !reason.includes("secret")));
  line.send("too late");
  line.close();
  return [heard, reasons];
}

Deno.test("a line carries text both ways until the server closes it, which is told once", async () => {
  const [heard, reasons] = await lineTo((socket) => {
    socket.onmessage = ({ data }) => {
      socket.send(`heard ${data}`);
      socket.close(4_001, "enough");
    };
  }, (line) => line.send("you"));
  assertEquals(heard, ["heard you"]);
  assertEquals(reasons.length, 1);
  assert(reasons[0]!.endsWith(", 4001: enough"), reasons[0]);
});

Deno.test("a line that the client closes ends for it at once", async () => {
  const [heard, reasons] = await lineTo(
    (socket) => socket.send("hello"),
    (line) => line.close(),
  );
  assertEquals(reasons, ["closed by the client"]);
  assert(heard.length <= 1);
});

Deno.test("a line that cannot be opened says so", async () => {
  const listener = { onMessage: () => {}, onClose: () => assert(false, "it was never open") };
  await using plain = Deno.serve(HERE, () => new Response("no line here", { status: 403 }));
  for (const [port, status] of [[closedPort(), null], [plain.addr.port, 403]] as const) {
    const error = await transport.open(`ws://127.0.0.1:${port}/secret`, listener)
      .then(() => null, (error: unknown) => error);
    assert(error instanceof TransportError && error.fault === "not-sent", `${error}`);
    assertEquals(error.message, `127.0.0.1:${port} takes no line`);
    assertEquals(error.status, status);
  }
});
