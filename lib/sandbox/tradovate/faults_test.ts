import { assert, assertEquals } from "../../../tests/assert.ts";
import {
  barsOf,
  type HandSocket,
  livelyBars,
  MINUTE,
  stillBars,
  TradovateHand,
} from "../../../tests/fixtures/tradovate_hand.ts";
import { TransportError } from "../../trading/mod.ts";
import { parseFault } from "../fault_script.ts";
import { TRADOVATE_FAULT_NAMES, type TradovateFault } from "./fault_catalogue.ts";

/** What a fault is tried on: somebody logged in, with a socket. */
interface Trial {
  readonly hand: TradovateHand;
  readonly socket: HandSocket;
  readonly market: HandSocket;
}

/** How each fault shows; it is scripted once, just before. */
const SHOWS: Readonly<Record<TradovateFault, (trial: Trial) => Promise<void>>> = {
  "penalty-ticket": async ({ hand }) => {
    const first = await hand.post("order/placeorder", hand.order({}));
    assertEquals([first["p-time"], hand.account.orders.length], [5, 0]);
    await hand.clock.advance(1_000);
    const early = await hand.post("order/placeorder", {
      ...hand.order({}),
      "p-ticket": first["p-ticket"],
    });
    assertEquals(early["p-time"], 10);
    await hand.clock.advance(10_000);
    const paid = await hand.post("order/placeorder", {
      ...hand.order({}),
      "p-ticket": early["p-ticket"],
    });
    assertEquals(paid.orderId, hand.account.orders[0]!.id);
  },
  "captcha-ticket": async ({ hand }) => assertEquals((await hand.login())["p-captcha"], true),
  "too-many-requests": async ({ hand }) => {
    assertEquals(await hand.get("account/list"), { status: 429, text: "" });
    assertEquals((await hand.get("account/list")).status, 429);
    await hand.clock.advance(30_000);
    assertEquals((await hand.get("account/list")).length, 1);
  },
  "request-timeout": answers("account/list", 408),
  "token-expires": async ({ hand }) => {
    assertEquals((await hand.get("account/list")).text, '"Expired Access Token"');
    assertEquals((await hand.get("auth/renewaccesstoken")).status, 401);
  },
  "renewal-fails": answers("auth/renewaccesstoken", 500),
  "session-evicted": async ({ hand, socket }) => {
    assertEquals((await hand.get("account/list")).status, 408);
    await hand.clock.advance(5);
    assertEquals(socket.closed, "closed by the server");
  },
  "socket-drop": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals([socket.closed, socket.events.length], ["closed by the server", 0]);
  },
  "socket-close-frame": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals([socket.frames.at(-1), socket.closed], [
      'c[3000,"Go away!"]',
      "closed by the server",
    ]);
  },
  "socket-silent": async ({ hand, socket }) => {
    await hand.clock.advance(2_600);
    const heard = socket.frames.length;
    await trade(hand);
    await hand.clock.advance(MINUTE);
    assertEquals([socket.frames.length, socket.closed], [heard, null]);
  },
  "authorize-fails": async ({ hand }) => {
    const socket = await hand.open();
    assertEquals((await hand.within(socket.ask("authorize", hand.token))).s, 401);
  },
  "heartbeat-missed": async ({ hand, socket, market }) => {
    await hand.clock.advance(2_600);
    assert((socket.closed ?? market.closed) !== null);
  },
  "shutdown-maintenance": shuts("Maintenance"),
  "shutdown-connection-quota": shuts("ConnectionQuotaReached"),
  "shutdown-ip-quota": shuts("IPQuotaReached"),
  "slow-answer": async ({ hand }) => {
    assertEquals(await failure(hand.post("order/placeorder", hand.order({}))), "nothing came");
    assertEquals(hand.account.orders.length, 1);
  },
  "lost-answer": async ({ hand }) => {
    assertEquals(await failure(hand.post("order/placeorder", hand.order({}))), "no-answer");
    assertEquals(hand.account.orders.length, 1);
  },
  "lost-request": async ({ hand }) => {
    assertEquals(await failure(hand.post("order/placeorder", hand.order({}))), "no-answer");
    assertEquals(hand.account.orders.length, 0);
  },
  "order-refused": async ({ hand }) => {
    const { failureReason } = await hand.post("order/placeorder", hand.order({}));
    assertEquals([failureReason, hand.account.orders.length], ["OtherExecutionRelated", 0]);
  },
  "order-rejected": async ({ hand, socket }) => {
    assert((await trade(hand)).orderId > 0);
    assertEquals([hand.account.orders[0]!.status, hand.lots], ["Rejected", 0]);
    assert(socket.changes.includes("order Updated Rejected"));
  },
  "partial-fill": async ({ hand }) => {
    await trade(hand, { orderQty: 4 });
    assert(hand.lots > 0 && hand.lots < 4);
  },
  "cancel-race": async ({ hand, socket }) => {
    const { orderId } = await trade(hand, { orderType: "Limit", price: 5_990 });
    await hand.post("order/cancelorder", { orderId });
    await hand.clock.advance(100);
    assertEquals(hand.lots, 1);
    assert(socket.changes.includes("commandReport Created ExecutionRejected"));
  },
  "overfill": async ({ hand }) => {
    await trade(hand);
    assertEquals([hand.lots, hand.account.orders[0]!.filled], [2, 2]);
  },
  "events-reordered": async ({ hand, socket }) => {
    await trade(hand);
    const usual = ["order Created PendingNew", "orderVersion Created", "command Created Pending"];
    assert(socket.changes.slice(0, 3).join() !== usual.join());
    assertEquals(socket.changes.slice(0, 3).toSorted(), usual.toSorted());
  },
  "event-delayed": async ({ hand, socket }) => {
    await trade(hand);
    assert(!socket.changes.includes("order Created PendingNew"));
    await hand.pass(3_000, socket);
    assertEquals(socket.changes.at(-1), "order Created PendingNew");
  },
  "event-duplicated": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals(socket.changes.filter((change) => change.startsWith("order Created")).length, 2);
  },
  "events-replayed": async ({ hand }) => {
    await trade(hand);
    const again = await hand.open();
    await hand.within(again.ask("authorize", hand.token));
    await hand.within(again.ask("user/syncrequest", { accounts: [hand.accountId] }));
    assert(again.changes.includes("fill Created"));
  },
  "event-lost": async ({ hand, socket }) => {
    await trade(hand);
    assert(!socket.changes.includes("order Created PendingNew"));
    assertEquals([hand.lots, socket.closed], [1, null]);
  },
  "unknown-entity": async ({ hand, socket }) => {
    await trade(hand);
    assert(socket.changes.includes("moonPhase Created"));
    assert(socket.changes.includes("order Updated Dreaming"));
  },
  "entity-deleted": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals(socket.changes[0], "order Deleted PendingNew");
  },
  "entity-list": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals(Array.isArray(socket.events[0]!.d.entity), true);
  },
  "leg-rejected": async ({ hand }) => {
    const legs = await bracket(hand);
    assertEquals(legs.map(({ status }) => status), ["Rejected", "Working"]);
  },
  "leg-missing": async ({ hand }) => {
    const legs = await bracket(hand);
    assertEquals(legs.map(({ status }) => status), ["Suspended", "Working"]);
  },
  "both-legs-fill": async ({ hand, socket }) => {
    await bracket(hand);
    await hand.pass(2 * MINUTE, socket);
    assertEquals([hand.lots, hand.account.fills.length], [-1, 3]);
  },
  "modify-ignored": async ({ hand }) => {
    const { orderId } = await trade(hand, { orderType: "Limit", price: 5_990 });
    const change = { orderId, orderQty: 3, orderType: "Limit", price: 5_991 };
    assert((await hand.post("order/modifyorder", change)).commandId > 0);
    await hand.clock.advance(1_000);
    assertEquals([hand.account.orders[0]!.price, hand.account.orders[0]!.lots], [5_990, 1]);
  },
  "legs-vanish": async ({ hand }) => {
    const [first] = await bracket(hand);
    const change = { orderId: first!.id, orderQty: 1, orderType: "Limit", price: 6_009 };
    await hand.post("order/modifyorder", change);
    await hand.clock.advance(3_000);
    const [, ...legs] = hand.account.orders;
    assertEquals([hand.lots, ...legs.map(({ status }) => status)], [1, "Canceled", "Canceled"]);
  },
  "trade-bust": async ({ hand, socket }) => {
    await trade(hand);
    assertEquals(hand.lots, 1);
    await hand.clock.advance(6_000);
    assertEquals([hand.lots, hand.account.feesMicros], [0, 0]);
    assert(socket.changes.includes("executionReport Created TradeCancel"));
  },
  "trade-correct": async ({ hand }) => {
    await trade(hand);
    const { ticks } = hand.account.fills[0]!;
    await hand.clock.advance(6_000);
    assertEquals(hand.account.fills[0]!.ticks, ticks + 1);
  },
  "position-by-person": async ({ hand }) => {
    await hand.clock.advance(10_000);
    assertEquals([Math.abs(hand.lots), hand.account.orders[0]!.clOrdId], [1, null]);
  },
  "auto-liquidation": async ({ hand }) => {
    await trade(hand);
    await hand.clock.advance(10_000);
    assertEquals(hand.lots, 0);
    const refused = await hand.post("order/placeorder", hand.order({}));
    assertEquals(refused.failureReason, "TradingLocked");
  },
  "account-locked": async ({ hand }) => {
    await hand.clock.advance(10_000);
    const [risk] = await hand.get("accountRiskStatus/list");
    assertEquals(risk.adminAction, "LockTradingImmediately");
  },
  "account-closed": async ({ hand }) => {
    await hand.clock.advance(10_000);
    const { failureReason } = await hand.post("order/placeorder", hand.order({}));
    assertEquals(failureReason, "AccountClosed");
  },
  "quotes-stall": async ({ hand, market }) => {
    await subscribe(hand, market);
    await hand.pass(10_000, market);
    const heard = market.events.length;
    await hand.pass(50_000, market);
    assertEquals([market.events.length, market.frames.at(-1)], [heard, "h"]);
    await hand.pass(20_000, market);
    assert(market.events.length > heard);
  },
  "quotes-delayed": async ({ hand, market }) => {
    assertEquals((await subscribe(hand, market)).mode, "Delayed");
    await hand.pass(MINUTE, market);
    assertEquals(market.events, []);
  },
  "quotes-crossed": async ({ hand, market }) => {
    await subscribe(hand, market);
    const { Bid, Offer } = market.events[0]!.d.quotes[0].entries;
    assert(Bid.price > Offer.price);
  },
  "quotes-zero": async ({ hand, market }) => {
    await subscribe(hand, market);
    assertEquals(market.events[0]!.d.quotes[0].entries.Bid.price, 0);
  },
  "quotes-out-of-order": async ({ hand, market }) => {
    await subscribe(hand, market);
    await hand.pass(10_000, market);
    const [first, second] = market.events.map(({ d }) => Date.parse(d.quotes[0].timestamp));
    assert(first! > second!);
  },
  "clock-skew": async ({ hand, socket }) => {
    await trade(hand);
    const behind = hand.clock.now() - Date.parse(socket.events[0]!.d.entity.timestamp);
    assert(behind > 29_000 && behind < 31_000, String(behind));
  },
  "redirect": async ({ hand }) => {
    const request = { method: "GET", headers: { authorization: `Bearer ${hand.token}` } } as const;
    const { headers, status } = await hand.send(request, "account/list");
    assertEquals([status, headers.location], [
      307,
      "https://demo-2.tradovateapi.com/v1/account/list",
    ]);
    assertEquals((await hand.get("account/list", "demo-2")).length, 1);
  },
  "misdirected": async ({ hand }) => {
    const error = await hand.open().then(() => null, (error: unknown) => error);
    assert(error instanceof TransportError && error.status === 421);
  },
  "server-error": answers("account/list", 500),
  "bad-gateway": async ({ hand }) => {
    const { status, text } = await hand.post("order/placeorder", hand.order({}));
    assertEquals([status, text.startsWith("<html>"), hand.account.orders.length], [502, true, 0]);
  },
  "gateway-timeout": async ({ hand }) => {
    const { status, text } = await hand.post("order/placeorder", hand.order({}));
    assertEquals([status, text.startsWith("<html>"), hand.account.orders.length], [504, true, 1]);
  },
  "truncated-answer": async ({ hand }) => {
    assert((await failure(hand.post("order/placeorder", hand.order({})))).includes("JSON"));
    assertEquals(hand.account.orders.length, 1);
  },
  "empty-answer": async ({ hand }) => {
    assert((await failure(hand.post("order/placeorder", hand.order({})))).includes("JSON"));
    assertEquals(hand.account.orders.length, 1);
  },
  "wrong-type": async ({ hand }) => {
    assert((await failure(hand.post("order/placeorder", hand.order({})))).includes("JSON"));
    assertEquals(hand.account.orders.length, 1);
  },
  "maintenance": async ({ hand, socket }) => {
    await hand.clock.advance(10_000);
    assertEquals(socket.events.at(-1)!.d.reasonCode, "Maintenance");
    assertEquals((await hand.get("account/list")).status, 503);
    assertEquals(await failure(hand.open()), "not-sent");
    await hand.clock.advance(2 * MINUTE);
    assertEquals((await hand.get("account/list")).length, 1);
  },
  "chart-short": async (trial) => assertEquals((await chart(trial)).bars, 5),
  "chart-endless": async (trial) => assertEquals((await chart(trial)).ends, 0),
  "chart-duplicate": async (trial) => {
    const { bars, stamps } = await chart(trial);
    assertEquals([bars, new Set(stamps).size], [11, 10]);
  },
  "chart-hole": async (trial) => {
    const { bars, stamps } = await chart(trial);
    assertEquals([bars, Date.parse(stamps.at(-1)!) - Date.parse(stamps[0]!)], [9, 9 * MINUTE]);
  },
  "chart-ticket": async (trial) => assertEquals((await chart(trial)).answer["p-time"], 5),
  "session-rolls": async ({ hand }) => {
    await trade(hand);
    const limit = hand.order({ orderType: "Limit", price: 5_900, timeInForce: "Day" });
    const { orderId } = await hand.post("order/placeorder", limit);
    await hand.clock.advance(10_000);
    assertEquals(await hand.get("fill/list"), []);
    const order = hand.account.orders.find(({ id }) => id === orderId)!;
    assertEquals([order.status, hand.lots], ["Expired", 1]);
  },
  "contract-expires": async ({ hand }) => {
    await trade(hand);
    await hand.clock.advance(10_000);
    assertEquals([hand.lots, hand.account.fills.length], [0, 2]);
  },
  "closing-only": async ({ hand }) => {
    const { failureReason } = await hand.post("order/placeorder", hand.order({}));
    assertEquals(failureReason, "LiquidationOnlyBeforeExpiration");
  },
  "entitlement-lapse": async ({ hand, market }) => {
    await hand.pass(10_000, market);
    const refused = await hand.within(market.ask("md/subscribeQuote", { symbol: "MESZ6" }));
    assertEquals([refused.s, refused.d], [401, "Access is denied"]);
  },
};

