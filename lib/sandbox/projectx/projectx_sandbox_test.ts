import { assert, assertEquals } from "../../../tests/assert.ts";
import { MES, ProjectxHand } from "../../../tests/fixtures/projectx_hand.ts";
import {
  barsOf,
  livelyBars,
  MINUTE,
  START,
  stillBars,
} from "../../../tests/fixtures/tradovate_hand.ts";

const FEE = 950_000, TICK = 1_250_000;

const RISING = [
  [6_000, 6_000, 6_000, 6_000],
  [6_000, 6_011, 6_000, 6_011],
  [6_011, 6_011, 6_011, 6_011],
] as const;

async function ready(
  options: ConstructorParameters<typeof ProjectxHand>[1] = {},
  bars = stillBars(6_000, 30),
): Promise<ProjectxHand> {
  const hand = new ProjectxHand(bars, options);
  await hand.login();
  return hand;
}

Deno.test("several tokens are good at a time, each for a day, and a renewal gives one more", async () => {
  const hand = await ready();
  const first = hand.token;
  await hand.login();
  assert(hand.token !== first);
  hand.token = first;
  const { newToken } = await hand.post("Auth/validate");
  assertEquals((await hand.post("account/SEARCH", { onlyActiveAccounts: true })).success, true);
  hand.token = newToken;
  assertEquals((await hand.post("Account/search", {})).accounts.length, 5);
  await hand.clock.advance(24 * 3_600_000);
  assertEquals(await hand.post("Account/search", {}), { status: 401, text: "" });
  assertEquals((await hand.post("Auth/validate")).errorCode, 3);
  assertEquals(await hand.login({ apiKey: "wrong" }), {
    ...{ token: null, success: false, errorCode: 3, errorMessage: null },
  });
  assertEquals((await hand.post("Auth/loginKey", {})).status, 400);
});

Deno.test("a market order is told pending, filled, trade, position, account, and the books are exact", async () => {
  const hand = new ProjectxHand(stillBars(6_000, 30));
  const hub = await hand.begin();
  const { orderId } = await hand.post("Order/place", hand.order());
  await hand.clock.advance(50);
  const told = hub.events.map(({ args: [{ data }], target }) =>
    `${target.slice(11)} ${data.status ?? data.size ?? data.balance}`
  );
  assertEquals(told, ["Order 6", "Order 2", "Trade 1", "Position 1", "Account 50000"]);
  assertEquals(hand.account.cashMicros, 50_000_000_000 - FEE);
  await hand.post("Order/place", hand.order({ side: 1 }));
  await hand.clock.advance(50);
  assertEquals(hand.account.cashMicros, 50_000_000_000 - 2 * FEE - TICK);
  const { trades } = await hand.post("Trade/search", {
    accountId: hand.accountId,
    startTimestamp: new Date(START).toISOString(),
  });
  // deno-lint-ignore no-explicit-any
  const rows = trades.map((trade: any) => [trade.side, trade.profitAndLoss, trade.fees]);
  assertEquals(rows, [[1, -1.25, 0.95], [0, null, 0.95]]);
  assertEquals(trades[1].orderId, orderId);
  assertEquals(hub.of("GatewayUserPosition").at(-1).type, 0);
  assertEquals(hub.of("GatewayUserAccount").at(-1).balance, 49_996.85);
});

Deno.test("a bracket is written down at once, children before parents, and opens after the fill", async () => {
  const hand = new ProjectxHand(barsOf(RISING));
  const hub = await hand.begin();
  const { orderId } = await hand.post("Order/place", hand.bracket(-20, 40));
  await hand.clock.advance(5);
  const order = (id: number) => hub.of("GatewayUserOrder").filter((each) => each.id === id);
  assertEquals(hub.of("GatewayUserOrder").map(({ status }) => status), [8, 6, 8]);
  const open = await hand.post("Order/searchOpen", { accountId: hand.accountId });
  assertEquals(open.orders, []);
  await hand.clock.advance(100);
  const [entry, stop, target] = hand.account.orders;
  assertEquals([entry!.id, stop!.parentId, target!.parentId], [orderId, orderId, orderId]);
  assertEquals([stop!.stopPrice, target!.price], [5_995, 6_010]);
  assertEquals([stop!.clOrdId, target!.clOrdId], ["tag-1-SL", "tag-1-TP"]);
  assertEquals(order(target!.id).at(-1).linkedOrderId, stop!.id);
  // The target opens first.
  assertEquals(hub.of("GatewayUserOrder").slice(-2).map(({ id, status }) => [id, status]), [
    [target!.id, 1],
    [stop!.id, 1],
  ]);
  await hand.pass(2 * MINUTE, hub);
  assertEquals(hand.account.orders.map(({ status }) => status), ["Filled", "Canceled", "Filled"]);
  assertEquals(hand.lots, 0);
});

