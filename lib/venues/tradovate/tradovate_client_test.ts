import { createRandom } from "../../core/random.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { CREDENTIALS, ScriptedVenue, URLS } from "../../../tests/fixtures/scripted_venue.ts";
import { TransportError } from "../../trading/transport.ts";
import { memoryTokenStore, type TokenStore } from "./credentials.ts";
import { CallBudget } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { type PlacedTicket, TradovateClient } from "./tradovate_client.ts";
import type { TradovateUrls } from "./tradovate_urls.ts";

const ORDER: PlacedTicket = {
  ...{ accountId: 1, accountSpec: "DEMO1", symbol: "MESZ6", orderQty: 1, action: "Buy" },
  ...{ orderType: "Market", timeInForce: "Day", clOrdId: "s-1" },
};
const ENTRY = { priority: "entry" } as const, EXIT = { priority: "exit" } as const;
const text = (status: number, body = "", headers = {}) => ({ status, body, headers });

function open(
  { tokens = memoryTokenStore(), urls = URLS, venue = new ScriptedVenue() }: {
    tokens?: TokenStore;
    urls?: TradovateUrls;
    venue?: ScriptedVenue;
  } = {},
) {
  const troubles: string[] = [];
  const client = new TradovateClient({
    ...{ transport: venue.transport, clock: venue.clock, random: createRandom(1), urls },
    ...{ credentials: CREDENTIALS, tokens, onTrouble: (reason: string) => troubles.push(reason) },
  });
  /** What becomes of a call within so many virtual milliseconds. */
  const within = async <Value>(
    milliseconds: number,
    call: Promise<CallOutcome<Value>>,
  ): Promise<CallOutcome<Value> | null> => {
    let outcome: CallOutcome<Value> | null = null;
    void call.then((found) => outcome = found);
    await venue.clock.advance(milliseconds);
    return outcome;
  };
  const [orders, calls] = [
    () => venue.requests.filter(({ path }) => path === "order/placeorder"),
    (path: string) => venue.requests.filter((request) => request.path === path).length,
  ];
  return { venue, client, troubles, within, orders, calls };
}

Deno.test("one token serves all calls, and is renewed before it ends, never asked for again", async () => {
  const { calls, client, venue, within } = open();
  const both = Promise.all([client.list("order", ENTRY), client.list("fill", ENTRY)]);
  await venue.clock.advance(1_000);
  assertEquals((await both).map(({ kind }) => kind), ["done", "done"]);
  assertEquals(calls("auth/accesstokenrequest"), 1);
  assertEquals(venue.requests.slice(1).map(({ token }) => token), ["token-1", "token-1"]);
  await venue.clock.advance(5 * 60 * 60_000);
  assertEquals(calls("auth/accesstokenrequest"), 1);
  const renewals = calls("auth/renewaccesstoken");
  assert(renewals >= 4 && renewals <= 6, `${renewals}`);
  await within(1_000, client.list("order", ENTRY));
  assertEquals(venue.requests.at(-1)!.token, `token-${venue.tokens}`);
});

Deno.test("a restart goes on with the token that was kept", async () => {
  const tokens = memoryTokenStore();
  const first = open({ tokens });
  await first.within(1_000, first.client.list("order", ENTRY));
  const second = open({ tokens });
  await second.within(1_000, second.client.list("order", ENTRY));
  assertEquals(second.venue.paths(), ["order/list"]);
});

Deno.test("who starts again after a busy minute makes fewer calls, so that both stay below 80", async () => {
  /** Calls of a minute in which a process that has made so many is killed and started again. */
  const callsAfter = async (before: number): Promise<number> => {
    const tokens = memoryTokenStore(), venue = new ScriptedVenue();
    for (const most of [before, 60]) {
      const { client } = open({ tokens, venue });
      for (let call = 0; call < most; call++) void client.list("order", EXIT);
      await venue.clock.advance(20_000);
      client.close();
    }
    return venue.requests.length;
  };
  // The login counts.
  assertEquals(await callsAfter(10), 1 + 10 + 36);
  assertEquals(await callsAfter(40), 1 + 40 + 32);
  assertEquals(await callsAfter(59), 80);
});

