import { assert, assertEquals } from "../../../tests/assert.ts";
import {
  barsOf,
  MINUTE,
  stillBars,
  TradovateHand,
} from "../../../tests/fixtures/tradovate_hand.ts";
import { SANDBOX_USER } from "./sandbox_options.ts";

async function ready(
  options: ConstructorParameters<typeof TradovateHand>[1] = {},
  bars = stillBars(6_000, 30),
): Promise<TradovateHand> {
  const hand = new TradovateHand(bars, options);
  await hand.login();
  return hand;
}

Deno.test("contracts, products, maturities and sessions are read by every way", async () => {
  const hand = await ready();
  const contract = await hand.get("contract/find?name=MESZ6");
  assertEquals(await hand.get(`contract/item?id=${contract.id}`), contract);
  const maturity = await hand.get(`contractMaturity/item?id=${contract.contractMaturityId}`);
  assertEquals([maturity.expirationMonth, maturity.isFront], [202_612, true]);
  const product = await hand.get(`product/item?id=${maturity.productId}`);
  assertEquals([product.name, product.valuePerPoint, product.tickSize], ["MES", 5, 0.25]);
  const dependent = await hand.get(`contract/deps?masterid=${maturity.id}`);
  assertEquals(dependent, [contract]);
  const names = (await hand.get("contract/suggest?t=MES&l=2")).map((each: { name: string }) =>
    each.name
  );
  assertEquals(names, ["MESZ6", "MESH7"]);
  const session = await hand.get(`productSession/item?id=${product.id}`);
  assertEquals([session.openTime, session.closeTime], [{ hour: 17, minute: 0 }, {
    hour: 16,
    minute: 0,
  }]);
  const next = await hand.post("contract/rollcontract", { name: "MESZ6", forward: true });
  assertEquals(next.contract.name, "MESH7");
  const ids = Array.from({ length: 11 }, (_, id) => id).join();
  assertEquals((await hand.get(`contract/items?ids=${ids}`)).status, 404);
  assertEquals((await hand.get("contract/items?ids=1,2")).length, 0);
  assertEquals(await hand.get("order/item?id=5"), { status: 404, text: "" });
  assertEquals((await hand.get("no/such")).text, '"Not found: no/such"');
});

Deno.test("fees and margins are those of the instrument, and funds are told before an order", async () => {
  const hand = await ready();
  const { params: [fees] } = await hand.post("contract/getproductfeeparams", { productIds: [814] });
  assertEquals(fees.commission, 0.95);
  assert(fees.dayMargin > 1_000);
  const contract = await hand.get("contract/find?name=MESZ6");
  const order = { contractId: contract.id, action: "Buy", orderQty: 1, orderType: "Market" };
  const run = (orderQty: number, accountId = hand.accountId) =>
    hand.post("order/dryrun", { accountId, orders: [{ ...order, orderQty }] });
  assertEquals((await run(1)).rejectReason, undefined);
  assertEquals((await run(500)).rejectReason, "NotEnoughLiquidity");
  assertEquals((await run(1, 5)).status, 404);
  const snapshot = await hand.post("cashBalance/getcashbalancesnapshot", {
    accountId: hand.accountId,
  });
  assertEquals([snapshot.totalCashValue, snapshot.openPnL], [50_000, 0]);
  const change = () =>
    hand.post("cashBalance/changedemobalance", { accountId: hand.accountId, cashChange: -1_000 });
  assertEquals(await change(), { ok: true });
  assert((await change()).errorText.includes("within the hour"));
  assertEquals(hand.account.cashMicros, 49_000_000_000);
});

Deno.test("two orders that cancel one another do so a moment after the first fill", async () => {
  const hand = await ready(
    {},
    barsOf([
      [6_000, 6_000, 6_000, 6_000],
      [6_000, 6_006, 6_000, 6_000],
      [6_000, 6_000, 6_000, 6_000],
    ]),
  );
  const { ocoId, orderId } = await hand.post("order/placeoco", {
    ...hand.order({ orderType: "Stop", stopPrice: 6_005 }),
    other: { action: "Buy", orderType: "Limit", price: 5_990, timeInForce: "GTC" },
  });
  await hand.clock.advance(2 * MINUTE);
  const byId = new Map(hand.account.orders.map(({ id, status }) => [id, status]));
  assertEquals([byId.get(orderId), byId.get(ocoId)], ["Filled", "Canceled"]);
});

