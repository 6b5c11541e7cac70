import { assert, assertEquals } from "../../../tests/assert.ts";
import { barsOf, stillBars, TradovateHand } from "../../../tests/fixtures/tradovate_hand.ts";
import { closeFrame } from "./socket_frames.ts";

/** What differs from run to run in frames that are otherwise published: times and made-up names. */
function plain(frame: string): string {
  return frame.replace(/"timestamp":"[^"]*Z"/g, '"timestamp":"…Z"')
    .replace(/"name":"1\.[^"]*"/g, '"name":"…"');
}

async function logged(
  bars = stillBars(5_000, 60),
  options: ConstructorParameters<typeof TradovateHand>[1] = {},
): Promise<{ readonly hand: TradovateHand; readonly token: string }> {
  const hand = new TradovateHand(bars, options);
  const { accessToken } = await hand.login();
  return { hand, token: accessToken };
}

Deno.test("a socket opens, is authorised, beats and is refused as published", async () => {
  const { hand, token } = await logged();
  const socket = await hand.open();
  socket.line.send(`authorize\n0\n\n${token}`);
  await hand.clock.advance(1);
  assertEquals(socket.frames, ["o", 'a[{"s":200,"i":0}]']);
  await hand.clock.advance(5_000);
  assertEquals(socket.frames.slice(2), ["h"]);
  const quoted = await hand.open();
  quoted.line.send(`authorize\n0\n\n"${token}"`);
  await hand.clock.advance(1);
  assertEquals(quoted.frames[1], 'a[{"s":200,"i":0}]');
  const stranger = await hand.open();
  stranger.line.send("account/list\n3\n\n");
  stranger.line.send("authorize\n0\n\nwrong");
  await hand.clock.advance(1);
  assertEquals(stranger.frames.slice(1), [
    'a[{"s":401,"i":3,"d":"Access is denied"}]',
    'a[{"s":401,"i":0,"d":"Access is denied"}]',
  ]);
  await hand.clock.advance(12_500);
  assertEquals(stranger.closed, "closed by the server");
  assertEquals(closeFrame(3_000, "Go away!"), 'c[3000,"Go away!"]');
});

Deno.test("errors of calls come as published", async () => {
  const { hand } = await logged();
  const socket = await hand.begin();
  const said = async (text: string): Promise<string> => {
    socket.line.send(text);
    await hand.clock.advance(1);
    return socket.frames.at(-1)!;
  };
  assertEquals(
    await said('md/getChart\n9\n\n{"symbol":"MESZ6"}'),
    'a[{"s":404,"i":9,"d":"Not found: md/getChart"}]',
  );
  assertEquals(
    await said('order/placeorder\n9\n{"symbol":"MESZ6"}'),
    'a[{"s":400,"i":9,"d":"No usable value for symbol\\nDid not find value which can be ' +
      'converted into java.lang.String"}]',
  );
  hand.sandbox.addFault({ name: "too-many-requests", times: 1 });
  assertEquals(await said("account/list\n9\n\n"), 'a[{"s":429,"i":9}]');
  await hand.pass(30_000, socket);
  hand.sandbox.addFault({ name: "penalty-ticket", times: 1 });
  const ticket = await said("account/list\n9\n\n");
  assert(/^a\[\{"s":200,"i":9,"d":\{"p-ticket":"[0-9a-f]+","p-time":5\}\}\]$/.test(ticket), ticket);
  const twice = await logged(stillBars(5_000, 9), { guesses: { errorText: "encoded-twice" } });
  const other = await twice.hand.begin();
  other.line.send("no/such\n9\n\n");
  await twice.hand.clock.advance(1);
  assertEquals(other.frames.at(-1), 'a[{"s":404,"i":9,"d":"\\"Not found: no/such\\""}]');
});

Deno.test("orders, their refusal, changes and fills come as published", async () => {
  const { hand } = await logged(
    barsOf([
      [5_000, 5_000, 5_000, 5_000],
      [5_000, 5_000, 5_000, 5_000],
      [5_000, 5_001, 5_000, 5_001],
    ]),
    { guesses: { limitFill: "touch" } },
  );
  const socket = await hand.begin();
  socket.frames.length = 0;
  const send = async (path: string, id: number, body: unknown, ms = 1): Promise<void> => {
    socket.line.send(`${path}\n${id}\n\n${JSON.stringify(body)}`);
    await hand.clock.advance(ms);
  };
  await send("order/placeorder", 10, hand.order({ orderType: "Limit", price: 5_000.1 }));
  await send(
    "order/placeorder",
    10,
    hand.order({ orderType: "Stop", stopPrice: 5_001, timeInForce: "Day", isAutomated: undefined }),
    1,
  );
  assertEquals(socket.frames, [
    'a[{"s":200,"i":10,"d":{"failureReason":"InvalidPrice","failureText":"Invalid price increment"}}]',
    'a[{"s":200,"i":10,"d":{"orderId":700001}}]',
  ]);
  await hand.clock.advance(100);
  socket.frames.length = 0;
  const orderId = 700_001;
  await send("order/modifyorder", 11, {
    ...{ orderId, orderQty: 1, orderType: "Stop", stopPrice: 5_000.25, timeInForce: "Day" },
  }, 5);
  const commandId = JSON.parse(socket.frames[0]!.slice(1))[0].d.commandId;
  assertEquals(socket.frames.map(plain), [
    `a[{"s":200,"i":11,"d":{"commandId":${commandId}}}]`,
    `a[{"e":"props","d":{"entityType":"command","eventType":"Created","entity":{"id":${commandId},` +
    `"orderId":${orderId},"timestamp":"…Z","commandType":"Modify","commandStatus":"Pending"}}},` +
    `{"e":"props","d":{"entityType":"orderVersion","eventType":"Created","entity":{` +
    `"id":${commandId},"orderId":${orderId},"orderQty":1,"orderType":"Stop","stopPrice":5000.25,` +
    `"timeInForce":"Day"}}}]`,
  ]);
  await hand.pass(180_000, socket);
  const fill = socket.events.find(({ d }) => d.entity?.execType === "Trade")!;
  const { accountId, contractId, id } = fill.d.entity;
  assertEquals(
    plain(JSON.stringify(fill)),
    `{"e":"props","d":{"entityType":"executionReport","eventType":"Created","entity":{"id":${id},` +
      `"commandId":${orderId},"name":"…","accountId":${accountId},"contractId":${contractId},` +
      `"timestamp":"…Z","orderId":${orderId},"execType":"Trade","ordStatus":"Filled",` +
      `"action":"Buy","cumQty":1,"avgPx":5000.25,"lastQty":1,"lastPx":5000.25}}}`,
  );
});