Deno.test("orders that cannot be are refused by text, and are written down all the same", async () => {
  const hand = await ready();
  const text = async (fields: Record<string, unknown>): Promise<string> => {
    const { errorCode, errorMessage, orderId } = await hand.post("Order/place", hand.order(fields));
    return errorCode === 2 && orderId !== null ? errorMessage : `${errorCode} ${errorMessage}`;
  };
  const bracket = (stop: number, type = 4, side = 0) =>
    text({ side, stopLossBracket: { ticks: stop, type } });
  assert((await bracket(20)).endsWith("Ticks should be less than zero when longing."));
  assert((await bracket(-3)).includes("at least 4 ticks"));
  assertEquals(await bracket(-20, 1), "Invalid stop loss type (Limit)");
  assert((await bracket(-20, 4, 1)).includes("shorting"));
  const target = await text({ side: 1, takeProfitBracket: { ticks: 20, type: 1 } });
  assertEquals(
    target,
    "Invalid take profit ticks (20). Ticks should be less than zero when going short.",
  );
  assertEquals(
    await text({ type: 4, stopPrice: 5_990 }),
    "Invalid price. Price is outside allowed range.",
  );
  assertEquals(
    await text({ type: 4, stopPrice: 6_001.1 }),
    "Invalid stop price. Price is not aligned to tick size.",
  );
  assertEquals(await text({ type: 5 }), "Trail Distance not set.");
  assertEquals(await text({ type: 5, trailPrice: 5_000 }), "Trail Distance exceeds maximum (1000)");
  assertEquals(await text({ type: 3, limitPrice: 6_000 }), "Invalid order type.");
  assertEquals(await text({ contractId: "CON.F.US.MES.H27" }), "9 null");
  assertEquals(await text({ contractId: "CON.F.US.NO.H27" }), "8 null");
  assertEquals(await text({ accountId: 5 }), "1 null");
  assertEquals(await text({ customTag: "tag-1" }), "2 The specified custom tag already in use.");
  assertEquals(await text({ size: 500 }), "3 null");
  hand.accountId = 700_002;
  assertEquals(
    await bracket(-20),
    "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets.",
  );
  assertEquals(hand.account.orders[0]!.status, "Rejected");
});

Deno.test("a closed market refuses by a text or by its code", async () => {
  // 15:30 in Chicago: the exchange is open, the firm is not.
  const late = Date.parse("2026-11-23T21:30Z");
  const bars = stillBars(6_000, 60 * 24);
  const refused = async (closedCode: 2 | 5) => {
    const hand = new ProjectxHand(bars, { guesses: { closedCode } }, late);
    await hand.login();
    return await hand.post("Order/place", hand.order());
  };
  assert((await refused(2)).errorMessage.startsWith("Trading is currently unavailable."));
  assertEquals((await refused(5)).errorCode, 5);
});

Deno.test("everybody is flat and without orders by 15:10 in Chicago", async () => {
  const before = Date.parse("2026-11-23T21:00Z");
  const hand = new ProjectxHand(stillBars(6_000, 60 * 24), {}, before);
  await hand.login();
  await hand.post("Order/place", hand.order({ size: 2 }));
  await hand.post("Order/place", hand.order({ type: 1, limitPrice: 5_900 }));
  await hand.clock.advance(9 * MINUTE);
  assertEquals(hand.lots, 2);
  await hand.clock.advance(2 * MINUTE);
  assertEquals([hand.lots, hand.account.orders[1]!.status], [0, "Canceled"]);
});

