import { assert, assertEquals } from "../../../tests/assert.ts";
import { type HandHub, MES, ProjectxHand } from "../../../tests/fixtures/projectx_hand.ts";
import { barsOf, MINUTE, START } from "../../../tests/fixtures/tradovate_hand.ts";
import { TransportError } from "../../trading/mod.ts";
import { PROJECTX_FAULT_NAMES, type ProjectxFault } from "./gateway_faults.ts";

/** What a fault is tried on: somebody logged in, with both hubs. */
interface Trial {
  readonly hand: ProjectxHand;
  readonly user: HandHub;
  readonly market: HandHub;
}

/** How each fault shows; it is scripted once, just before. */
const SHOWS: Readonly<Record<ProjectxFault, (trial: Trial) => Promise<void>>> = {
  "login-invalid": login(3),
  "login-agreements": login(7),
  "login-subscription": login(9),
  "login-disabled": login(10),
  "server-error": answers(500),
  "lost-request": async ({ hand }) => {
    assertEquals(await failure(hand.post("Order/place", hand.order())), "no-answer");
    assertEquals(hand.account.orders, []);
  },
  "unreachable": async ({ hand, market, user }) => {
    await hand.clock.advance(10_000);
    assertEquals([user.closed, market.closed], ["closed by the server", "closed by the server"]);
    assertEquals(await failure(hand.post("Order/place", hand.order())), "not-sent");
    assertEquals(await failure(hand.open("user")), "not-sent");
    await hand.clock.advance(120_000);
    assertEquals((await hand.post("Account/search")).success, true);
    assertEquals(hand.account.orders, []);
  },
  "token-dies": async ({ hand }) => {
    assertEquals((await hand.post("Account/search")).status, 401);
    assertEquals((await hand.post("Account/search")).status, 401);
  },
  "renewal-kills-old": async ({ hand }) => {
    const { newToken } = await hand.post("Auth/validate");
    assertEquals((await hand.post("Account/search")).status, 401);
    hand.token = newToken;
    assertEquals((await hand.post("Account/search")).success, true);
  },
  "renewal-lost": async ({ hand }) =>
    assertEquals(await failure(hand.post("Auth/validate")), "no-answer"),
  "renewal-refused": async ({ hand }) =>
    assertEquals((await hand.post("Auth/validate")).errorCode, 3),
  "logout-event": async ({ hand, market, user }) => {
    await hand.clock.advance(10_000);
    for (const hub of [user, market]) {
      assertEquals([hub.events.at(-1)!.target, hub.closed], [
        "GatewayLogout",
        "closed by the server",
      ]);
    }
  },
  "too-many-requests": answers(429),
  "lost-answer": async ({ hand }) => {
    assertEquals(await failure(hand.post("Order/place", hand.order())), "no-answer");
    assertEquals(hand.account.orders.length, 1);
  },
  "slow-answer": async ({ hand }) => {
    assertEquals(await failure(hand.post("Order/place", hand.order())), "nothing came");
    assertEquals(hand.account.orders.length, 1);
  },
  "pending-exists": places(6, 1),
  "pending-absent": places(6, 0),
  "unknown-exists": places(7, 1),
  "unknown-absent": places(7, 0),
  "bracket-mode": async ({ hand }) => {
    const { errorCode, orderId } = await hand.post("Order/place", hand.bracket(-20, 40));
    assertEquals([errorCode, hand.account.orders[0]!.status], [2, "Rejected"]);
    assertEquals(hand.account.orders[0]!.id, orderId);
  },
  "success-with-code": async ({ hand }) => {
    const { errorCode, success } = await hand.post("Order/place", hand.order());
    assertEquals([success, errorCode, hand.account.orders.length], [true, 2, 0]);
  },
  "failure-without-code": async ({ hand }) => {
    const { errorCode, success } = await hand.post("Order/place", hand.order());
    assertEquals([success, errorCode, hand.account.orders.length], [false, 0, 1]);
  },
  "order-refused": async ({ hand, user }) => {
    assertEquals((await hand.post("Order/place", hand.order())).errorCode, 2);
    await hand.clock.advance(5);
    // The event says no reason.
    const [{ rejectReason, status }] = user.of("GatewayUserOrder");
    assertEquals([status, rejectReason], [5, undefined]);
  },
  "tag-used": async ({ hand }) => {
    const { errorMessage } = await hand.post("Order/place", hand.order());
    assert(errorMessage.includes("custom tag already in use"));
  },
  "children-stay-suspended": async ({ hand }) => {
    await bracket(hand);
    await hand.clock.advance(MINUTE);
    assertEquals(states(hand), ["Filled", "Suspended", "Suspended"]);
  },
  "children-late": async ({ hand }) => {
    await bracket(hand);
    assertEquals(states(hand), ["Filled", "Suspended", "Suspended"]);
    await hand.clock.advance(5_000);
    assertEquals(states(hand), ["Filled", "Working", "Working"]);
  },
  "stop-rejected": async ({ hand }) => {
    await bracket(hand);
    assertEquals(states(hand), ["Filled", "Rejected", "Working"]);
  },
  "sibling-stays": async ({ hand }) => {
    await bracket(hand);
    await hand.clock.advance(2 * MINUTE);
    assertEquals([states(hand), hand.lots], [["Filled", "Working", "Filled"], 0]);
  },
  "both-legs-fill": async ({ hand }) => {
    await bracket(hand);
    await hand.clock.advance(2 * MINUTE);
    assertEquals([states(hand), hand.lots], [["Filled", "Filled", "Filled"], -1]);
  },
  "close-refused": async ({ hand }) => {
    await trade(hand);
    const target = { accountId: hand.accountId, contractId: MES };
    assertEquals((await hand.post("Position/closeContract", target)).errorCode, 5);
    assertEquals((await hand.post("Position/closeContract", target)).errorCode, 0);
  },
  "partial-fill": async ({ hand }) => {
    await trade(hand, { size: 4 });
    assert(hand.lots > 0 && hand.lots < 4);
    assertEquals(states(hand), ["Working"]);
  },
  "rest-cancelled": async ({ hand }) => {
    hand.sandbox.addFault({ name: "partial-fill", times: 1 });
    await trade(hand, { size: 4 });
    assertEquals([states(hand), hand.lots > 0 && hand.lots < 4], [["Canceled"], true]);
  },
  "cancel-race": async ({ hand }) => {
    const { orderId } = await trade(hand, { type: 1, limitPrice: 5_990 });
    const cancel = { accountId: hand.accountId, orderId };
    assertEquals((await hand.post("Order/cancel", cancel)).success, true);
    await hand.clock.advance(50);
    assertEquals([states(hand), hand.lots], [["Filled"], 1]);
  },
  "cancel-unknown": async ({ hand }) => {
    const { orderId } = await trade(hand, { type: 1, limitPrice: 5_990 });
    const cancel = { accountId: hand.accountId, orderId };
    assertEquals((await hand.post("Order/cancel", cancel)).errorCode, 5);
    await hand.clock.advance(50);
    assertEquals(states(hand), ["Canceled"]);
  },
  "modify-ignored": async ({ hand }) => {
    const { orderId } = await trade(hand, { type: 1, limitPrice: 5_990 });
    const change = { accountId: hand.accountId, orderId, limitPrice: 5_991 };
    assertEquals((await hand.post("Order/modify", change)).success, true);
    await hand.clock.advance(50);
    assertEquals(hand.account.orders[0]!.price, 5_990);
  },
  "hub-silent": async ({ hand, user }) => {
    await trade(hand);
    const heard = user.messages.length;
    await hand.pass(MINUTE, user);
    assertEquals([user.messages.length, user.closed], [heard, null]);
  },
  "hub-drop": async ({ hand, user }) => {
    await trade(hand);
    assertEquals([user.closed, user.of("GatewayUserOrder")], ["closed by the server", []]);
  },
  "subscribe-error": async ({ hand, user }) => {
    const { error } = await hand.within(user.ask("SubscribeTrades", hand.accountId), 1);
    assert(error.includes("unexpected error"));
  },
  "subscribe-unanswered": async ({ hand, user }) =>
    assertEquals(
      await failure(hand.within(user.ask("SubscribeTrades", hand.accountId))),
      "nothing came",
    ),
  "market-frozen": async ({ hand, market }) => {
    await hand.within(market.ask("SubscribeContractTrades", MES), 1);
    await hand.pass(2 * MINUTE, market);
    assertEquals(market.events, []);
    assert(market.records.includes('{"type":6}'));
    await hand.pass(MINUTE, market);
    assert(market.events.length > 0);
  },
  "close-frame": closes(true),
  "close-final": closes(false),
  "record-split": async ({ hand, user }) => {
    await trade(hand);
    assert(user.messages.some((message) => !message.endsWith("\u001e")));
    assertEquals(user.of("GatewayUserOrder")[0].status, 6);
  },
  "garbage-record": async ({ hand, user }) => {
    await trade(hand);
    assert(user.records.includes("{oops"));
  },
  "unknown-record": async ({ hand, user }) => {
    await trade(hand);
    assert(user.records.includes('{"type":9,"sequenceId":1}'));
    assertEquals(user.of("GatewayMoon").length, 1);
  },
  "event-duplicated": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder").map(({ status }) => status), [6, 6, 2]);
  },
  "event-delayed": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder").map(({ status }) => status), [2]);
    await hand.clock.advance(2_000);
    assertEquals(user.of("GatewayUserOrder").map(({ status }) => status), [2, 6]);
  },
  "event-lost": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder").map(({ status }) => status), [2]);
  },
  "envelope-changes": async ({ hand, user }) => {
    await trade(hand);
    const [first, second] = user.events.map(({ args: [told] }) => "data" in told);
    assertEquals([first, second], [false, true]);
  },
  "extra-fields": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder")[0].moonPhase, "full");
  },
  "side-missing": async ({ hand, user }) => {
    await trade(hand);
    assertEquals("side" in user.of("GatewayUserOrder")[0], false);
  },
  "status-unknown": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder")[0].status, 99);
  },
  "type-unknown": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserPosition")[0].type, 9);
  },
  "trade-voided": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(hand.lots, 1);
    await hand.clock.advance(5_000);
    assertEquals([hand.lots, hand.account.feesMicros], [0, 0]);
    assertEquals(user.of("GatewayUserTrade").at(-1).voided, true);
  },
  "position-lags": async ({ hand }) => {
    await trade(hand);
    const held = async () =>
      (await hand.post("Position/searchOpen", { accountId: hand.accountId })).positions.length;
    assertEquals(await held(), 0);
    await hand.clock.advance(3_000);
    assertEquals(await held(), 1);
  },
  "position-flat": async ({ hand, user }) => {
    await trade(hand);
    assertEquals([user.of("GatewayUserPosition")[0].size, hand.lots], [0, 1]);
  },
  "balance-stale": async ({ hand }) => {
    await trade(hand);
    await trade(hand, { side: 1 });
    const balance = async () => (await hand.post("Account/search")).accounts[0].balance;
    assertEquals(await balance(), 50_000);
    assert(await balance() < 50_000);
  },
  "forced-flatten": async ({ hand, user }) => {
    await trade(hand);
    await hand.clock.advance(10_000);
    assertEquals([hand.lots, user.of("GatewayUserAccount").at(-1).canTrade], [0, false]);
    assertEquals((await hand.post("Order/place", hand.order())).errorCode, 4);
  },
  "session-closed": async ({ hand }) => {
    const { errorMessage } = await hand.post("Order/place", hand.order());
    assert(errorMessage.includes("not in an active trading status"));
  },
  "list-missing": async ({ hand }) => {
    assertEquals("accounts" in await hand.post("Account/search"), false);
  },
  "list-null": async ({ hand }) => {
    assertEquals((await hand.post("Account/search")).accounts, null);
  },
  "query-missing": query(404),
  "query-invalid": query(400),
  "search-empty": async ({ hand }) => {
    const found = await hand.post("Contract/available", { live: false });
    assertEquals(found.contracts, []);
  },
  "contract-rolls": async ({ hand }) => {
    await hand.clock.advance(10_000);
    assertEquals((await hand.post("Order/place", hand.order())).errorCode, 9);
    const next = hand.order({ contractId: "CON.F.US.MES.H27" });
    assertEquals((await hand.post("Order/place", next)).success, true);
  },
  "bars-short": async ({ hand }) => assertEquals((await bars(hand)).length, 5),
  "bars-repeated": async ({ hand }) => assertEquals(await bars(hand), []),
  "bars-hole": async ({ hand }) => {
    const told = await bars(hand);
    const steps = told.slice(1).map(({ t }, index) => Date.parse(told[index]!.t) - Date.parse(t));
    assertEquals(Math.max(...steps), 2 * MINUTE);
  },
  "bars-partial": async ({ hand }) => {
    const [newest] = await bars(hand);
    assert(Date.parse(newest!.t) + MINUTE > hand.clock.now());
  },
  "quote-flood": async ({ hand, market }) => {
    await hand.within(market.ask("SubscribeContractQuotes", MES), 1);
    await hand.clock.advance(10_000);
    assert(market.events.length >= 500);
  },
  "clock-skew": async ({ hand, user }) => {
    await trade(hand);
    const { creationTimestamp } = user.of("GatewayUserOrder")[0];
    assert(hand.clock.now() - Date.parse(creationTimestamp) > 89_000);
  },
  "foreign-event": async ({ hand, user }) => {
    await trade(hand);
    assertEquals(user.of("GatewayUserOrder")[0].accountId, 1);
  },
  "position-by-person": async ({ hand }) => {
    await hand.clock.advance(10_000);
    assertEquals([Math.abs(hand.lots), hand.account.orders[0]!.clOrdId], [1, null]);
  },
};