/** Rises by 6 points after three quiet minutes. */
const RISING = barsOf([
  ...Array.from({ length: 12 }, () => [6_000, 6_000, 6_000, 6_000] as const),
  [6_000, 6_006, 6_000, 6_006],
  ...Array.from({ length: 40 }, () => [6_006, 6_006, 6_006, 6_006] as const),
]);

for (const name of TRADOVATE_FAULT_NAMES) {
  Deno.test(`the fault ${name} shows, once, and is kept in the truth`, async () => {
    const hand = new TradovateHand(RISING, {}, RISING.time[11]! + 1_000);
    const socket = await hand.begin();
    const market = await hand.open("md");
    await hand.within(market.ask("authorize", hand.token));
    const on = name.startsWith("event-") || name.startsWith("entity-") ? { on: "order" } : {};
    hand.sandbox.addFault({ name, times: 1, ...name === "entitlement-lapse" ? {} : on });
    await SHOWS[name]({ hand, socket, market });
    assertEquals(hand.sandbox.truth().faults.map((struck) => struck.name), [name]);
  });
}

Deno.test("what is taken back of an order that works still is filled again, and the order ends", async () => {
  const hand = new TradovateHand(stillBars(6_000, 10), { seed: 1, lotsAtOnce: 1 });
  await hand.begin();
  hand.sandbox.addFault({ name: "trade-bust", times: 2 });
  await trade(hand, { orderQty: 3 });
  await hand.clock.advance(2 * MINUTE);
  const { orders: [order], fills } = hand.account;
  assertEquals([hand.lots, order!.status, order!.lotsLeft, fills.length], [3, "Filled", 0, 3]);
});

