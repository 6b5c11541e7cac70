import { assert, assertEquals } from "../../../tests/assert.ts";
import {
  barsOf,
  livelyBars,
  MINUTE,
  START,
  stillBars,
  TradovateHand,
} from "../../../tests/fixtures/tradovate_hand.ts";
import { SANDBOX_USER } from "./sandbox_options.ts";

const FEE = 950_000, TICK = 1_250_000;

Deno.test("a login gives a token that works on its host alone, and a renewal another", async () => {
  const hand = new TradovateHand(stillBars(6_000, 10));
  const { expirationTime, mdAccessToken, userId } = await hand.login();
  assertEquals(mdAccessToken, hand.token);
  assertEquals(Date.parse(expirationTime) - hand.clock.now(), 80 * MINUTE - 1);
  assertEquals((await hand.get("auth/me")).userId, userId);
  assertEquals(await hand.get("auth/me", "live"), { status: 401, text: '"Access is denied"' });
  const old = hand.token;
  hand.token = (await hand.get("auth/renewaccesstoken")).accessToken;
  assert(hand.token !== old);
  assertEquals((await hand.get("AUTH/Me")).userId, userId);
  hand.token = old;
  assertEquals((await hand.get("auth/me")).status, 401);
});

Deno.test("a wrong key is told inside 200, too many of them bring a captcha for an hour", async () => {
  const hand = new TradovateHand(stillBars(6_000, 10));
  for (let time = 0; time < 5; time++) {
    const { accessToken, errorText } = await hand.login({ password: "guess" });
    assert(accessToken === undefined && errorText.startsWith("Incorrect"));
  }
  assertEquals((await hand.login())["p-captcha"], true);
  await hand.clock.advance(60 * MINUTE);
  assertEquals((await hand.login()).userStatus, "Active");
});

Deno.test("a third login closes the oldest session and its sockets", async () => {
  const hand = new TradovateHand(stillBars(6_000, 10));
  const socket = await hand.begin();
  const first = hand.token;
  await hand.login();
  await hand.login();
  await hand.clock.advance(10);
  hand.token = first;
  assertEquals((await hand.get("auth/me")).status, 408);
  assertEquals(socket.events.at(-1)!.d.reasonCode, "ConnectionQuotaReached");
  assertEquals(socket.closed, "closed by the server");
});

Deno.test("an expired token says so, an open socket goes on", async () => {
  const hand = new TradovateHand(stillBars(6_000, 100));
  const socket = await hand.begin();
  await hand.pass(80 * MINUTE, socket);
  assertEquals(await hand.get("auth/me"), { status: 401, text: '"Expired Access Token"' });
  assertEquals((await hand.within(socket.ask("account/list"))).d[0].name, "DEMO1");
});

Deno.test("an order for the market is told step by step, and the books are exact", async () => {
  const hand = new TradovateHand(stillBars(6_000, 10));
  const socket = await hand.begin();
  const answer = await hand.within(socket.ask("order/placeOrder", hand.order({ clOrdId: "a" })));
  assertEquals(answer.d, { orderId: 700_001 });
  assertEquals(socket.changes, [
    ...["order Created PendingNew", "orderVersion Created", "command Created Pending"],
    ...["commandReport Created RiskPassed", "command Updated RiskPassed"],
    ...["commandReport Created AtExecution", "command Updated AtExecution"],
    ...["executionReport Created New", "order Updated Working", "executionReport Created Trade"],
    ...["fill Created", "fillFee Created", "position Created", "cashBalance Updated"],
    ...["marginSnapshot Updated", "order Updated Filled"],
  ]);
  const { d: { entity } } = socket.events.find(({ d }) => d.entityType === "position")!;
  assertEquals([entity.netPos, entity.netPrice], [1, 6_000]);
  assertEquals(hand.account.cashMicros, 50_000_000_000 - FEE);
  await hand.within(socket.ask("order/placeorder", hand.order({ action: "Sell" })));
  assertEquals(hand.account.cashMicros, 50_000_000_000 - 2 * FEE - TICK);
  const [balance] = await hand.get("cashBalance/list");
  assertEquals([balance.amount, balance.realizedPnL], [49_996.85, -1.25]);
  const [pair] = await hand.get("fillPair/list");
  assertEquals([pair.qty, pair.buyPrice, pair.sellPrice], [1, 6_000, 5_999.75]);
});