Deno.test("a loss of the day closes everything until the next, a loss of all for good", async () => {
  const falling = barsOf([
    [6_000, 6_000, 6_000, 6_000],
    [6_000, 6_000, 5_900, 5_900],
    ...Array.from({ length: 60 * 24 }, () => [5_900, 5_900, 5_900, 5_900] as const),
  ]);
  const lose = async (limits: Record<string, number>) => {
    const accounts = [{ name: "PRAC-50K", cashMicros: 50_000_000_000, ...limits }];
    const hand = new ProjectxHand(falling, { accounts });
    await hand.login();
    await hand.post("Order/place", hand.order({ size: 2 }));
    await hand.clock.advance(3 * MINUTE);
    assertEquals(hand.lots, 0);
    const first = await hand.post("Order/place", hand.order());
    await hand.clock.advance(24 * 3_600_000);
    await hand.login();
    const { accounts: [told] } = await hand.post("Account/search", {});
    return [first.errorCode, told.canTrade];
  };
  assertEquals(await lose({ dailyLossMicros: 500_000_000 }), [4, true]);
  assertEquals(await lose({ maxLossMicros: 500_000_000 }), [10, false]);
});

Deno.test("the working set is in v2/query alone, page by page", async () => {
  const hand = await ready();
  await hand.post("Order/place", hand.bracket(-20, 40, { type: 1, limitPrice: 5_990 }));
  await hand.clock.advance(50);
  const filter = { accountId: hand.accountId, statuses: [1, 6, 7, 8] };
  const page = (pageOffset: number) =>
    hand.post("Order/v2/query", {
      ...{ filter, pageSize: 2, pageOffset, sortBy: 1, sortDirection: 0, includeTotalCount: true },
    });
  const first = await page(0), second = await page(1);
  assertEquals([first.orders.length, second.orders.length, first.totalCount], [2, 1, 3]);
  const open = await hand.post("Order/searchOpen", { accountId: hand.accountId });
  assertEquals(open.orders.length, 1);
  const { orderId } = { orderId: open.orders[0].id };
  const found = await hand.post("Order/searchById", { accountId: hand.accountId, orderId });
  assertEquals([found.order.limitPrice, found.order.filledPrice], [5_990, null]);
  assertEquals((await hand.post("Order/v2/query", {})).status, 400);
  await hand.post("Order/cancel", { accountId: hand.accountId, orderId });
  await hand.clock.advance(50);
  assertEquals(hand.account.orders.map(({ status }) => status), [
    "Canceled",
    "Canceled",
    "Canceled",
  ]);
  const again = await hand.post("Order/cancel", { accountId: hand.accountId, orderId });
  assertEquals(again.errorCode, 5);
});

Deno.test("a close leaves resting exits alone, a part closes a part", async () => {
  const hand = await ready();
  await hand.post("Order/place", hand.bracket(-20, 40, { size: 3 }));
  await hand.clock.advance(100);
  const target = { accountId: hand.accountId, contractId: MES };
  assertEquals((await hand.post("Position/partialCloseContract", target)).errorCode, 5);
  await hand.post("Position/partialCloseContract", { ...target, size: 1 });
  await hand.clock.advance(50);
  const { positions: [held] } = await hand.post("Position/searchOpen", target);
  assertEquals([held.type, held.size, held.averagePrice], [1, 2, 6_000]);
  assertEquals(await hand.post("Position/closeContract", target), {
    ...{ success: true, errorCode: 0, errorMessage: null },
  });
  await hand.clock.advance(50);
  assertEquals((await hand.post("Position/searchOpen", target)).positions, []);
  const working = hand.account.orders.filter(({ status }) => status === "Working");
  assertEquals(working.length, 2);
  assertEquals((await hand.post("Position/closeContract", target)).errorCode, 2);
});

