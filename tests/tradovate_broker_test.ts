import type { Order } from "../lib/trading/order.ts";
import { memoryLedger, type OrderLedger } from "../lib/venues/mod.ts";
import { TransportError } from "../lib/trading/transport.ts";
import { assert, assertEquals } from "./assert.ts";
import { CONTRACT_ID, openScripted, ScriptedBooks } from "./fixtures/scripted_books.ts";

const ORDER: Order = { id: 1, lots: 2, reason: "signal", decidedAt: 0 };
const BRACKET: Order = {
  ...ORDER,
  exits: [
    { id: 2, kind: "take-profit", distanceTicks: 40 },
    { id: 3, kind: "stop-loss", distanceTicks: 20 },
  ],
};
const lost = new TransportError("no-answer", "the host broke off");

Deno.test("an order is accepted, fills, and its books say so", async () => {
  const { broker, calls, kinds, reports, venue } = await openScripted();
  void broker.submit("MES", ORDER);
  await venue.clock.advance(500);
  assertEquals(kinds(1), ["accepted"]);
  const { body } = calls("order/placeorder")[0]!;
  assertEquals(body, {
    ...{ accountId: 1, accountSpec: "DEMO1", symbol: "MESZ6", orderQty: 2, action: "Buy" },
    ...{ timeInForce: "Day", clOrdId: "s.1", orderType: "Market", isAutomated: true },
  });
  const [orderId] = [...venue.entities.order!.keys()];
  venue.fill(orderId!, 1, 5_000.25);
  venue.fill(orderId!, 1, 5_000.5);
  await venue.clock.advance(500);
  assertEquals(kinds(1), ["accepted", "filled", "filled"]);
  const fills = reports.flatMap((report) => report.kind === "filled" ? [report] : []);
  assertEquals(fills.map(({ fill }) => [fill.lots, fill.priceTicks, fill.feeMicros]), [
    [1, 20_001, 740_000],
    [1, 20_002, 740_000],
  ]);
  const asked = broker.snapshot();
  await venue.clock.advance(2_000);
  const books = await asked;
  assertEquals(books.positions, [{ symbol: "MES", lots: 2 }]);
  assertEquals(books.fills.map(({ executionId }) => executionId), fills.map((f) => f.executionId));
  assertEquals([books.orders, books.cashMicros], [[], 50_000e6]);
  await broker.close();
});

Deno.test("an answer that is lost is found by what the order carries, and nothing is sent twice", async () => {
  const venue = new ScriptedBooks();
  venue.tells = false;
  const { broker, calls, kinds } = await openScripted(venue);
  venue.script = ({ body, path }) =>
    path === "order/placeorder" ? (venue.place(body), lost) : undefined;
  void broker.submit("MES", { ...ORDER, terms: { kind: "limit", limitTicks: 19_000 } });
  await venue.clock.advance(5_000);
  assertEquals(kinds(1), ["unknown", "accepted"]);
  assertEquals(calls("order/placeorder").length, 1);
  await broker.close();
});

Deno.test("an order that never arrived stays unknown until the books prove it", async () => {
  const { broker, calls, kinds, reports, venue } = await openScripted();
  venue.script = ({ path }) => path === "order/placeorder" ? lost : undefined;
  void broker.submit("MES", ORDER);
  await venue.clock.advance(15_000);
  assertEquals(kinds(1), ["unknown"]);
  await venue.clock.advance(30_000);
  assertEquals(kinds(1), ["unknown", "rejected"]);
  const last = reports.at(-1)!;
  assert(
    last.kind === "rejected" && last.reason.includes("no command of s.1"),
    JSON.stringify(last),
  );
  assertEquals(calls("order/placeorder").length, 1);
  await broker.close();
});

Deno.test("an order that comes to the venue after all is taken back, and what it traded is told", async () => {
  const { broker, calls, kinds, troubles, venue } = await openScripted();
  venue.script = ({ path }) => path === "order/placeorder" ? lost : undefined;
  void broker.submit("MES", ORDER);
  await venue.clock.advance(60_000);
  assertEquals(kinds(1), ["unknown", "rejected"]);
  const id = venue.accept({ action: "Buy", clOrdId: "s.1", orderType: "Limit", price: 1 }, 2);
  venue.fill(id, 1, 5_000);
  await venue.clock.advance(2_000);
  assertEquals(calls("order/cancelorder").length, 1);
  assertEquals(kinds(1), ["unknown", "rejected", "filled"]);
  assert(troubles.some((reason) => reason.includes("after all")));
  await broker.close();
});