Deno.test("limits, stops and trails meet the prices of the tape, gaps the price after them", async () => {
  const hand = new TradovateHand(barsOf([
    [6_000, 6_000, 6_000, 6_000],
    [6_000, 6_005, 5_995, 6_004],
    [6_010, 6_010, 6_010, 6_010],
    [6_010, 6_020, 6_010, 6_020],
    [6_020, 6_020, 6_011, 6_011],
  ]));
  await hand.begin();
  const place = (fields: Record<string, unknown>) =>
    hand.post("order/placeorder", hand.order(fields));
  await place({ orderType: "Limit", price: 5_996 });
  await place({ orderType: "Limit", price: 5_995, clOrdId: "touched" });
  await place({ orderType: "Stop", stopPrice: 6_004.5 });
  await place({ orderType: "Stop", stopPrice: 6_007, clOrdId: "gapped" });
  await place({
    ...{ orderType: "TrailingStop", action: "Sell", pegDifference: 5, orderQty: 3 },
    stopPrice: 5_990,
  });
  await hand.clock.advance(6 * MINUTE);
  const prices = hand.account.fills.map(({ lots, ticks }) => [lots, ticks / 4]);
  assertEquals(prices, [[1, 5_996], [1, 6_004.5], [1, 6_010], [-3, 6_015]]);
  const touched = hand.account.orders.find(({ clOrdId }) => clOrdId === "touched")!;
  assertEquals(touched.status, "Working");
});

Deno.test("a bracket goes in at once, its exits wait, one fill ends the other", async () => {
  const hand = new TradovateHand(barsOf([
    [6_000, 6_000, 6_000, 6_000],
    [6_000, 6_006, 6_000, 6_006],
  ]));
  const socket = await hand.begin();
  const { orderId, oso1Id, oso2Id } = await hand.post("order/placeoso", {
    ...hand.order({ orderQty: 2 }),
    bracket1: { action: "Sell", orderType: "Limit", price: 6_005, timeInForce: "GTC" },
    bracket2: { action: "Sell", orderType: "Stop", stopPrice: 5_990, timeInForce: "GTC" },
  });
  assertEquals((await hand.get(`order/item?id=${oso1Id}`)).ordStatus, "Suspended");
  await hand.clock.advance(1_000);
  assertEquals((await hand.get(`order/item?id=${oso2Id}`)).ordStatus, "Working");
  assertEquals((await hand.get(`order/item?id=${oso2Id}`)).ocoId, oso1Id);
  assertEquals((await hand.get(`order/item?id=${oso2Id}`)).parentId, orderId);
  await hand.pass(2 * MINUTE, socket);
  const statuses = hand.account.orders.map(({ status }) => status);
  assertEquals([statuses, hand.lots], [["Filled", "Filled", "Canceled"], 0]);
  assert(socket.changes.includes("executionReport Created Canceled"));
});

Deno.test("a part of an entry puts as much of its exits to work", async () => {
  const faults = [{ name: "partial-fill", times: 1 }];
  const hand = new TradovateHand(stillBars(6_000, 20), { faults });
  await hand.begin();
  await hand.post("order/placeoso", {
    ...hand.order({ orderQty: 5 }),
    bracket1: { action: "Sell", orderType: "Stop", stopPrice: 5_990 },
  });
  await hand.clock.advance(200);
  const [entry, exit] = hand.account.orders;
  assert(entry!.filled > 0 && entry!.filled < 5 && entry!.status === "Working");
  assertEquals([exit!.lots, exit!.status], [entry!.filled, "Working"]);
  await hand.clock.advance(MINUTE);
  const [whole, stop] = hand.account.orders;
  assertEquals([whole!.status, stop!.lots], ["Filled", 5]);
});