Deno.test("both orders of a pair can be filled while the venue is slow to end the other", async () => {
  const hand = await ready(
    { guesses: { pairDelayMs: 30_000 } },
    barsOf([
      [6_000, 6_000, 6_000, 6_000],
      [6_000, 6_006, 5_994, 6_000],
    ]),
  );
  await hand.post("order/placeoco", {
    ...hand.order({ orderType: "Stop", stopPrice: 6_005 }),
    other: { action: "Buy", orderType: "Limit", price: 5_995, timeInForce: "GTC" },
  });
  await hand.clock.advance(2 * MINUTE);
  assertEquals(hand.lots, 2);
});

Deno.test("a strategy sends its exits after the fill of its entry, by points from it", async () => {
  const hand = await ready(
    {},
    barsOf([
      [6_000, 6_000, 6_000, 6_000],
      [6_000, 6_000, 5_994, 5_994],
      [5_994, 5_994, 5_994, 5_994],
    ]),
  );
  const params = JSON.stringify({
    entryVersion: { orderQty: 1, orderType: "Market", timeInForce: "Day" },
    brackets: [{ qty: 1, profitTarget: 10, stopLoss: -5, trailingStop: false }],
  });
  const body = { ...hand.order({}), orderStrategyTypeId: 2, params };
  const { orderStrategy } = await hand.post("orderStrategy/startOrderStrategy", body);
  assertEquals([orderStrategy.status, orderStrategy.params], ["ActiveStrategy", params]);
  assertEquals(hand.account.orders.length, 1);
  await hand.clock.advance(200);
  const links = await hand.get("orderStrategyLink/list");
  assertEquals(links.map(({ label }: { label: string }) => label), ["256", "0", "0"]);
  const [entry, target, stop] = hand.account.orders;
  assertEquals([target!.price, stop!.stopPrice, entry!.status], [6_010, 5_995, "Filled"]);
  await hand.clock.advance(2 * MINUTE);
  assertEquals(hand.account.orders.map(({ status }) => status), ["Filled", "Canceled", "Filled"]);
  const [strategy] = await hand.get("orderStrategy/list");
  assertEquals([strategy.status, hand.lots], ["ExecutionFinished", 0]);
  const object = await hand.post("orderStrategy/startorderstrategy", { ...body, params: {} });
  assertEquals(object.text, '"Invalid or missed parameters"');
});

Deno.test("a liquidation cancels what works and closes what is held", async () => {
  const hand = await ready();
  await hand.post("order/placeorder", hand.order({ orderQty: 3 }));
  await hand.post("order/placeorder", hand.order({ orderType: "Limit", price: 5_900 }));
  await hand.clock.advance(100);
  const { id } = await hand.get("contract/find?name=MESZ6");
  const body = { accountId: hand.accountId, contractId: id, admin: false };
  assertEquals(
    (await hand.post("order/liquidateposition", { ...body, customTag50: "x" })).status,
    404,
  );
  assert((await hand.post("order/liquidateposition", body)).orderId > 0);
  await hand.clock.advance(100);
  assertEquals([hand.lots, hand.account.orders[1]!.status], [0, "Canceled"]);
});

Deno.test("a live account takes orders of the approved device alone, and demo does not know it", async () => {
  const accounts = [
    { name: "DEMO1", cashMicros: 1_000_000_000 },
    { name: "LIVE1", cashMicros: 50_000_000_000, host: "live" as const },
  ];
  const users = [{ ...SANDBOX_USER, accounts, approvedDevice: "mine" }];
  const hand = new TradovateHand(stillBars(6_000, 30), { users });
  const names = async (host: string) =>
    (await hand.get("account/list", host)).map((each: { name: string }) => each.name);
  await hand.login({ deviceId: "other" });
  assertEquals(await names("demo"), ["DEMO1"]);
  await hand.login({ deviceId: "other" }, "live");
  assertEquals(await names("live"), ["LIVE1"]);
  const order = hand.order({ accountId: 20_001 });
  assertEquals((await hand.post("order/placeorder", order, "live")).status, 401);
  await hand.login({ deviceId: "mine" }, "live");
  assert((await hand.post("order/placeorder", order, "live")).orderId > 0);
});

Deno.test("what a sync brings hangs on its types where the venue wants them named", async () => {
  const hand = await ready({ guesses: { syncDefault: "nothing" } });
  const socket = await hand.open();
  await hand.within(socket.ask("authorize", hand.token));
  const sync = async (body: Record<string, unknown>) =>
    (await hand.within(socket.ask("user/syncrequest", body))).d;
  assertEquals(Object.keys(await sync({ accounts: [hand.accountId] })), [
    "users",
    "contractGroups",
  ]);
  const entityTypes = ["account", "order", "fill"];
  const lists = await sync({ accounts: [hand.accountId], entityTypes });
  assertEquals([lists.accounts.length, lists.orders, lists.fills], [1, [], []]);
  await hand.post("order/placeorder", hand.order({}));
  await hand.clock.advance(100);
  const types = new Set(socket.events.map(({ d }) => d.entityType));
  assertEquals([...types].toSorted(), ["fill", "order"]);
  const other = await sync({ accounts: [1], entityTypes });
  assertEquals(other.accounts, []);
  assertEquals((await hand.within(socket.ask("user/syncrequest", {}))).s, 400);
});