Deno.test("a captured change comes back with its numbers", async () => {
  // An order that works has taken four numbers: its own, two reports of its command, one of its state.
  const { hand } = await logged(stillBars(5_000, 9), { firstId: 62_535 });
  const socket = await hand.begin();
  await hand.post("order/placeorder", hand.order({ orderType: "Limit", price: 4_990 }));
  await hand.clock.advance(100);
  socket.frames.length = 0;
  socket.line.send(
    'order/modifyorder\n132\n\n{"orderId":62535,"orderQty":1,"orderType":"Limit","price":4991}',
  );
  await hand.clock.advance(8);
  const [answer, created, reported] = socket.frames;
  assertEquals(answer, 'a[{"s":200,"i":132,"d":{"commandId":62539}}]');
  const entities = (frame: string) =>
    // deno-lint-ignore no-explicit-any
    JSON.parse(frame.slice(1)).map(({ d }: any) => [d.entityType, d.eventType, d.entity.id]);
  assertEquals(entities(created!), [
    ["command", "Created", 62_539],
    ["orderVersion", "Created", 62_539],
  ]);
  assertEquals(entities(reported!)[0], ["commandReport", "Created", 62_540]);
});

Deno.test("the venue says why it shuts a socket", async () => {
  const { hand } = await logged(stillBars(5_000, 9), {
    faults: [{ name: "shutdown-maintenance", times: 1 }],
  });
  const socket = await hand.begin();
  await hand.clock.advance(2_600);
  assertEquals(
    socket.frames.at(-1),
    'a[{"e":"shutdown","d":{"reasonCode":"Maintenance","reason":"Closed by the venue: Maintenance"}}]',
  );
  assertEquals(socket.closed, "closed by the server");
});

Deno.test("subscriptions and charts come as published", async () => {
  const { hand, token } = await logged(stillBars(2_979.25, 60), {
    faults: [{ name: "quotes-delayed", times: 1 }],
  });
  const socket = await hand.open("md");
  socket.line.send(`authorize\n0\n\n${token}`);
  socket.line.send('md/subscribeQuote\n2\n\n{"symbol":"MESZ6"}');
  await hand.clock.advance(1);
  assertEquals(
    socket.frames.at(-1),
    'a[{"s":200,"i":2,"d":{"mode":"Delayed","subscriptionId":1}}]',
  );
  await hand.pass(130_000, socket);
  socket.frames.length = 0;
  const ask = (id: number, underlyingType: string): void =>
    socket.line.send(
      `md/getChart\n${id}\n\n` + JSON.stringify({
        symbol: "MESZ6",
        chartDescription: { underlyingType, elementSize: 1, elementSizeUnit: "UnderlyingUnits" },
        timeRange: { asMuchAsElements: 1 },
      }),
    );
  ask(3, "MinuteBar");
  await hand.clock.advance(50);
  const [answer, bars, end] = socket.frames;
  assertEquals(answer, 'a[{"s":200,"i":3,"d":{"historicalId":2,"realtimeId":3}}]');
  const packet =
    /^a\[\{"e":"chart","d":\{"charts":\[\{"id":[23],"td":20261123,"bars":\[\{"timestamp":"2026-11-22T23:02:00.000Z","open":2979.25,"high":2979.25,"low":2979.25,"close":2979.25,"upVolume":20,"downVolume":0,"upTicks":2,"downTicks":0,"bidVolume":0,"offerVolume":20\}\]\}\]\}\}\]$/;
  assert(packet.test(bars!), bars);
  assertEquals(end, 'a[{"e":"chart","d":{"charts":[{"id":3,"eoh":true}]}}]');
  socket.frames.length = 0;
  ask(4, "Tick");
  await hand.clock.advance(50);
  const { charts: [{ bp, bt, tks: [tick], ts }] } = JSON.parse(socket.frames[1]!.slice(1))[0].d;
  // The worked example of the documents: 11917 ticks of 0.25 are 2979.25.
  assertEquals([bp, ts, (bp + tick.p) * ts, bt + tick.t], [
    ...[11_917, 0.25, 2_979.25],
    Date.parse("2026-11-22T23:02:07.500Z"),
  ]);
});
