import { createRandom } from "../../core/random.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import type { JsonValue } from "../../core/json.ts";
import { createMemoryTransport } from "../../trading/memory_transport.ts";
import {
  type Line,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from "../../trading/transport.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { type GatewayTicket, ProjectXClient } from "./projectx_client.ts";
import { fetchProjectXHistory } from "./projectx_history.ts";
import { TOPSTEPX } from "./projectx_urls.ts";
import { UserHubStream } from "./user_hub_stream.ts";

const DONE = { success: true, errorCode: 0, errorMessage: null };
const ENTRY = { priority: "entry" } as const, WATCH = { priority: "watch" } as const;
const TICKET: GatewayTicket = {
  ...{ accountId: 700001, contractId: "CON.F.US.MES.Z26", type: 2, side: 0, size: 1 },
  ...{ limitPrice: null, stopPrice: null, customTag: "bot-17-1" },
  stopLossBracket: { ticks: -20, type: 4 },
  takeProfitBracket: { ticks: 40, type: 1 },
};

/** A gateway that answers as it is told to, and a hub that is held by hand. */
function open() {
  const clock = new VirtualClock(Date.parse("2026-11-02T14:30:00Z"));
  const requests: { path: string; body: string; token: string | undefined }[] = [];
  const troubles: string[] = [], urls: string[] = [], heard: string[] = [];
  let tokens = 0, hub: Line | null = null, closed = 0;
  const server = {
    /** What the gateway says, where it is something else than a token. */
    say: (_path: string, _request: TransportRequest): JsonValue | TransportResponse => DONE,
    async answer(request: TransportRequest): Promise<TransportResponse> {
      const path = new URL(request.url).pathname.slice("/api/".length);
      const token = request.headers?.authorization?.slice("Bearer ".length);
      requests.push({ path, body: request.body ?? "", token });
      const said = server.say(path, request);
      if (said instanceof Object && "status" in said) {
        return await Promise.resolve(said as TransportResponse);
      }
      const isToken = said === DONE && path.startsWith("Auth/");
      const body = isToken
        ? { ...DONE, [path === "Auth/loginKey" ? "token" : "newToken"]: `token-${++tokens}` }
        : said;
      const headers = { "content-type": "text/plain" };
      return { status: 200, headers, body: JSON.stringify(body) };
    },
    accept(url: string, line: Line) {
      urls.push(url);
      hub = line;
      return { onMessage: (text: string) => heard.push(text), onClose: () => closed++ };
    },
  };
  const transport = createMemoryTransport(clock, {
    ...{ "api.topstepx.com": server, "rtc.topstepx.com": server },
  });
  const options = {
    ...{ transport, clock, random: createRandom(1), urls: TOPSTEPX },
    credentials: { userName: "me", apiKey: "secret-key" },
    onTrouble: (reason: string) => void troubles.push(reason),
  };
  const client = new ProjectXClient(options);
  const within = async <Value>(milliseconds: number, call: Promise<Value>): Promise<Value> => {
    await clock.advance(milliseconds);
    return await call;
  };
  const paths = (): string[] => requests.map(({ path }) => path);
  const send = async (text: string): Promise<void> => {
    hub!.send(text);
    await clock.advance(1);
  };
  return {
    ...{ clock, server, requests, troubles, client, within, paths, urls, heard, send, transport },
    closed: () => closed,
  };
}

Deno.test("an order is sent field by field as the documents have it, signed ticks and all", async () => {
  const { client, requests, server, within } = open();
  server.say = (path) => path === "Order/place" ? { ...DONE, orderId: 4_000_000_002 } : DONE;
  assertEquals(await within(100, client.placeOrder(TICKET, ENTRY)), {
    ...{ kind: "done", value: 4_000_000_002 },
  });
  assertEquals(JSON.parse(requests.at(-1)!.body), {
    ...{ accountId: 700001, contractId: "CON.F.US.MES.Z26", type: 2, side: 0, size: 1 },
    ...{ limitPrice: null, stopPrice: null, trailPrice: null, customTag: "bot-17-1" },
    stopLossBracket: { ticks: -20, type: 4 },
    takeProfitBracket: { ticks: 40, type: 1 },
  });
  assertEquals(requests.at(-1)!.token, "token-1");
  client.close();
});

Deno.test("only a code that is known to be one is a refusal; whatever else may have been done", async () => {
  const cases: readonly (readonly [JsonValue | TransportResponse, string])[] = [
    [{ success: false, errorCode: 2, errorMessage: "Invalid price.", orderId: 9 }, "refused"],
    [{ success: false, errorCode: 10, errorMessage: null }, "refused"],
    [{ success: false, errorCode: 6, errorMessage: null }, "unknown"],
    [{ success: false, errorCode: 7, errorMessage: null }, "unknown"],
    [{ success: false, errorCode: 99, errorMessage: null }, "unknown"],
    [{ success: true, errorCode: 2, errorMessage: null, orderId: 9 }, "unknown"],
    [{ success: false, errorCode: 0, errorMessage: null, orderId: 9 }, "unknown"],
    [{ ...DONE, orderId: null }, "unknown"],
    [{ status: 429, headers: {}, body: "" }, "unknown"],
    [{ status: 401, headers: {}, body: "" }, "unknown"],
    [{ status: 500, headers: {}, body: "" }, "unknown"],
    [{ status: 200, headers: {}, body: "<html>" }, "unknown"],
    [{ status: 400, headers: {}, body: '{"title":"request is required"}' }, "refused"],
  ];
  for (const [said, kind] of cases) {
    const { client, paths, server, within } = open();
    server.say = (path) => path === "Order/place" ? said : DONE;
    assertEquals((await within(100, client.placeOrder(TICKET, ENTRY))).kind, kind);
    assertEquals(paths().filter((path) => path === "Order/place").length, 1);
    client.close();
  }
});

Deno.test("an order without an answer is unknown and sent once; a question is asked again", async () => {
  const { client, paths, server, within } = open();
  server.say = (path) => {
    if (path === "Auth/loginKey") return DONE;
    throw new TransportError("no-answer", "reset");
  };
  const placed = client.placeOrder(TICKET, ENTRY), asked = client.positions(700001, WATCH);
  assertEquals((await within(30_000, placed)).kind, "unknown");
  assertEquals((await asked).kind, "unknown");
  assertEquals(paths().filter((path) => path === "Order/place").length, 1);
  assertEquals(paths().filter((path) => path === "Position/searchOpen").length, 3);
  client.close();
});

Deno.test("no list is no proof that there is nothing", async () => {
  for (const said of [DONE, { ...DONE, positions: null }]) {
    const { client, server, within } = open();
    server.say = (path) => path === "Auth/loginKey" ? DONE : said;
    assertEquals((await within(100, client.positions(1, WATCH))).kind, "unknown");
    client.close();
  }
});

Deno.test("a token that is not taken is asked for once by all, and questions are asked again", async () => {
  const { client, paths, server, within } = open();
  server.say = (path, { headers }) => {
    if (path.startsWith("Auth/")) return DONE;
    if (headers!.authorization === "Bearer token-1") return { status: 401, headers: {}, body: "" };
    return { ...DONE, positions: [], trades: [] };
  };
  const both = Promise.all([client.positions(1, WATCH), client.trades(1, 0, WATCH)]);
  assertEquals((await within(20_000, both)).map(({ kind }) => kind), ["done", "done"]);
  assertEquals(paths().filter((path) => path === "Auth/loginKey").length, 2);
  client.close();
});

Deno.test("a login that only a person can mend is tried once; no key is in the message", async () => {
  for (const errorCode of [3, 7, 9, 10]) {
    const { client, paths, server, troubles, within } = open();
    server.say = () => ({ success: false, errorCode, errorMessage: null, token: null });
    for (let i = 0; i < 3; i++) {
      const outcome = await within(60_000, client.positions(1, WATCH));
      assert(outcome.kind === "not-sent" && outcome.reason.startsWith("https://api.topstepx.com"));
      assert(!outcome.reason.includes("secret"));
    }
    assertEquals([paths().length, troubles.length], [1, 1]);
    client.close();
  }
});

Deno.test("a token is renewed within its day, and by a login where that fails", async () => {
  const { client, clock, paths, requests, server, within } = open();
  await within(100, client.positions(1, WATCH));
  await clock.advance(18 * 3_600_000);
  assertEquals(paths().filter((path) => path.startsWith("Auth/")), [
    "Auth/loginKey",
    "Auth/validate",
  ]);
  await within(100, client.positions(1, WATCH));
  assertEquals(requests.at(-1)!.token, "token-2");
  server.say = (path) =>
    path === "Auth/validate" ? { success: false, errorCode: 3, errorMessage: null } : DONE;
  await clock.advance(18 * 3_600_000);
  assertEquals(paths().slice(-2), ["Auth/validate", "Auth/loginKey"]);
  client.close();
});

Deno.test("too many calls for bars pauses bars only, too many others what is not urgent first", async () => {
  const { client, clock, paths, server, troubles, within } = open();
  server.say = (path) =>
    path === "History/retrieveBars"
      ? { status: 429, headers: { "retry-after": "20" }, body: "" }
      : { ...DONE, token: "t", positions: [], orderId: 1 };
  const question = { contractId: "c", from: 0, until: 1, unit: 2, unitNumber: 1, limit: 1 };
  assertEquals((await within(100, client.bars(question, WATCH))).kind, "refused");
  assertEquals((await within(100, client.positions(1, WATCH))).kind, "done");
  assert(troubles[0]!.includes("History/retrieveBars"), troubles[0]);
  for (let i = 0; i < 300; i++) void client.positions(1, { priority: "poll" });
  await clock.advance(10_000);
  const before = paths().length;
  assert(before < 80, `${before} polls went`);
  assertEquals((await within(100, client.placeOrder(TICKET, { priority: "exit" }))).kind, "done");
  client.close();
});

Deno.test("history is paged backwards whatever the length of a page, oldest first in the end", async () => {
  const { client, server, within } = open();
  const first = Date.parse("2026-11-02T10:00:00Z");
  server.say = (path, { body }) => {
    if (path !== "History/retrieveBars") return DONE;
    const { endTime, startTime } = JSON.parse(body!);
    const bars = Array.from({ length: 120 }, (_, i) => first + i * 60_000)
      .filter((time) => time >= Date.parse(startTime) && time < Date.parse(endTime))
      .map((time) => ({ t: new Date(time).toISOString(), o: 1, h: 2, l: 1, c: 1.5, v: 3 }));
    return { ...DONE, bars: bars.toReversed().slice(0, 50) };
  };
  const bars = await within(
    10_000,
    fetchProjectXHistory(client, {
      ...{ contractId: "c", intervalMs: 60_000, from: first - 60_000, until: first + 7_200_000 },
    }),
  );
  assertEquals(bars.length, 120);
  assertEquals(bars[0], { time: first, open: 1, high: 2, low: 1, close: 1.5, volume: 3 });
  client.close();
});

Deno.test("the user hub is subscribed to one by one, read in all its shapes, and followed anew", async () => {
  const { client, clock, heard, send, transport, urls } = open();
  const changes: string[] = [], states: boolean[] = [];
  let gaps = 0;
  const hub = new UserHubStream({
    ...{ transport, clock, random: createRandom(2), url: TOPSTEPX.userHub, accountId: 700001 },
    ...{ tokens: client.tokens, onGap: () => gaps++, onTrouble: () => {} },
    onChange: (entity, value) => changes.push(`${entity} ${(value as { id: number }).id}`),
    onState: (isFollowing) => states.push(isFollowing),
  });
  hub.start();
  await clock.advance(100);
  assertEquals(urls, ["wss://rtc.topstepx.com/hubs/user?access_token=token-1"]);
  assertEquals(heard, ['{"protocol":"json","version":1}\x1e']);
  await send("{}\x1e");
  for (let id = 1; id <= 4; id++) {
    assertEquals(heard.length, id + 1);
    assertEquals(JSON.parse(heard.at(-1)!.slice(0, -1)).invocationId, String(id));
    await send(`{"type":3,"invocationId":"${id}","result":0}\x1e`);
  }
  assertEquals(
    heard[2],
    '{"type":1,"invocationId":"2","target":"SubscribeOrders","arguments":[700001]}\x1e',
  );
  assertEquals(states, [true]);
  const event = (target: string, value: unknown): string =>
    `${JSON.stringify({ type: 1, target, arguments: [value] })}\x1e`;
  const wrapped = event("GatewayUserOrder", { action: 1, data: { id: 1 } });
  await send(wrapped + event("gatewayusertrade", { id: 2 }) + wrapped.slice(0, 20));
  await send(`${wrapped.slice(20)}no json\x1e{"type":77}\x1e`);
  await send(event("GatewayUserPosition", [{ id: 3 }]));
  assertEquals(changes, ["order 1", "trade 2", "order 1", "position 3"]);
  assertEquals(gaps, 1);
  // It pings, and takes a hub that falls silent for gone.
  await clock.advance(31_000);
  assert(heard.includes('{"type":6}\x1e'));
  assertEquals(states, [true, false]);
  await clock.advance(1_000);
  assertEquals(urls.length, 2);
  hub.close();
  client.close();
});

Deno.test("a hub that is sent away again and again stops and says why", async () => {
  const { client, clock, send, transport, urls } = open();
  const troubles: string[] = [];
  const hub = new UserHubStream({
    ...{ transport, clock, random: createRandom(2), url: TOPSTEPX.userHub, accountId: 1 },
    ...{ tokens: client.tokens, onGap: () => {}, onChange: () => {}, onState: () => {} },
    onTrouble: (reason) => troubles.push(reason),
  });
  hub.start();
  for (let i = 0; i < 5; i++) {
    await clock.advance(13_000);
    await send('{}\x1e{"type":1,"target":"GatewayLogout","arguments":[]}\x1e');
  }
  await clock.advance(600_000);
  assertEquals([urls.length, troubles.length], [5, 1]);
  client.close();
});