Deno.test("a kept token that is none any more is replaced by one login, at once", async () => {
  const tokens = memoryTokenStore();
  const first = open({ tokens });
  await first.within(1_000, first.client.list("order", ENTRY));
  const { calls, client, troubles, venue, within } = open({ tokens });
  venue.tokens = 10;
  venue.answer = ({ path, token }) =>
    token === "token-1" ? text(401, '"Access is denied"') : path === "order/list" ? [] : undefined;
  assertEquals((await within(5_000, client.list("order", ENTRY)))?.kind, "done");
  assertEquals([calls("auth/accesstokenrequest"), troubles], [1, []]);
});

Deno.test("a kept token is not believed where nothing is heard of it", async () => {
  const tokens = memoryTokenStore();
  const first = open({ tokens });
  await first.within(1_000, first.client.list("order", ENTRY));
  const { calls, client, venue, within } = open({ tokens });
  venue.tokens = 10;
  venue.answer = ({ path, token }) => {
    if (path === "auth/me") throw new TransportError("no-answer", "lost on the way");
    if (token === "token-1") return text(401, '"Access is denied"');
    return path.endsWith("/list") ? [] : undefined;
  };
  const positions = client.list("position", ENTRY);
  assertEquals((await within(10_000, client.list("order", ENTRY)))?.kind, "done");
  assertEquals((await within(10_000, positions))?.kind, "done");
  assertEquals(calls("auth/accesstokenrequest"), 1);
});

Deno.test("a wrong key is said once and never tried again; no secret is in the message", async () => {
  const { calls, client, venue, within } = open();
  venue.answer = () => ({ errorText: "The app is not registered" });
  for (let i = 0; i < 5; i++) {
    const outcome = await within(60_000, client.list("order", ENTRY));
    assert(outcome?.kind === "not-sent" && outcome.reason.includes("The app is not registered"));
    assert(!outcome.reason.includes("secret-"));
  }
  assertEquals(calls("auth/accesstokenrequest"), 1);
});

Deno.test("a captcha at login stops everything for an hour", async () => {
  const { calls, client, troubles, venue, within } = open();
  venue.answer = () => ({ "p-ticket": "T", "p-time": 19, "p-captcha": true });
  assertEquals((await within(1_000, client.list("order", EXIT)))?.kind, "not-sent");
  for (let i = 0; i < 58; i++) await within(60_000, client.list("order", EXIT));
  assertEquals([calls("auth/accesstokenrequest"), troubles.length], [1, 1]);
});

Deno.test("a login that fails on the way is tried three times in an hour and no more", async () => {
  const { calls, client, venue, within } = open();
  venue.answer = () => text(502, "<html>");
  for (let i = 0; i < 30; i++) await within(60_000, client.list("order", EXIT));
  assertEquals(calls("auth/accesstokenrequest"), 3);
});

Deno.test("a venue that cannot be reached is said to be that, and costs no login", async () => {
  const { calls, client, venue, within } = open();
  let isUp = false;
  venue.answer = () =>
    isUp ? undefined : new TransportError("not-sent", "rest.test cannot be reached");
  for (let i = 0; i < 10; i++) {
    const outcome = await within(10_000, client.list("order", EXIT));
    assert(outcome?.kind === "not-sent" && outcome.reason.includes("cannot be reached"));
  }
  isUp = true;
  assertEquals((await within(1_000, client.list("order", EXIT)))?.kind, "done");
  assertEquals(calls("auth/accesstokenrequest"), 31);
});