Deno.test("a fill whose events are lost is found within 20 s by six calls a minute", async () => {
  const { broker, kinds, venue } = await openScripted();
  /** The line is alive all the while. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 2) {
      venue.lines.at(-1)!.send("h");
      await venue.clock.advance(2_000);
    }
  };
  void broker.submit("MES", { ...ORDER, terms: { kind: "limit", limitTicks: 19_900 } });
  await pass(120);
  const [orderId] = [...venue.entities.order!.keys()];
  const before = venue.requests.length;
  await pass(600);
  assert(venue.requests.length - before <= 60, `${venue.requests.length - before} in ten minutes`);
  venue.fill(orderId!, 2, 4_975, false);
  await pass(20);
  assertEquals(kinds(1), ["accepted", "filled"]);
  await broker.close();
});

Deno.test("an entry whose events are all lost is known with its exits within 3 s", async () => {
  const venue = new ScriptedBooks();
  venue.tells = false;
  const { broker, kinds } = await openScripted(venue);
  venue.script = ({ body, path }) => {
    if (path !== "order/placeoso") return undefined;
    const ids = venue.place(body) as { orderId: number; oso1Id: number; oso2Id: number };
    venue.fill(ids.orderId, 2, 5_000);
    venue.status(ids.oso1Id, "Working");
    venue.status(ids.oso2Id, "Working");
    return ids;
  };
  void broker.submit("MES", BRACKET);
  await venue.clock.advance(3_000);
  assertEquals([kinds(1), kinds(2), kinds(3)], [["accepted", "filled"], ["accepted"], [
    "accepted",
  ]]);
  await broker.close();
});

Deno.test("a stop that was refused is replaced within 3 s, its events lost or not", async () => {
  for (const tells of [true, false]) {
    const venue = new ScriptedBooks();
    venue.tells = tells;
    const { broker, calls } = await openScripted(venue);
    venue.script = ({ body, path }) => {
      if (path !== "order/placeoso") return undefined;
      const ids = venue.place(body) as { orderId: number; oso1Id: number; oso2Id: number };
      venue.fill(ids.orderId, 2, 5_001);
      venue.status(ids.oso1Id, "Working");
      venue.status(ids.oso2Id, "Rejected");
      return ids;
    };
    void broker.submit("MES", BRACKET);
    await venue.clock.advance(3_000);
    const [stop] = calls("order/placeorder").map(({ body }) => body);
    assertEquals([stop?.orderType, stop?.action, stop?.orderQty, stop?.stopPrice], [
      ...["Stop", "Sell", 2, 4_996],
    ]);
    await broker.close();
  }
});

Deno.test("exits follow partial fills, stand off from the first price, and end one another", async () => {
  const { broker, kinds, reports, venue } = await openScripted();
  void broker.submit("MES", BRACKET);
  await venue.clock.advance(500);
  assertEquals([kinds(1), kinds(2), kinds(3)], [["accepted"], [], []]);
  const [entry, target, stop] = [...venue.entities.order!.keys()] as [number, number, number];
  venue.fill(entry, 1, 5_000.5);
  for (const id of [target, stop]) venue.status(id, "Working");
  await venue.clock.advance(1_500);
  const versions = () =>
    [target, stop].map((id) =>
      [...venue.entities.orderVersion!.values()].findLast(({ orderId }) => orderId === id)
    ).map(({ orderQty, price, stopPrice }) => [orderQty, price ?? stopPrice]);
  assertEquals(versions(), [[1, 5_010.5], [1, 4_995.5]]);
  venue.fill(entry, 1, 5_001);
  await venue.clock.advance(1_500);
  assertEquals(versions(), [[2, 5_010.5], [2, 4_995.5]]);
  const accepted = reports.filter((report) => report.kind === "accepted" && report.orderId === 3);
  assertEquals(accepted.at(-1), {
    ...{ kind: "accepted", orderId: 3, lots: -2 },
    ...(accepted.length === 1 ? { terms: { kind: "stop", stopTicks: 19_982 } } : {}),
  });
  venue.fill(target, 2, 5_010.5);
  await venue.clock.advance(3_000);
  assertEquals([kinds(2).at(-1), kinds(3).at(-1)], ["filled", "cancelled"]);
  const books = broker.snapshot();
  await venue.clock.advance(2_000);
  assertEquals([(await books).orders, (await books).positions], [[], []]);
  await broker.close();
});

Deno.test("both exits fill: what that opened is closed again", async () => {
  const { broker, calls, venue } = await openScripted();
  void broker.submit("MES", BRACKET);
  await venue.clock.advance(500);
  const [entry, target, stop] = [...venue.entities.order!.keys()] as [number, number, number];
  venue.fill(entry, 2, 5_000);
  for (const id of [target, stop]) venue.status(id, "Working");
  await venue.clock.advance(1_500);
  venue.fill(target, 2, 5_010);
  venue.fill(stop, 2, 4_995);
  await venue.clock.advance(3_000);
  const [back] = calls("order/placeorder").map(({ body }) => body);
  assertEquals([back?.orderType, back?.action, back?.orderQty], ["Market", "Buy", 2]);
  venue.fill([...venue.entities.order!.keys()].at(-1)!, 2, 4_995);
  await venue.clock.advance(10_000);
  assertEquals(calls("order/placeorder").length, 1);
  await broker.close();
});

Deno.test("somebody else's order is left alone; what it trades is told and halts", async () => {
  const { broker, calls, halts, reports, venue } = await openScripted();
  const id = venue.accept({ action: "Sell", orderType: "Limit", price: 5_100 }, 1);
  await venue.clock.advance(5_000);
  assertEquals([reports, halts], [[], []]);
  const asked = broker.snapshot();
  await venue.clock.advance(2_000);
  assertEquals((await asked).orders.map(({ id, lots }) => [id, lots]), [[-id, -1]]);
  venue.fill(id, 1, 5_100);
  await venue.clock.advance(2_000);
  assertEquals(reports.map(({ kind }) => kind), ["filled"]);
  assertEquals([halts.length, calls("order/cancelorder").length], [1, 0]);
  await broker.close();
});

Deno.test("events twice, out of order and of unknown kinds change nothing", async () => {
  const { broker, kinds, venue } = await openScripted();
  void broker.submit("MES", ORDER);
  await venue.clock.advance(100);
  const [orderId] = [...venue.entities.order!.keys()];
  venue.tells = false;
  const old = venue.order(orderId!);
  const fillId = venue.fill(orderId!, 2, 5_000);
  for (const [type, id] of [["fill", fillId], ["order", orderId!], ["fillFee", fillId]] as const) {
    for (let i = 0; i < 3; i++) venue.tell(type, venue.entities[type]!.get(id));
  }
  venue.tell("order", old);
  venue.tell("order", [{ ...old, id: 5_555, accountId: 99 }]);
  venue.tell("newType", { id: 1 });
  venue.tell("fill", { id: "x" });
  venue.tell("order", { ...old, ordStatus: "SomethingNew" }, "Deleted");
  venue.lines.at(-1)!.send('a[{"e":"props"},{"e":"unheard","d":3},null]');
  await venue.clock.advance(5_000);
  assertEquals(kinds(1), ["accepted", "filled"]);
  await broker.close();
});

Deno.test("an execution that is taken back is told the other way round", async () => {
  const { broker, reports, venue } = await openScripted();
  void broker.submit("MES", ORDER);
  await venue.clock.advance(500);
  const [orderId] = [...venue.entities.order!.keys()];
  const fillId = venue.fill(orderId!, 2, 5_000);
  await venue.clock.advance(1_000);
  venue.set("position", { ...venue.entities.position!.get(9), netPos: 0 });
  venue.set("fill", { ...venue.entities.fill!.get(fillId), active: false });
  await venue.clock.advance(1_000);
  const fills = reports.flatMap((report) => report.kind === "filled" ? [report.fill.lots] : []);
  assertEquals(fills, [2, -2]);
  await broker.close();
});

Deno.test("books are read once it is known which executions have made what is held", async () => {
  const { broker, halts, venue } = await openScripted();
  void broker.submit("MES", ORDER);
  await venue.clock.advance(500);
  venue.fill([...venue.entities.order!.keys()][0]!, 2, 5_000);
  await venue.clock.advance(1_000);
  // The contract ends, without an order and without a word.
  const timestamp = new Date(venue.clock.now()).toISOString();
  const end = { orderId: 0, contractId: CONTRACT_ID, timestamp, action: "Sell", qty: 2 };
  venue.set("fill", { ...end, id: venue.nextId++, price: 5_001, active: true }, false);
  venue.set("position", { ...venue.entities.position!.get(9), netPos: 0 }, false);
  const asked = broker.snapshot();
  await venue.clock.advance(20_000);
  const books = await asked;
  assertEquals(books.positions, []);
  assertEquals(books.fills.map(({ fill: { lots, orderId } }) => [orderId, lots]), [[1, 2], [
    0,
    -2,
  ]]);
  assertEquals(halts, ["-2 lots were traded by the venue itself"]);
  await broker.close();
});

Deno.test("a lost line is made again, and what happened meanwhile is told", async () => {
  const { broker, kinds, venue } = await openScripted();
  void broker.submit("MES", { ...ORDER, terms: { kind: "limit", limitTicks: 19_900 } });
  await venue.clock.advance(500);
  const [orderId] = [...venue.entities.order!.keys()];
  venue.lines.at(-1)!.close();
  venue.fill(orderId!, 2, 4_975, false);
  await venue.clock.advance(4_000);
  assertEquals([venue.lines.length, kinds(1)], [2, ["accepted", "filled"]]);
  await broker.close();
});

Deno.test("no entry is sent while no changes are heard, an exit is", async () => {
  const { broker, calls, kinds, venue } = await openScripted();
  void broker.submit("MES", ORDER);
  await venue.clock.advance(500);
  venue.fill([...venue.entities.order!.keys()][0]!, 2, 5_000);
  await venue.clock.advance(500);
  venue.onLine = () => {};
  venue.lines.at(-1)!.close();
  await venue.clock.advance(100);
  void broker.submit("MES", { ...ORDER, id: 4 });
  void broker.submit("MES", { ...ORDER, id: 5, lots: -2 });
  await venue.clock.advance(40_000);
  assertEquals(calls("order/placeorder").map(({ body }) => body.clOrdId), ["s.1", "s.5"]);
  assertEquals(kinds(4), ["rejected"]);
  await broker.close();
});

Deno.test("a restart knows its orders again by what they carry, and sends none twice", async () => {
  const first = await openScripted();
  const { ledger, venue } = first;
  void first.broker.submit("MES", BRACKET);
  await venue.clock.advance(500);
  // Written down, and killed before the answer.
  venue.script = ({ body, path }) =>
    path === "order/placeorder" ? (venue.place(body), lost) : undefined;
  void first.broker.submit("MES", {
    ...ORDER,
    id: 9,
    terms: { kind: "limit", limitTicks: 19_000 },
  });
  await first.broker.close();
  await venue.clock.advance(20_000);
  venue.script = () => undefined;
  const [entry, target, stop] = [...venue.entities.order!.keys()] as [number, number, number];
  venue.fill(entry, 2, 5_000);
  for (const id of [target, stop]) venue.status(id, "Working");
  const placed = first.calls("order/placeorder").length;
  const second = await openScripted(venue, ledger);
  const asked = second.broker.snapshot();
  await venue.clock.advance(5_000);
  const books = await asked;
  assertEquals(books.orders.map(({ id, isExit, lots }) => [id, isExit, lots]), [
    ...[[2, true, -2], [3, true, -2], [9, false, 2]],
  ]);
  assertEquals(books.fills.map(({ fill }) => [fill.orderId, fill.lots]), [[1, 2]]);
  assertEquals([second.halts, second.calls("order/placeorder").length], [[], placed]);
  void second.broker.cancel(9);
  await venue.clock.advance(1_000);
  assertEquals(second.kinds(9).at(-1), "cancelled");
  await second.broker.close();
});

Deno.test("a full disk stops entries, not exits, and what happened is written down later", async () => {
  const kept = memoryLedger();
  let isFull = false;
  const ledger: OrderLedger = {
    entries: () => kept.entries(),
    append(entry) {
      if (isFull) throw new Error("no space left on device");
      kept.append(entry);
    },
  };
  const { broker, calls, kinds, troubles, venue } = await openScripted(new ScriptedBooks(), ledger);
  void broker.submit("MES", ORDER);
  await venue.clock.advance(500);
  isFull = true;
  venue.fill([...venue.entities.order!.keys()][0]!, 2, 5_000);
  await venue.clock.advance(500);
  void broker.submit("MES", { ...ORDER, id: 4 });
  void broker.submit("MES", { ...ORDER, id: 5, lots: -2, reason: "risk" });
  await venue.clock.advance(500);
  assertEquals(calls("order/placeorder").map(({ body }) => body.clOrdId), ["s.1", "s.5"]);
  assertEquals([kinds(1), kinds(4), kinds(5)], [["accepted", "filled"], ["rejected"], [
    "accepted",
  ]]);
  assertEquals(troubles.filter((reason) => reason.includes("no space left")).length, 1);
  isFull = false;
  venue.fill([...venue.entities.order!.keys()].at(-1)!, 2, 5_000);
  await venue.clock.advance(500);
  const filled = kept.entries().filter(({ kind }) => kind === "filled");
  assertEquals(filled.length, 2);
  await broker.close();
});