Deno.test("guesses about the order of events are both there", async () => {
  const frames = async (guesses: Record<string, unknown>): Promise<readonly string[]> => {
    const hand = new TradovateHand(stillBars(6_000, 20), { guesses });
    const socket = await hand.begin();
    socket.frames.length = 0;
    socket.line.send(`order/placeorder\n7\n\n${JSON.stringify(hand.order({}))}`);
    await hand.clock.advance(100);
    return socket.frames.map((frame) => frame.includes('"i":7') ? "answer" : "events");
  };
  assertEquals((await frames({}))[0], "answer");
  const eager = await frames({ eventOrder: "events-first", frames: "single" });
  assertEquals(eager.slice(0, 4), ["events", "events", "events", "answer"]);
});

Deno.test("a fault can come at a moment, with a chance, to one endpoint", async () => {
  const hand = new TradovateHand(livelyBars(60));
  await hand.login();
  const start = hand.clock.now();
  hand.sandbox.addFault(parseFault("server-error:2@60/account", TRADOVATE_FAULT_NAMES, start));
  assertEquals((await hand.get("account/list")).length, 1);
  await hand.clock.advance(MINUTE);
  assertEquals((await hand.get("order/list")).length, 0);
  assertEquals((await hand.get("account/list")).status, 500);
  assertEquals((await hand.get("account/list")).status, 500);
  assertEquals((await hand.get("account/list")).length, 1);
  hand.sandbox.addFault(parseFault("server-error:0.5", TRADOVATE_FAULT_NAMES, start));
  let failed = 0;
  for (let call = 0; call < 60; call++) {
    if ((await hand.get("account/list")).status === 500) failed++;
    await hand.clock.advance(1_000);
  }
  assert(failed > 15 && failed < 45, String(failed));
});