Deno.test("a penalty ticket is waited for and sent back once, with the same body", async () => {
  const { client, orders, venue, within } = open();
  venue.answer = ({ body, path }) => {
    if (path !== "order/placeorder") return undefined;
    return body["p-ticket"] === "T1" ? { orderId: 5 } : { "p-ticket": "T1", "p-time": 19 };
  };
  assertEquals(await within(18_000, client.placeOrder(ORDER, ENTRY)), null);
  await venue.clock.advance(2_000);
  const [first, second] = orders().map(({ body }) => body);
  assertEquals(second, { ...first, "p-ticket": "T1" });
  assertEquals([orders().length, first.isAutomated], [2, true]);
});

Deno.test("each way in which an order can fail says what is known of it", async () => {
  const cases: readonly (readonly [object | string | Error, CallOutcome["kind"], number])[] = [
    [{ orderId: 5 }, "done", 1],
    [{ orderId: 5, failureReason: "Success" }, "done", 1],
    [{ failureReason: "InvalidPrice", failureText: "Invalid price increment" }, "refused", 1],
    [{ errorText: "Account is locked" }, "refused", 1],
    [text(404), "refused", 1],
    [text(400, '"No usable value for symbol\\nDid not find value"'), "refused", 1],
    [text(500, "<html>"), "unknown", 1],
    [text(504, "<html>"), "unknown", 1],
    ["", "unknown", 1],
    ['{"orderId":', "unknown", 1],
    [{}, "unknown", 1],
    [new TransportError("no-answer", "the host broke off"), "unknown", 1],
    // What never left is sent again.
    [new TransportError("not-sent", "the host cannot be reached"), "not-sent", 3],
    [text(307, "", { location: "https://elsewhere.test/v1/order/placeorder" }), "refused", 1],
  ];
  for (const [answer, kind, sent] of cases) {
    const { client, orders, venue, within } = open();
    venue.answer = ({ path }) => path === "order/placeorder" ? answer : undefined;
    const outcome = await within(30_000, client.placeOrder(ORDER, ENTRY));
    assertEquals([outcome?.kind, orders().length], [kind, sent], JSON.stringify(answer));
  }
  const { client, venue, within } = open();
  const unclear = { failureReason: "SomethingNew" };
  venue.answer = ({ path }) => path === "order/placeorder" ? unclear : undefined;
  const outcome = await within(1_000, client.placeOrder(ORDER, ENTRY));
  assert(outcome?.kind === "refused" && outcome.code === "unclear");
});

Deno.test("an answer that is too late is no answer, and the order is not sent again", async () => {
  const { client, orders, venue, within } = open();
  const late = Promise.withResolvers<object>();
  venue.answer = ({ path }) => path === "order/placeorder" ? late.promise : undefined;
  assertEquals((await within(6_000, client.placeOrder(ORDER, ENTRY)))?.kind, "unknown");
  late.resolve({ orderId: 5 });
  await venue.clock.advance(60_000);
  assertEquals(orders().length, 1);
});

Deno.test("too many calls: nothing is sent for a while, then exits before everything else", async () => {
  const { client, venue, within } = open();
  let isLimited = true;
  venue.answer = ({ path }) => path === "order/placeorder" && isLimited ? text(429) : undefined;
  const first = await within(1_000, client.placeOrder(ORDER, ENTRY));
  assert(first?.kind === "refused" && first.code === "rate-limit");
  isLimited = false;
  const before = venue.requests.length;
  const calls = [client.list("fill", { priority: "poll" }), client.cancelOrder(5, "s-2", EXIT)];
  await venue.clock.advance(28_000);
  assertEquals(venue.requests.length, before);
  await venue.clock.advance(3_000);
  await Promise.all(calls);
  assertEquals(venue.paths().slice(before), ["order/cancelorder", "fill/list"]);
});

Deno.test("a token that ended early is asked for anew once, and the call goes again", async () => {
  const { calls, client, venue, within } = open();
  venue.answer = ({ path, token }) =>
    path === "order/placeorder"
      ? token === "token-1" ? text(401, '"Expired Access Token"') : { orderId: 5 }
      : undefined;
  assertEquals((await within(1_000, client.placeOrder(ORDER, ENTRY)))?.kind, "done");
  assertEquals(calls("auth/accesstokenrequest"), 2);
});

