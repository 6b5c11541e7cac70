import type { JsonValue } from "../../core/mod.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { ScriptedVenue, URLS } from "../../../tests/fixtures/scripted_venue.ts";
import { readFrame, socketRequest } from "./socket_frames.ts";
import { openTradovateSocket, SocketRefusal } from "./tradovate_socket.ts";
import type { Answer } from "./outcome.ts";

Deno.test("the published frames are read as what they are", () => {
  assertEquals(readFrame("o"), { kind: "open" });
  assertEquals(readFrame("h"), { kind: "heartbeat" });
  assertEquals(readFrame("c"), { kind: "close", reason: "closed by the venue" });
  assertEquals(readFrame('c[3000,"Go away!"]'), {
    kind: "close",
    reason: "closed by the venue: 3000 Go away!",
  });
  assertEquals(readFrame('a[{"s":200,"i":0}]'), {
    kind: "messages",
    messages: [{ kind: "response", id: 0, status: 200 }],
  });
  // One frame may hold answers and events.
  const both = readFrame(
    'a[{"s":200,"i":132,"d":{"commandId":62539}},{"e":"props","d":{"entityType":"command"}},7]',
  );
  assertEquals(both, {
    kind: "messages",
    messages: [
      { kind: "response", id: 132, status: 200, data: { commandId: 62539 } },
      { kind: "event", event: "props", data: { entityType: "command" } },
      { kind: "other" },
    ],
  });
  for (const text of ["", "x", "a", "a{}", 'a[{"s":']) {
    assertEquals(readFrame(text).kind, "broken", text);
  }
  assertEquals(socketRequest("authorize", 0, "", "TOKEN"), "authorize\n0\n\nTOKEN");
  assertEquals(socketRequest("contract/find", 7, "name=ESZ6"), "contract/find\n7\nname=ESZ6\n");
});

async function open(venue: ScriptedVenue) {
  const events: (readonly [string, JsonValue])[] = [], reasons: string[] = [];
  const opening = openTradovateSocket({
    ...{ transport: venue.transport, clock: venue.clock, url: URLS.user, token: "TOKEN" },
    onEvent: (event, data) => events.push([event, data]),
    onClose: (reason) => reasons.push(reason),
  });
  await venue.clock.advance(200);
  return { socket: await opening, events, reasons, line: venue.lines.at(-1)! };
}

Deno.test("a socket authorises itself, answers by number and tells events in between", async () => {
  const venue = new ScriptedVenue();
  const { events, line, socket } = await open(venue);
  assertEquals(line.heard, ["authorize\n0\n\nTOKEN"]);
  const answers: Answer[] = [];
  for (const path of ["order/list", "md/getChart"]) {
    void socket.request(path, {}).then((answer) => answers.push(answer));
  }
  await venue.clock.advance(50);
  assertEquals(line.heard.slice(1), ["order/list\n1\n\n{}", "md/getChart\n2\n\n{}"]);
  line.send(
    'a[{"e":"props","d":{"entityType":"order"}},' +
      '{"s":404,"i":2,"d":"\\"Not found: md/getChart\\""},{"i":1,"s":200,"d":[]}]',
  );
  line.send('a[{"s":200,"i":99,"d":{}},{"e":"new-kind","d":1}]');
  await venue.clock.advance(50);
  assertEquals(answers, [
    { kind: "missing", reason: "Not found: md/getChart" },
    { kind: "value", value: [] },
  ]);
  assertEquals(events.map(([event]) => event), ["props", "new-kind"]);
  socket.close();
  await venue.clock.advance(50);
  assert(line.isClosed && venue.clock.isIdle);
});

Deno.test("a socket beats whatever comes, and is given up when nothing does", async () => {
  const venue = new ScriptedVenue();
  const { line, reasons, socket } = await open(venue);
  for (let i = 0; i < 100; i++) {
    line.send("h");
    await venue.clock.advance(250);
  }
  const beats = line.heard.filter((text) => text === "[]").length;
  assert(beats >= 10 && beats <= 12, `${beats}`);
  assertEquals(reasons, []);
  const pending = socket.request("order/list");
  await venue.clock.advance(10_100);
  assertEquals(reasons, ["nothing was heard for 10 s"]);
  assertEquals((await pending).kind, "broken");
  await venue.clock.advance(50);
  assert(line.isClosed);
});

Deno.test("a token that is no good is told as that", async () => {
  const venue = new ScriptedVenue();
  const opening = openTradovateSocket({
    ...{ transport: venue.transport, clock: venue.clock, url: URLS.user, token: "TOKEN" },
    ...{ onEvent: () => {}, onClose: () => assert(false, "it was never open") },
  }).then(() => null, (error: unknown) => error);
  // Before the fixture's own answer.
  await venue.clock.advance(15);
  venue.lines[0]!.send('a[{"s":401,"i":0,"d":"Access is denied"}]');
  await venue.clock.advance(100);
  const error = await opening;
  assert(error instanceof SocketRefusal && error.answer?.kind === "denied", `${error}`);
});