Deno.test("calls beyond the budget are refused for a while, renewals by a ticket", async () => {
  const hand = await ready();
  let refused = 0;
  for (let call = 0; call < 100; call++) {
    if ((await hand.get("account/list")).status === 429) refused++;
  }
  assertEquals([refused, hand.sandbox.truth().tooMany], [20, 20]);
  await hand.clock.advance(30_000);
  assertEquals((await hand.get("account/list")).status, 429);
  await hand.clock.advance(60_000);
  const generous = await ready({ guesses: { callsPerMinute: 5_000, renewal: "same-token" } });
  for (let call = 0; call < 15; call++) await generous.get("auth/renewaccesstoken");
  assertEquals((await generous.get("auth/renewaccesstoken"))["p-time"], 15);
});

Deno.test("market data lapses over the end of a month where that is switched on", async () => {
  // 19:30 in Chicago on the last day of November.
  const moment = Date.parse("2026-12-01T01:30Z");
  const from = Date.parse("2026-11-30T23:00Z");
  const bars = stillBars(6_000, 60 * 12);
  const evening = { ...bars, time: bars.time.map((_, row) => from + row * MINUTE) };
  const subscribe = async (hand: TradovateHand): Promise<number> => {
    await hand.login();
    const market = await hand.open("md");
    await hand.within(market.ask("authorize", hand.token));
    return (await hand.within(market.ask("md/subscribequote", { symbol: "MESZ6" }))).s;
  };
  const lapses = { guesses: { monthEnd: "lapses" } } as const;
  const hand = new TradovateHand(evening, lapses, moment);
  assertEquals(await subscribe(hand), 401);
  await hand.clock.advance(9 * 3_600_000);
  assertEquals(await subscribe(hand), 200);
  assertEquals(await subscribe(new TradovateHand(evening, {}, moment)), 200);
});

Deno.test("exits of a part follow each guess", async () => {
  const legsAfterPart = async (legsOfPart: "as-filled" | "whole" | "when-complete") => {
    const faults = [{ name: "partial-fill", times: 1 }];
    const hand = await ready({ faults, guesses: { legsOfPart } });
    await hand.post("order/placeoso", {
      ...hand.order({ orderQty: 5 }),
      bracket1: { action: "Sell", orderType: "Stop", stopPrice: 5_990 },
    });
    await hand.clock.advance(200);
    const [entry, exit] = hand.account.orders;
    return [exit!.status, exit!.lots === entry!.filled];
  };
  assertEquals(await legsAfterPart("as-filled"), ["Working", true]);
  assertEquals(await legsAfterPart("whole"), ["Working", false]);
  assertEquals(await legsAfterPart("when-complete"), ["Suspended", false]);
});

Deno.test("an entry that is rejected takes its exits along", async () => {
  const hand = await ready({ faults: [{ name: "order-rejected", times: 1 }] });
  await hand.post("order/placeoso", {
    ...hand.order({}),
    bracket1: { action: "Sell", orderType: "Stop", stopPrice: 5_990 },
  });
  await hand.clock.advance(200);
  const [, exit] = hand.account.orders;
  assertEquals([exit!.status, exit!.rejectReason], ["Rejected", "ParentRejected"]);
});

Deno.test("the venue is shut in its weekly windows where that is switched on", async () => {
  // 15:57 in Chicago on a Monday.
  const moment = Date.parse("2026-11-23T21:57Z");
  const hand = new TradovateHand(
    stillBars(6_000, 60 * 26),
    { guesses: { maintenance: "weekly", stamps: "shortest", successReason: "said" } },
    moment,
  );
  const socket = await hand.begin();
  await hand.pass(moment + MINUTE - hand.clock.now(), socket);
  const { orderId, failureReason } = await hand.post("order/placeorder", hand.order({}));
  assertEquals([failureReason, hand.account.orders[0]!.id], ["Success", orderId]);
  await hand.pass(10_000, socket);
  assertEquals(socket.events[0]!.d.entity.timestamp, "2026-11-23T21:58Z");
  await hand.pass(3 * MINUTE, socket);
  assertEquals(socket.events.at(-1)!.d.reasonCode, "Maintenance");
  assertEquals((await hand.get("account/list")).status, 503);
  await hand.clock.advance(60 * MINUTE);
  assertEquals((await hand.get("account/list")).length, 1);
});
