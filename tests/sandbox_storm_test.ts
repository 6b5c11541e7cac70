import { createRandom } from "../lib/core/mod.ts";
import {
  PROJECTX_FAULT_NAMES,
  PROJECTX_GUESSES,
  TRADOVATE_FAULT_NAMES,
  TRADOVATE_GUESSES,
} from "../lib/sandbox/mod.ts";
import { TransportError } from "../lib/trading/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { MES, ProjectxHand } from "./fixtures/projectx_hand.ts";
import { livelyBars, TradovateHand } from "./fixtures/tradovate_hand.ts";

const STEPS = 40;

/** Values that a careless client might send. */
const ODD: readonly unknown[] = [
  ...[null, undefined, "", "7", -1, 0, 1.5, 1e300, NaN, true, [], {}, [1], "Buy", "\u0000"],
];

/** Faults that end a session for good are left out where a test needs the rest of it. */
function plans(names: readonly string[], without: readonly string[]) {
  return names.filter((name) => !without.includes(name))
    .map((name) => ({ name, probability: 0.01 }));
}

/** Waits for a call whose answer may be lost, late or spoilt; anything else is a fault of the double. */
async function quietly<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const isMeant = error instanceof TransportError || error instanceof SyntaxError ||
      (error instanceof Error && error.message === "nothing came");
    if (!isMeant) throw error;
    return null;
  }
}

for (let seed = 1; seed <= 6; seed++) {
  Deno.test(`Tradovate's double stands a storm of faults and odd calls: ${seed}`, async () => {
    const random = createRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
    const faults = plans(TRADOVATE_FAULT_NAMES, []);
    const hand = new TradovateHand(livelyBars(80, seed), { faults, seed });
    await quietly(hand.login());
    let socket = await quietly(hand.begin());
    for (let step = 0; step < STEPS; step++) {
      if (socket === null || socket.closed !== null) {
        socket = await quietly(hand.begin());
      }
      const side = pick(["Buy", "Sell"]);
      const bracket = { action: side === "Buy" ? "Sell" : "Buy", orderType: "Limit" };
      const fields = {
        ...{ action: side, orderQty: 1 + random.integer(3) },
        orderType: pick(["Market", "Limit", "Stop", "MIT", "TrailingStop"]),
        ...{ price: 5_990 + random.integer(20), stopPrice: 5_990 + random.integer(20) },
        pegDifference: 2,
      };
      const orderId = pick(hand.account.orders)?.id ?? 1;
      const odd = { [pick(Object.keys(fields))]: pick(ODD) };
      await quietly(
        pick<() => Promise<unknown>>([
          () => hand.post("order/placeorder", hand.order(fields)),
          () => hand.post("order/placeorder", hand.order({ ...fields, ...odd })),
          () =>
            hand.post("order/placeoso", {
              ...hand.order(fields),
              bracket1: { ...bracket, price: 6_000 },
              bracket2: pick<unknown>([
                { ...bracket, orderType: "Stop", stopPrice: 6_000 },
                pick(ODD),
              ]),
            }),
          () =>
            hand.post("order/placeoco", {
              ...hand.order(fields),
              other: { ...bracket, price: 6_000 },
            }),
          () => hand.post("order/modifyorder", { ...fields, orderId, ...odd }),
          () => hand.post("order/cancelorder", { orderId }),
          () => hand.post(pick(["no/such", "order/list", "fill/deps", "user/syncrequest"]), odd),
        ])(),
      );
      socket?.line.send(
        pick(["[]", "order/list\n5\n\n", "nonsense", "\n\n\n", "md/getChart\nx\n\n"]),
      );
      await hand.clock.advance(5_000);
      const { cashMicros, feesMicros, realisedMicros } = hand.account;
      assertEquals(cashMicros, 50_000_000_000 + realisedMicros - feesMicros);
    }
    assert(hand.sandbox.truth().faults.length > 0);
    hand.sandbox.close();
  });

  Deno.test(`ProjectX's double stands a storm of faults and odd calls: ${seed}`, async () => {
    const random = createRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
    const faults = plans(PROJECTX_FAULT_NAMES, ["quote-flood"]);
    const hand = new ProjectxHand(livelyBars(80, seed), { faults, seed });
    await quietly(hand.login());
    let hub = await quietly(hand.begin());
    for (let step = 0; step < STEPS; step++) {
      if (hub === null || hub.closed !== null) hub = await quietly(hand.begin());
      const away = pick([1, -1]);
      const fields = {
        ...{ side: away > 0 ? 0 : 1, size: 1 + random.integer(3), type: pick([1, 2, 4, 5, 6, 7]) },
        ...{ limitPrice: 5_990 + random.integer(20), stopPrice: 5_990 + random.integer(20) },
        trailPrice: 6_000,
      };
      const odd = { [pick(Object.keys(fields))]: pick(ODD) };
      const orderId = pick(hand.account.orders)?.id ?? 1;
      const of = { accountId: hand.accountId, contractId: MES };
      await quietly(
        pick<() => Promise<unknown>>([
          () => hand.post("Order/place", hand.order(fields)),
          () => hand.post("Order/place", hand.order({ ...fields, ...odd })),
          () =>
            hand.post("Order/place", hand.bracket(-away * 20, away * 20, { ...fields, type: 2 })),
          () => hand.post("Order/modify", { ...of, orderId, limitPrice: 5_995, ...odd }),
          () => hand.post("Order/cancel", { ...of, orderId }),
          () => hand.post("Position/closeContract", of),
          () =>
            hand.post("Position/partialCloseContract", { ...of, size: pick<unknown>([1, ...ODD]) }),
          () => hand.post(pick(["No/such", "Order/search", "Trade/search", "Order/v2/query"]), odd),
        ])(),
      );
      hub?.line.send(
        pick(['{"type":6}\u001e', "\u001e", "nonsense\u001e", '{"type":1}\u001e', "half"]),
      );
      await hand.clock.advance(5_000);
      const { cashMicros, feesMicros, realisedMicros } = hand.account;
      assertEquals(cashMicros, 50_000_000_000 + realisedMicros - feesMicros);
    }
    assert(hand.sandbox.truth().faults.length > 0);
    hand.sandbox.close();
  });
}