function answers(path: string, status: number): (trial: Trial) => Promise<void> {
  return async ({ hand }) => {
    assertEquals((await hand.get(path)).status, status);
    assert(Array.isArray(await hand.get("account/list")));
  };
}

function shuts(reason: string): (trial: Trial) => Promise<void> {
  return async ({ hand, market, socket }) => {
    await hand.clock.advance(2_600);
    const [shut] = [socket, market].filter(({ closed }) => closed !== null);
    assertEquals(shut!.events.at(-1), {
      e: "shutdown",
      d: { reasonCode: reason, reason: `Closed by the venue: ${reason}` },
    });
  };
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => null, (error: unknown) => error as Error);
  if (error instanceof TransportError) return error.fault;
  return error === null ? "it came" : error.message;
}

// deno-lint-ignore no-explicit-any
async function trade(hand: TradovateHand, fields: Record<string, unknown> = {}): Promise<any> {
  const answer = await hand.post("order/placeorder", hand.order(fields));
  await hand.clock.advance(200);
  return answer;
}

async function bracket(hand: TradovateHand) {
  await hand.post("order/placeoso", {
    ...hand.order({}),
    bracket1: { action: "Sell", orderType: "Limit", price: 6_005, timeInForce: "GTC" },
    bracket2: { action: "Sell", orderType: "Stop", stopPrice: 5_990, timeInForce: "GTC" },
  });
  await hand.clock.advance(200);
  return hand.account.orders.slice(1);
}

async function subscribe(
  hand: TradovateHand,
  market: HandSocket,
): Promise<{ readonly mode: string }> {
  return (await hand.within(market.ask("md/subscribeQuote", { symbol: "MESZ6" }))).d;
}

async function chart({ hand, market }: Trial) {
  const { d: answer } = await hand.within(
    market.ask("md/getChart", {
      symbol: "MESZ6",
      chartDescription: { underlyingType: "MinuteBar", elementSize: 1 },
      timeRange: { asMuchAsElements: 10 },
    }),
    2_000,
  );
  const packets = market.events.flatMap(({ d }) => d.charts);
  const stamps: readonly string[] = packets.flatMap(({ bars = [] }) =>
    bars.map(({ timestamp }: { timestamp: string }) => timestamp)
  );
  const ends = packets.filter(({ eoh }) => eoh === true).length;
  return { answer, bars: stamps.length, ends, stamps };
}