/** Rises by 11 points after twelve quiet minutes. */
const RISING = barsOf([
  ...Array.from({ length: 12 }, () => [6_000, 6_000, 6_000, 6_000] as const),
  [6_000, 6_011, 6_000, 6_011],
  ...Array.from({ length: 40 }, () => [6_011, 6_011, 6_011, 6_011] as const),
]);

/** Faults of events strike orders here. */
const OF_EVENTS: readonly string[] = [
  "event-duplicated",
  "event-delayed",
  "event-lost",
  "side-missing",
];

for (const name of PROJECTX_FAULT_NAMES) {
  Deno.test(`the gateway's fault ${name} shows, once, and is kept in the truth`, async () => {
    const hand = new ProjectxHand(RISING, {}, RISING.time[11]! + 1_000);
    const user = await hand.begin();
    const market = await hand.open("market");
    const on = OF_EVENTS.includes(name) ? { on: "GatewayUserOrder" } : {};
    hand.sandbox.addFault({ name, times: 1, ...on });
    await SHOWS[name]({ hand, market, user });
    const struck = hand.sandbox.truth().faults.map((each) => each.name);
    assertEquals(struck.filter((each) => each !== "partial-fill" || name === each), [name]);
  });
}

function login(code: number): (trial: Trial) => Promise<void> {
  return async ({ hand }) => {
    assertEquals((await hand.login()).errorCode, code);
    assertEquals((await hand.login()).errorCode, 0);
  };
}