/** Fields of the bodies of calls, at random without sense. */
const TRADOVATE_CALLS: Readonly<Record<string, readonly string[]>> = {
  "order/placeorder": ["accountId", "action", "symbol", "orderQty", "orderType", "price"],
  "order/placeoso": ["accountId", "action", "symbol", "orderQty", "orderType", "bracket1"],
  "order/placeoco": ["accountId", "action", "symbol", "orderQty", "orderType", "other"],
  "order/modifyorder": ["orderId", "orderQty", "orderType", "stopPrice", "pegDifference"],
  "order/cancelorder": ["orderId"],
  "order/liquidateposition": ["accountId", "contractId"],
  "order/liquidatepositions": ["positions"],
  "order/dryrun": ["accountId", "orders"],
  "orderstrategy/startorderstrategy": ["accountId", "symbol", "action", "params"],
  "orderstrategy/interruptorderstrategy": ["orderStrategyId"],
  "cashbalance/getcashbalancesnapshot": ["accountId"],
  "cashbalance/changedemobalance": ["accountId", "cashChange"],
  "contract/rollcontract": ["name", "forward"],
  "contract/getproductfeeparams": ["productIds"],
  "user/syncrequest": ["users", "accounts", "entityTypes"],
  "md/subscribequote": ["symbol"],
  "md/getchart": ["symbol", "chartDescription", "timeRange"],
  "md/cancelchart": ["subscriptionId"],
  "replay/initializeclock": ["startTimestamp", "speed", "initialBalance"],
};

const PROJECTX_CALLS: Readonly<Record<string, readonly string[]>> = {
  "Order/place": [
    "accountId",
    "contractId",
    "type",
    "side",
    "size",
    "stopLossBracket",
    "trailPrice",
  ],
  "Order/modify": ["accountId", "orderId", "size", "limitPrice", "trailPrice"],
  "Order/cancel": ["accountId", "orderId"],
  "Order/search": ["accountId", "startTimestamp", "endTimestamp"],
  "Order/searchById": ["accountId", "orderId"],
  "Order/v2/query": ["filter", "pageSize", "pageOffset", "sortDirection"],
  "Position/closeContract": ["accountId", "contractId"],
  "Position/partialCloseContract": ["accountId", "contractId", "size"],
  "Trade/search": ["accountId", "startTimestamp"],
  "Contract/search": ["searchText", "live"],
  "History/retrieveBars": ["contractId", "startTime", "endTime", "unit", "unitNumber", "limit"],
  "Auth/loginKey": ["userName", "apiKey"],
};

