import { assertEquals } from "../../../tests/assert.ts";
import { ProjectXBooks } from "../projectx/projectx_books.ts";
import type { BrokerContext } from "./broker_context.ts";
import { memoryLedger } from "./order_ledger.ts";
import { sentOrders } from "./order_terms.ts";
import { OwnOrders } from "./own_orders.ts";
import { VenueLots } from "./venue_lots.ts";

const CONTRACT = "CON.F.US.MES.Z26";

/** An account whose executions are told one by one, by our orders or their exits; 0 is a person's. */
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