Deno.test("a missing permission is no dead token: nobody logs in again", async () => {
  const { calls, client, venue, within } = open();
  venue.answer = ({ path }) =>
    path.startsWith("order/")
      ? text(401, '"Access is denied"')
      : path === "auth/me"
      ? { userId: 11 }
      : undefined;
  for (let i = 0; i < 5; i++) {
    const outcome = await within(1_000, client.placeOrder(ORDER, ENTRY));
    assert(outcome?.kind === "refused" && outcome.code === "unauthorised");
  }
  assertEquals([calls("auth/accesstokenrequest"), calls("auth/me")], [1, 1]);
});

Deno.test("a session that another login has closed is not fought over", async () => {
  const { calls, client, troubles, venue, within } = open();
  await within(1_000, client.list("fill", ENTRY));
  venue.answer = ({ path }) =>
    path.startsWith("auth/access") ? undefined : text(401, '"Access is denied"');
  for (let i = 0; i < 4; i++) await within(60_000, client.placeOrder(ORDER, ENTRY));
  assertEquals(calls("auth/accesstokenrequest"), 1);
  for (let i = 0; i < 50; i++) await within(60_000, client.placeOrder(ORDER, ENTRY));
  assertEquals(calls("auth/accesstokenrequest"), 2);
  assert(troubles.some((reason) => reason.includes("another login")));
});

Deno.test("an answer leads to another host only where that is configured", async () => {
  const { client, venue, within } = open({ urls: { ...URLS, redirects: ["other.test"] } });
  venue.answer = ({ path, raw }) =>
    path !== "order/placeorder"
      ? undefined
      : raw.url.startsWith("https://other.test/")
      ? { orderId: 6 }
      : text(307, "", { location: "https://other.test/v1/order/placeorder" });
  assertEquals((await within(1_000, client.placeOrder(ORDER, ENTRY)))?.kind, "done");
  assertEquals(venue.requests.at(-1)!.token, "token-1");
});

Deno.test("a storm of orders stays within the limits, exits go first, nothing is lost", async () => {
  const { client, venue } = open();
  venue.answer = ({ path }) => path === "order/placeorder" ? { orderId: 1 } : undefined;
  const times: number[] = [];
  const answer = venue.answer;
  venue.answer = (request) => (times.push(venue.clock.now()), answer(request));
  let done = 0;
  for (let i = 0; i < 200; i++) void client.placeOrder(ORDER, ENTRY).then(() => done++);
  await venue.clock.advance(5_000);
  let cancelledAt = 0;
  void client.cancelOrder(5, "x", EXIT).then(() => cancelledAt = venue.clock.now());
  const asked = venue.clock.now();
  await venue.clock.advance(6 * 60_000);
  assertEquals(done, 200);
  assert(cancelledAt > 0 && cancelledAt - asked < 1_500);
  for (const [index, time] of times.entries()) {
    assert((times[index + 60] ?? Infinity) - time >= 60_000, "more than 60 in a minute");
  }
});

Deno.test("where many calls have failed exits go on, and keep no look at how things stand out", async () => {
  const clock = new VirtualClock();
  const limits = { perSecond: 10, perMinute: 60, perHour: 4_000, failuresPerHour: 5 };
  const budget = new CallBudget(clock, limits);
  for (let failure = 0; failure < 5; failure++) budget.noteFailure();
  let exits = 0, looks = 0, entries = 0;
  for (let look = 0; look < 20; look++) void budget.take("watch").then(() => looks++);
  void budget.take("entry").then(() => entries++);
  for (let second = 0; second < 300; second += 2) {
    void budget.take("exit").then(() => exits++);
    await clock.advance(2_000);
  }
  assertEquals([exits, looks, entries], [150, 11, 0]);
});