Deno.test("modify moves one leg and leaves the other; a trail is a level in and a distance out", async () => {
  const hand = await ready();
  await hand.post("Order/place", hand.bracket(-20, 40));
  await hand.clock.advance(100);
  const [, stop, target] = hand.account.orders;
  const change = { accountId: hand.accountId, orderId: stop!.id };
  await hand.post("Order/modify", { ...change, stopPrice: 5_997 });
  await hand.clock.advance(50);
  assertEquals(hand.account.orders.map(({ price, stopPrice }) => price ?? stopPrice), [
    ...[null, 5_997, 6_010],
  ]);
  assertEquals(target!.status, "Working");
  const trail = await hand.post(
    "Order/place",
    hand.order({ type: 5, side: 1, trailPrice: 5_998 }),
  );
  await hand.clock.advance(50);
  const { order } = await hand.post("Order/searchById", {
    accountId: hand.accountId,
    orderId: trail.orderId,
  });
  assertEquals([order.trailDistance, order.trailPrice], [8, 2]);
});

Deno.test("accounts that follow or are live cancel nothing", async () => {
  const hand = await ready();
  for (const [accountId, text] of [[700_004, "Follower"], [700_005, "Live"]] as const) {
    hand.accountId = accountId;
    const { orderId } = await hand.post("Order/place", hand.order({ type: 1, limitPrice: 5_900 }));
    await hand.clock.advance(50);
    const refused = await hand.post("Order/cancel", { accountId, orderId });
    assertEquals([refused.errorCode, refused.errorMessage.startsWith(text)], [6, true]);
  }
});

Deno.test("contracts are found by more than their name, and one is active", async () => {
  const hand = await ready();
  const { contracts } = await hand.post("Contract/search", { searchText: "MES", live: false });
  assert(contracts.length > 1 && contracts[0].symbolId !== "F.US.MES");
  // deno-lint-ignore no-explicit-any
  const own = contracts.find((each: any) => each.id === MES);
  assertEquals([own.name, own.tickSize, own.tickValue, own.activeContract], [
    "MESZ6",
    0.25,
    1.25,
    true,
  ]);
  assertEquals(
    (await hand.post("Contract/search", { searchText: "MES", live: true })).contracts,
    [],
  );
  const next = await hand.post("Contract/searchById", { contractId: "CON.F.US.MES.H27" });
  assertEquals(next.contract.activeContract, false);
  assertEquals((await hand.post("Contract/searchById", { contractId: "CON" })).errorCode, 1);
});

Deno.test("bars come newest first, whole, and no more than asked for", async () => {
  const bars = livelyBars(120, 4);
  const hand = new ProjectxHand(bars, {}, START + 100 * MINUTE + 5_000);
  await hand.login();
  const ask = (fields: Record<string, unknown>) =>
    hand.post("History/retrieveBars", {
      ...{ contractId: MES, live: false, unit: 2, unitNumber: 1, limit: 10 },
      startTime: new Date(START).toISOString(),
      endTime: new Date(START + 200 * MINUTE).toISOString(),
      ...{ includePartialBar: false, ...fields },
    });
  const { bars: told } = await ask({});
  assertEquals(told.length, 10);
  assertEquals(told[0], {
    ...{ t: "2026-11-23T00:39:00+00:00", o: bars.open[99], h: bars.high[99], l: bars.low[99] },
    ...{ c: bars.close[99], v: bars.volume[99] },
  });
  assert(told[0].t > told[9].t);
  assertEquals((await ask({ includePartialBar: true })).bars[0].t, "2026-11-23T00:40:00+00:00");
  assertEquals((await ask({ unit: 3, limit: 5 })).bars.length, 1);
  const [day] = (await ask({ unit: 4, includePartialBar: true })).bars;
  assertEquals(day.t, "2026-11-22T23:00:00+00:00");
  assertEquals((await ask({ unit: 9 })).errorCode, 2);
  assertEquals((await ask({ unitNumber: 0 })).errorCode, 3);
  assertEquals((await ask({ limit: 20_001 })).errorCode, 4);
  assertEquals((await ask({ live: true })).bars, []);
  assertEquals((await hand.post("History/retrieveBars", { contractId: MES })).status, 400);
  for (let call = 0; call < 21; call++) await ask({});
  assertEquals((await ask({})).status, 429);
  assertEquals((await hand.post("Account/search", {})).success, true);
});