Deno.test("changes and cancels are commands, one at a time", async () => {
  const hand = new TradovateHand(stillBars(6_000, 20));
  const socket = await hand.begin();
  const { orderId } = await hand.post(
    "order/placeorder",
    hand.order({ orderType: "Limit", price: 5_990 }),
  );
  const early = await hand.post("order/cancelorder", { orderId });
  assertEquals(early.failureReason, "AnotherCommandPending");
  await hand.clock.advance(100);
  const change = { orderId, orderQty: 2, orderType: "Limit", price: 5_991, isAutomated: true };
  const { commandId } = await hand.post("order/modifyorder", change);
  await hand.clock.advance(100);
  const versions = await hand.get(`orderVersion/deps?masterid=${orderId}`);
  assertEquals([versions.at(-1).id, versions.at(-1).price], [commandId, 5_991]);
  await hand.post("order/cancelorder", { orderId });
  await hand.clock.advance(100);
  assertEquals(socket.changes.at(-1), "order Updated Canceled");
  assertEquals((await hand.post("order/cancelorder", { orderId })).failureReason, "TooLate");
  const wrong = await hand.post("order/modifyorder", { ...change, orderId: 1 });
  assertEquals(wrong.status, 404);
});

Deno.test("what cannot be is refused: prices off the grid, shut markets, unknown contracts", async () => {
  const sunday = Date.parse("2026-11-22T20:00Z");
  const shut = new TradovateHand(stillBars(6_000, 20), {}, sunday);
  await shut.login();
  assertEquals(
    (await shut.post("order/placeorder", shut.order({}))).failureReason,
    "SessionClosed",
  );
  const hand = new TradovateHand(stillBars(6_000, 20));
  await hand.login();
  const reason = async (fields: Record<string, unknown>): Promise<string> => {
    const answer = await hand.post("order/placeorder", hand.order(fields));
    return answer.failureReason ?? answer.text;
  };
  assertEquals(await reason({ orderType: "Limit", price: 6_000.1 }), "InvalidPrice");
  assertEquals(await reason({ symbol: "MESX6" }), "InvalidContract");
  assertEquals(await reason({ orderType: "QTS" }), "Unsupported");
  assertEquals(await reason({ accountId: 1 }), '"Access is denied"');
  assertEquals(await reason({ orderQty: undefined }), '"Invalid or missed parameters"');
});

Deno.test("funds and limits are judged after an order has its number", async () => {
  const [account] = SANDBOX_USER.accounts;
  const users = [{ ...SANDBOX_USER, accounts: [{ ...account!, maxPosition: 3 }] }];
  const hand = new TradovateHand(stillBars(6_000, 20), { users });
  const socket = await hand.begin();
  await hand.post("order/placeorder", hand.order({ orderQty: 4 }));
  await hand.clock.advance(100);
  const [order] = hand.account.orders;
  assertEquals([order!.status, order!.rejectReason], ["Rejected", "MaxPosLimitReached"]);
  assert(socket.changes.includes("commandReport Created RiskRejected"));
  const poor = new TradovateHand(stillBars(6_000, 20));
  await poor.login();
  await poor.post("order/placeorder", poor.order({ orderQty: 100 }));
  await poor.clock.advance(100);
  assertEquals(poor.account.orders[0]!.rejectReason, "NotEnoughLiquidity");
});

Deno.test("a session's end expires day orders, then its lists are empty and the profit is new", async () => {
  const close = Date.parse("2026-11-23T22:00Z");
  const hand = new TradovateHand(stillBars(6_000, 24 * 60), {}, close - 5 * MINUTE);
  await hand.login();
  const day = await hand.post(
    "order/placeorder",
    hand.order({ orderType: "Limit", price: 5_000, timeInForce: "Day" }),
  );
  const kept = await hand.post(
    "order/placeorder",
    hand.order({ orderType: "Limit", price: 5_000 }),
  );
  await hand.post("order/placeorder", hand.order({}));
  await hand.post("order/placeorder", hand.order({ action: "Sell" }));
  await hand.clock.advance(5 * MINUTE);
  assertEquals((await hand.get(`order/item?id=${day.orderId}`)).ordStatus, "Expired");
  assertEquals((await hand.get("fill/list")).length, 2);
  await hand.clock.advance(31 * MINUTE);
  assertEquals(await hand.get("fill/list"), []);
  assertEquals((await hand.get(`order/item?id=${day.orderId}`)).status, 404);
  assertEquals((await hand.get("order/list")).map(({ id }: { id: number }) => id), [kept.orderId]);
  assertEquals((await hand.get("cashBalance/list"))[0].realizedPnL, 0);
});