function answers(status: number): (trial: Trial) => Promise<void> {
  return async ({ hand }) => {
    assertEquals(await hand.post("Order/place", hand.order()), { status, text: "" });
    assertEquals(hand.account.orders, []);
    assertEquals((await hand.post("Account/search")).success, true);
  };
}

function places(code: number, orders: number): (trial: Trial) => Promise<void> {
  return async ({ hand }) => {
    const { errorCode, orderId } = await hand.post("Order/place", hand.order());
    assertEquals([errorCode, orderId, hand.account.orders.length], [code, null, orders]);
  };
}

function closes(allowReconnect: boolean): (trial: Trial) => Promise<void> {
  return async ({ hand, user }) => {
    await trade(hand);
    assertEquals(JSON.parse(user.records.at(-1)!), {
      ...{ type: 7, error: "Connection closed with an error.", allowReconnect },
    });
    assertEquals(user.closed, "closed by the server");
  };
}

function query(status: number): (trial: Trial) => Promise<void> {
  return async ({ hand }) => {
    const ask = () => hand.post("Order/v2/query", { filter: { accountId: hand.accountId } });
    assertEquals((await ask()).status, status);
    assertEquals((await ask()).success, true);
  };
}

// deno-lint-ignore no-explicit-any
async function trade(hand: ProjectxHand, fields: Record<string, unknown> = {}): Promise<any> {
  const answer = await hand.post("Order/place", hand.order(fields));
  await hand.clock.advance(50);
  return answer;
}

async function bracket(hand: ProjectxHand): Promise<void> {
  await hand.post("Order/place", hand.bracket(-20, 40));
  await hand.clock.advance(100);
}

function states(hand: ProjectxHand): readonly string[] {
  return hand.account.orders.map(({ status }) => status);
}

async function bars(hand: ProjectxHand): Promise<readonly { readonly t: string }[]> {
  const { bars: told } = await hand.post("History/retrieveBars", {
    ...{ contractId: MES, live: false, unit: 2, unitNumber: 1, limit: 10 },
    startTime: new Date(START + MINUTE).toISOString(),
    endTime: new Date(START + 600 * MINUTE).toISOString(),
    includePartialBar: false,
  });
  return told;
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => null, (error: unknown) => error as Error);
  if (error instanceof TransportError) return error.fault;
  return error === null ? "it came" : error.message;
}