Deno.test("hubs take a token in the address, shake hands, ping and drop who is silent", async () => {
  const hand = await ready();
  const hub = await hand.open("market");
  assertEquals(hub.messages, ["{}\u001e"]);
  assertEquals((await hand.within(hub.ask("subscribecontractquotes", MES), 1)).result, 0);
  const wrong = await hand.within(hub.ask("SubscribeContractQuotes", "CON"), 1);
  assert(wrong.error.includes("unexpected error"));
  await hand.pass(MINUTE, hub);
  const quotes = hub.events.filter(({ target }) => target === "GatewayQuote");
  assertEquals(quotes[0]!.args[0], MES);
  assertEquals(quotes[0]!.args[1].symbol, "F.US.MES");
  // Nothing but the volume changes: what did not change is not there.
  assertEquals(Object.keys(quotes[1]!.args[1]), ["symbol", "volume", "lastUpdated", "timestamp"]);
  const user = await hand.begin();
  await hand.clock.advance(16_000);
  assertEquals(user.records.at(-1), '{"type":6}');
  await hand.clock.advance(30_000);
  assertEquals(user.closed, "closed by the server");
  const text = await hand.open("user");
  assertEquals((await hand.within(text.ask("SubscribeOrders", "700001"), 1)).result, undefined);
  hand.token = "wrong";
  const refused = await hand.open("user").then(() => null, (error) => error);
  assertEquals(refused.status, 401);
});

Deno.test("subscribing twice doubles what is told, or not", async () => {
  const count = async (subscribeTwice: "doubles" | "once"): Promise<number> => {
    const hand = new ProjectxHand(stillBars(6_000, 30), { guesses: { subscribeTwice } });
    const hub = await hand.begin();
    await hand.within(hub.ask("SubscribeTrades", hand.accountId), 1);
    await hand.post("Order/place", hand.order());
    await hand.clock.advance(50);
    return hub.of("GatewayUserTrade").length;
  };
  assertEquals([await count("doubles"), await count("once")], [2, 1]);
});

Deno.test("what a client makes up in its calls is told by the truth", async () => {
  const hand = await ready();
  await hand.post("Order/place", hand.order({ isAutomated: true }));
  assertEquals(hand.sandbox.truth().unknownFields, ["/api/order/place isAutomated"]);
});

Deno.test("cash is always start + realised - fees, and positions are the sums of fills", async () => {
  const faults = [
    { name: "partial-fill", probability: 0.3 },
    { name: "trade-voided", probability: 0.2 },
    { name: "cancel-race", probability: 0.5 },
    { name: "both-legs-fill", probability: 0.3 },
  ];
  const hand = new ProjectxHand(livelyBars(400), { faults });
  const hub = await hand.begin();
  let random = 1;
  const next = (limit: number): number => (random = (random * 16_807) % 2_147_483_647) % limit;
  for (let step = 0; step < 120; step++) {
    const side = next(2), away = side === 0 ? 1 : -1;
    const size = 1 + next(3);
    await hand.post(
      "Order/place",
      hand.bracket(-away * (4 + next(30)), away * (4 + next(30)), { side, size }),
    );
    await hand.pass(MINUTE, hub);
    const live = hand.account.orders.find(({ status }) => status === "Working");
    if (next(3) === 0 && live !== undefined) {
      await hand.post("Order/cancel", { accountId: hand.accountId, orderId: live.id });
    }
    await hand.pass(MINUTE, hub);
    const { cashMicros, feesMicros, fills, positions, realisedMicros } = hand.account;
    assertEquals(cashMicros, 50_000_000_000 + realisedMicros - feesMicros);
    assertEquals(hand.lots, fills.reduce((sum, { lots }) => sum + lots, 0));
    const spent = fills.reduce((sum, { lots, ticks }) => sum + lots * ticks, 0);
    const value = positions.reduce((sum, { valueTicks }) => sum + valueTicks, 0);
    assertEquals(realisedMicros, (value - spent) * TICK);
    const voided = hub.of("GatewayUserTrade").filter(({ voided }) => voided).map(({ id }) => id);
    assertEquals(fills.filter(({ id }) => voided.includes(id)), []);
  }
  assert(hub.of("GatewayUserTrade").length > 200, "hardly anything traded");
});