Deno.test("cash is always start + realised - fees, and positions are the sums of fills", async () => {
  const faults = [
    { name: "partial-fill", probability: 0.3 },
    { name: "trade-bust", probability: 0.05 },
    { name: "trade-correct", probability: 0.05 },
    { name: "cancel-race", probability: 0.5 },
    { name: "both-legs-fill", probability: 0.3 },
  ];
  const hand = new TradovateHand(livelyBars(400), { faults });
  await hand.begin();
  let random = 1;
  const next = (limit: number): number => (random = (random * 16_807) % 2_147_483_647) % limit;
  for (let step = 0; step < 120; step++) {
    const side = next(2) === 0 ? "Buy" : "Sell", opposite = side === "Buy" ? "Sell" : "Buy";
    const away = side === "Buy" ? 1 : -1;
    await hand.post("order/placeoso", {
      ...hand.order({ orderQty: 1 + next(3), action: side, timeInForce: "Day" }),
      bracket1: { action: opposite, orderType: "Limit", price: 6_000 + away * (5 + next(20)) },
      bracket2: { action: opposite, orderType: "Stop", stopPrice: 6_000 - away * (5 + next(20)) },
    });
    await hand.clock.advance(MINUTE);
    const { orders } = hand.account;
    const live = orders.find(({ status }) => status === "Working");
    if (next(3) === 0 && live !== undefined) {
      await hand.post("order/cancelorder", { orderId: live.id });
    }
    await hand.clock.advance(MINUTE);
    const { cashMicros, feesMicros, fills, positions, realisedMicros } = hand.account;
    assertEquals(cashMicros, 50_000_000_000 + realisedMicros - feesMicros);
    assertEquals(hand.lots, fills.reduce((sum, { lots }) => sum + lots, 0));
    // What is realised and what is open add up to what the fills have cost.
    const spent = fills.reduce((sum, { lots, ticks }) => sum + lots * ticks, 0);
    const value = positions.reduce((sum, { valueTicks }) => sum + valueTicks, 0);
    assertEquals(realisedMicros, (value - spent) * TICK);
  }
  assert(hand.account.fills.length > 60, "hardly anything traded");
});

Deno.test("the same seed and the same hand give the same frames", async () => {
  const play = async (): Promise<readonly string[]> => {
    const faults = [{ name: "event-lost", probability: 0.2 }, {
      name: "events-reordered",
      probability: 0.5,
    }];
    const hand = new TradovateHand(livelyBars(60), { faults, seed: 9 });
    const socket = await hand.begin();
    for (let step = 0; step < 10; step++) {
      await hand.post("order/placeorder", hand.order({ action: step % 2 === 0 ? "Buy" : "Sell" }));
      socket.line.send("[]");
      await hand.clock.advance(10_000);
    }
    return socket.frames;
  };
  const [first, second] = [await play(), await play()];
  assertEquals(first, second);
  assert(first.length > 50);
});

Deno.test("nothing is known of trades that are still to come", async () => {
  const bars = livelyBars(60), moment = START + 30 * MINUTE;
  const changed = { ...bars, close: bars.close.map((price, row) => row < 31 ? price : price + 50) };
  const seen = await Promise.all([bars, changed].map(async (each) => {
    const hand = new TradovateHand(each, {}, moment);
    const socket = await hand.begin();
    await hand.post("order/placeorder", hand.order({}));
    await hand.clock.advance(20_000);
    return socket.frames;
  }));
  assertEquals(seen[0], seen[1]);
});