Deno.test("no body makes a double stumble, whatever its fields hold", async () => {
  const random = createRandom(11);
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
  const good: readonly unknown[] = [
    ...[20_000, 700_001, 2_665_001, 1, "MESZ6", "Buy", "Market", "TrailingStop", MES, true],
    ...["2026-11-22T23:00:00Z", [null], [{}], { underlyingType: "MinuteBar", elementSize: 1 }],
    ...[
      { asMuchAsElements: 5 },
      { accountId: 700_001 },
      { ticks: "x", type: 4 },
      '{"brackets":[0]}',
    ],
    '{"entryVersion":{"orderQty":1,"orderType":"Market"},"brackets":[null]}',
  ];
  const right: Readonly<Record<string, unknown>> = {
    ...{ action: "Buy", symbol: "MESZ6", orderQty: 1, orderType: "Market", price: 6_000 },
    ...{ contractId: MES, type: 2, side: 0, size: 1, startTimestamp: "2026-11-22T23:00:00Z" },
  };
  const body = (fields: readonly string[], accountId: number): Record<string, unknown> =>
    Object.fromEntries(fields.map((field) => {
      const meant = { ...right, accountId }[field];
      const isMeant = meant !== undefined && random.integer(4) > 0;
      return [field, isMeant ? meant : pick(random.integer(3) > 0 ? good : ODD)];
    }));
  const venue = new TradovateHand(livelyBars(60), { guesses: { callsPerMinute: 1e6 } });
  const user = await venue.begin();
  const sockets = [user, await venue.open("md"), await venue.open("replay")];
  for (const socket of sockets) await venue.within(socket.ask("authorize", venue.token), 1);
  const gateway = new ProjectxHand(livelyBars(60), { guesses: { barCalls: 1e6, otherCalls: 1e6 } });
  await gateway.login();
  const { token } = gateway;
  for (let round = 0; round < 40; round++) {
    for (const [path, fields] of Object.entries(TRADOVATE_CALLS)) {
      await quietly(venue.post(path, body(fields, 20_000)));
      for (const socket of sockets) socket.ask(path, body(fields, 20_000));
      await venue.clock.advance(20);
    }
    for (const [path, fields] of Object.entries(PROJECTX_CALLS)) {
      gateway.token = token;
      await quietly(gateway.post(path, body(fields, 700_001)));
      await gateway.clock.advance(20);
    }
  }
  assert(sockets.every(({ closed }) => closed === null));
  assert(venue.account.orders.length > 0 && gateway.account.orders.length > 0);
});

/** All values of a guess, as its type names them. */
function valuesOf(file: string, name: string): readonly string[] {
  const source = Deno.readTextFileSync(new URL(`../lib/sandbox/${file}`, import.meta.url));
  const [, type = ""] = new RegExp(`readonly ${name}: ([^;]+);`).exec(source) ?? [];
  return [...type.matchAll(/"([^"]+)"|\b(\d+)\b/g)].map(([, word, number]) => word ?? number!);
}

Deno.test("under each value of each guess a bracket of Tradovate is traded to its end", async () => {
  for (const [name, value] of Object.entries(TRADOVATE_GUESSES)) {
    const others = valuesOf("tradovate/guesses.ts", name).filter((each) => each !== String(value));
    for (const other of others) {
      const guess = { [name]: typeof value === "number" ? Number(other) : other };
      const hand = new TradovateHand(livelyBars(60), { guesses: guess });
      const socket = await hand.begin();
      await hand.post("order/placeoso", {
        ...hand.order({ orderQty: 2 }),
        bracket1: { action: "Sell", orderType: "Limit", price: 6_010 },
        bracket2: { action: "Sell", orderType: "Stop", stopPrice: 5_995 },
      });
      await hand.pass(50 * 60_000, socket);
      const { fills, orders } = hand.account;
      assertEquals([orders[0]!.status, fills[0]!.lots], ["Filled", 2], `${name}=${other}`);
      assertEquals(hand.lots, fills.reduce((sum, { lots }) => sum + lots, 0), `${name}=${other}`);
    }
  }
});

Deno.test("under each value of each guess a bracket of ProjectX is traded to its end", async () => {
  for (const [name, value] of Object.entries(PROJECTX_GUESSES)) {
    const others = valuesOf("projectx/gateway_guesses.ts", name)
      .filter((each) => each !== String(value));
    for (const other of others) {
      const guess = { [name]: typeof value === "number" ? Number(other) : other };
      const hand = new ProjectxHand(livelyBars(60), { guesses: guess });
      await hand.begin();
      await hand.post("Order/place", hand.bracket(-20, 40, { size: 2 }));
      await hand.clock.advance(50 * 60_000);
      const { fills, orders } = hand.account;
      assertEquals([orders[0]!.status, fills[0]!.lots], ["Filled", 2], `${name}=${other}`);
      assertEquals(hand.lots, fills.reduce((sum, { lots }) => sum + lots, 0), `${name}=${other}`);
    }
  }
});
