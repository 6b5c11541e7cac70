import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { remainingOwnLots } from "../../trading/mod.ts";
import { ProjectXBooks } from "../projectx/projectx_books.ts";
import type { BrokerContext } from "./broker_context.ts";
import { memoryLedger } from "./order_ledger.ts";
import { sentOrders } from "./order_terms.ts";
import { OwnOrders } from "./own_orders.ts";
import { VenueLots } from "./venue_lots.ts";

const CONTRACT = "CON.F.US.MES.Z26";

/** An account whose executions are told one by one, by our orders or their exits, or by a person. */
function account() {
  const books = new ProjectXBooks(1, () => {}, () => {}), ledger = memoryLedger();
  const orders = new OwnOrders("s", ledger, 0, { separator: "-" });
  const lots = new VenueLots({ books, ledger, orders } as unknown as BrokerContext, 0, new Map());
  let fills = 0;
  return {
    state() {
      const { lots: held, overrun, shares } = lots.of(CONTRACT);
      return { held, overrun, shares: [...shares] };
    },
    /** Lots of ours, and those of them that exits have to protect. */
    ours() {
      const { ours, shares } = lots.of(CONTRACT);
      return { ours, shared: [...shares.values()].reduce((sum, share) => sum + share, 0) };
    },
    /** An order of a person is known. */
    meet(id: number, lots: number): void {
      const common = { id, accountId: 1, contractId: CONTRACT, status: 2, type: 2 };
      books.takeOrder({ ...common, side: lots > 0 ? 0 : 1, size: Math.abs(lots) });
    },
    /** Whoever listens is told of an execution by its number, or that it was taken back. */
    tell(id: number, isBack = false): void {
      const venue = books.fills.get(id)!, { orderId, qty } = venue;
      const isOurs = orders.ofVenue(orderId) !== undefined;
      const traded = (venue.action === "Buy" ? qty : -qty) * (isBack ? -1 : 1);
      if (isBack) books.takeFill({ ...venue, isActive: false });
      lots.tell({
        ...{ orderId: isOurs ? orderId : -orderId, lots: traded, bar: 0, time: 0 },
        ...{ moment: "inside", priceTicks: 4_000, slippageTicks: 0, feeMicros: 0 },
        reason: isOurs ? "signal" : "risk",
      }, venue);
    },
    send(id: number, lots: number, withExits = true): void {
      const exits = [
        { id: id + 1, kind: "take-profit", distanceTicks: 40 } as const,
        { id: id + 2, kind: "stop-loss", distanceTicks: 20 } as const,
      ];
      const order = { id, lots, reason: "signal", decidedAt: 0 } as const;
      const sent = sentOrders(
        "MES",
        CONTRACT,
        { ...order, ...(withExits ? { exits } : {}) },
        4_000,
      );
      const own = orders.add(...sent);
      for (const each of [own, ...own.exits]) {
        orders.placed(each, orders.work(each, each.terms, Math.abs(each.lots), 0), each.id);
      }
    },
    fill(orderId: number, lots: number): void {
      books.takeFill({
        ...{ id: ++fills, orderId, contractId: CONTRACT, time: 0, price: 1_000, isActive: true },
        ...{ action: lots > 0 ? "Buy" : "Sell", qty: Math.abs(lots) },
      });
    },
  };
}

Deno.test("what another order has closed of a bracket comes back with no later entry", () => {
  const { fill, send, state } = account();
  send(1, 9);
  fill(1, 9);
  send(10, -3, false);
  fill(10, -3);
  assertEquals(state().shares, [[1, 6]]);
  fill(3, -6);
  send(20, 6);
  fill(20, 6);
  assertEquals(state(), { held: 6, overrun: 0, shares: [[20, 6]] });
});

Deno.test("an exit closes its own bracket; whatever else closes the newest first", () => {
  const { fill, send, state } = account();
  for (const id of [1, 11, 21]) {
    send(id, 2);
    fill(id, 2);
  }
  fill(12, -1);
  assertEquals(state().shares, [[1, 2], [11, 1], [21, 2]]);
  send(30, -4, false);
  fill(30, -4);
  assertEquals(state().shares, [[1, 1]]);
});

Deno.test("what exits have opened is closed once, whatever else is held on that side", () => {
  const { fill, send, state } = account();
  send(1, 1);
  fill(1, 1);
  fill(2, -1);
  fill(3, -1);
  assertEquals(state(), { held: -1, overrun: -1, shares: [] });
  send(10, -4);
  fill(10, -4);
  assertEquals(state(), { held: -5, overrun: -1, shares: [[10, -4]] });
  // Its own exit closes what is its own, and the broker what is nobody's.
  fill(11, 2);
  assertEquals(state(), { held: -3, overrun: -1, shares: [[10, -2]] });
  fill(1, 1);
  assertEquals(state(), { held: -2, overrun: 0, shares: [[10, -2]] });
});

Deno.test("lots that a person leaves us by what was told keep their exits, whatever the venue's order", () => {
  const { fill, meet, ours, send, tell } = account();
  send(1, 2);
  meet(50, -2);
  meet(51, 2);
  for (const [id, lots] of [[1, 2], [50, -2], [51, 2]] as const) fill(id, lots);
  // By the venue's order he closed ours and bought two after; he is heard of the other way round.
  for (const id of [1, 3, 2]) tell(id);
  assertEquals(ours(), { ours: 2, shared: 2 });
});

Deno.test("what is ours is what was told, and exits protect all of it and nothing else", () => {
  const step = fc.record({
    isPerson: fc.boolean(),
    lots: fc.integer({ min: 1, max: 4 }),
    side: fc.constantFrom(1, -1),
    delay: fc.integer({ min: 0, max: 3 }),
    isTakenBack: fc.boolean(),
  });
  let cut = 0, late = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 9 }), (steps) => {
      const { fill, meet, ours, send, tell } = account();
      for (const [index, { isPerson, lots, side }] of steps.entries()) {
        const id = 10 * (index + 1);
        if (isPerson) meet(id, side * lots);
        else send(id, side * lots);
        fill(id, side * lots);
      }
      const order = steps.map((each, index) => ({ ...each, index }))
        .toSorted((a, b) => a.index + a.delay - b.index - b.delay);
      let held = 0, own = 0;
      const hear = (index: number, isBack: boolean): void => {
        const { isPerson, lots, side } = steps[index]!, traded = side * lots * (isBack ? -1 : 1);
        tell(index + 1, isBack);
        held += traded;
        own = remainingOwnLots(isPerson ? own : own + traded, held);
        assert(
          Math.abs(ours().shared) <= Math.abs(ours().ours),
          "exits for lots that are not ours",
        );
      };
      for (const { index } of order) hear(index, false);
      assertEquals(ours(), { ours: own, shared: own });
      for (const { index, isTakenBack } of order) if (isTakenBack) hear(index, true);
      assertEquals(ours().ours, own);
      if (order.some(({ index }, at) => index !== at)) late++;
      if (steps.some(({ isPerson }) => isPerson) && own !== 0) cut++;
    }),
    { numRuns: 500 },
  );
  assert(late > 100 && cut > 50, `${late} and ${cut} are too few to say anything`);
});
