import { assert, assertEquals } from "../../../tests/assert.ts";
import {
  livelyBars,
  MINUTE,
  START,
  TradovateHand,
} from "../../../tests/fixtures/tradovate_hand.ts";

const NOON = START + 60 * MINUTE;

/** Somebody on the replay host, an hour after the first bar. */
async function opened() {
  const hand = new TradovateHand(livelyBars(120), {}, NOON);
  await hand.login();
  const socket = await hand.open("replay");
  await hand.within(socket.ask("authorize", hand.token), 1);
  const ask = async (path: string, body: unknown) =>
    (await hand.within(socket.ask(path, body), 1)).d;
  return { hand, socket, ask };
}

const at = (time: number): string => new Date(time).toISOString();

Deno.test("a replay begins where there are bars that have been", async () => {
  const { ask } = await opened();
  const check = (time: number) => ask("replay/checkReplaySession", { startTimestamp: at(time) });
  assertEquals(await check(START + MINUTE), { checkStatus: "OK" });
  assertEquals(await check(NOON + MINUTE), { checkStatus: "Ineligible" });
  assertEquals(await check(START - MINUTE), {
    checkStatus: "StartTimestampAdjusted",
    startTimestamp: at(START),
  });
  const late = await ask("replay/initializeClock", {
    startTimestamp: at(NOON + MINUTE),
    speed: 100,
  });
  assertEquals(late.ok, false);
});

Deno.test("its clock runs as fast as asked, tells itself, and has an account of its own", async () => {
  const { ask, hand, socket } = await opened();
  const start = START + 10 * MINUTE;
  const begun = await ask("replay/initializeClock", {
    ...{ startTimestamp: at(start), speed: 400, initialBalance: 10_000 },
  });
  assertEquals(begun, { ok: true });
  assertEquals((await ask("account/list", undefined)).map(({ name }: { name: string }) => name), [
    "REPLAY1",
  ]);
  socket.frames.length = 0;
  await hand.clock.advance(998);
  // The clock is JSON in a text in JSON, as published.
  assertEquals(
    socket.frames.at(-1),
    `a[{"e":"clock","d":"{\\"t\\":\\"${at(start + 4_000)}\\",\\"s\\":400}"}]`,
  );
  const [{ id: accountId, userId }] = await ask("account/list", undefined);
  await ask("user/syncrequest", { splitResponses: false, users: [userId] });
  await ask("md/subscribeQuote", { symbol: "MESZ6" });
  await ask("order/placeorder", hand.order({ accountId }));
  await hand.pass(10_000, socket);
  assert(socket.changes.includes("fill Created"));
  assert(socket.events.some(({ e }) => e === "md"));
  const [balance] = await ask("cashBalance/list", undefined);
  assert(balance.amount < 10_000 && balance.amount > 9_900);
  // The demo account knows nothing of it.
  assertEquals(hand.account.fills, []);
});

Deno.test("it can stand still and go on, and ends with its socket", async () => {
  const { ask, hand, socket } = await opened();
  const start = START + 10 * MINUTE;
  await ask("replay/initializeclock", { startTimestamp: at(start), speed: 100 });
  await hand.pass(10_000, socket);
  const told = () => JSON.parse(socket.events.findLast(({ e }) => e === "clock")!.d);
  const moment = Date.parse(told().t);
  assertEquals(await ask("replay/changespeed", { speed: 0 }), { ok: true });
  await hand.pass(20_000, socket);
  assert(Date.parse(told().t) - moment < 1_000 && told().s === 0);
  await ask("replay/changespeed", { speed: 200 });
  await hand.pass(10_000, socket);
  assert(Date.parse(told().t) - moment > 18_000);
  assertEquals((await hand.within(socket.ask("replay/changespeed", { speed: 500 }), 1)).s, 400);
  socket.line.close();
  await hand.clock.advance(5);
  const heard = socket.frames.length;
  await hand.clock.advance(MINUTE);
  assertEquals(socket.frames.length, heard);
});

Deno.test("a replay never shows what has not been yet", async () => {
  const { ask, hand, socket } = await opened();
  await ask("replay/initializeclock", { startTimestamp: at(NOON - 2 * MINUTE), speed: 400 });
  await ask("md/subscribeQuote", { symbol: "MESZ6" });
  await hand.pass(2 * MINUTE, socket);
  const quotes = socket.events.filter(({ e }) => e === "md");
  const last = quotes.at(-1)!.d.quotes[0];
  assert(Date.parse(last.timestamp) < NOON, last.timestamp);
});
