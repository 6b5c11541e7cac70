import type { Order } from "../lib/trading/order.ts";
import { TransportError } from "../lib/trading/transport.ts";
import { assert, assertEquals } from "./assert.ts";
import { openScripted } from "./fixtures/scripted_books.ts";

const ORDER: Order = { id: 1, lots: 2, reason: "signal", decidedAt: 0 };
const BRACKET: Order = {
  ...ORDER,
  exits: [
    { id: 2, kind: "take-profit", distanceTicks: 40 },
    { id: 3, kind: "stop-loss", distanceTicks: 20 },
  ],
};
const lost = new TransportError("no-answer", "the host broke off");

Deno.test("what opened the other side is closed ever more rarely where the venue takes no order", async () => {
  const { broker, calls, venue } = await openScripted();
  void broker.submit("MES", BRACKET);
  await venue.clock.advance(500);
  const [entry, target, stop] = [...venue.entities.order!.keys()] as [number, number, number];
  venue.fill(entry, 2, 5_000);
  for (const id of [target, stop]) venue.status(id, "Working");
  await venue.clock.advance(1_500);
  venue.script = ({ path }) =>
    path === "order/placeorder"
      ? { failureReason: "TradingLocked", failureText: "the account is locked" }
      : undefined;
  venue.fill(target, 2, 5_010);
  venue.fill(stop, 2, 4_995);
  await venue.clock.advance(20 * 60_000);
  const refused = calls("order/placeorder").length;
  assert(refused >= 15 && refused <= 40, `${refused} tries in 20 minutes`);
  const asked = broker.snapshot();
  await venue.clock.advance(5_000);
  assertEquals((await asked).positions, [{ symbol: "MES", lots: -2 }]);
  venue.script = () => undefined;
  await venue.clock.advance(61_000);
  assertEquals(calls("order/placeorder").length, refused + 1);
  await broker.close();
});

Deno.test("an order that cannot be taken back and of which nothing is heard is asked about ever more rarely", async () => {
  const { broker, calls, kinds, venue } = await openScripted();
  void broker.submit("MES", { ...ORDER, terms: { kind: "limit", limitTicks: 19_000 } });
  await venue.clock.advance(1_000);
  venue.script = ({ path }) =>
    path === "order/cancelorder"
      ? { failureReason: "TooLate", failureText: "Order is not working any more" }
      : /^(order|fill)\/(items|ldeps|list)/.test(path)
      ? lost
      : undefined;
  void broker.cancel(1);
  await venue.clock.advance(10 * 60_000);
  const cancels = calls("order/cancelorder").length;
  assert(cancels >= 5 && cancels <= 20, `${cancels} cancels in ten minutes`);
  assertEquals(kinds(1), ["accepted"]);
  venue.script = () => undefined;
  venue.tells = false;
  venue.fill([...venue.entities.order!.keys()][0]!, 2, 4_750);
  await venue.clock.advance(120_000);
  assertEquals(kinds(1), ["accepted", "filled"]);
  await broker.close();
});

Deno.test("a hundred orders of a person while nobody was there are told start by start, if need be", async () => {
  const { broker, ledger, venue } = await openScripted();
  await broker.close();
  venue.tells = false;
  for (let order = 0; order < 100; order++) {
    venue.fill(venue.accept({ action: "Buy", orderType: "Market" }, 1), 1, 5_000);
  }
  const told: number[] = [];
  for (let start = 0; start < 5; start++) {
    const { broker } = await openScripted(venue, ledger);
    const asked = broker.snapshot().then(() => true, () => false);
    await venue.clock.advance(100_000);
    told.push(ledger.entries().filter(({ kind }) => kind === "filled").length);
    await broker.close();
    if (await asked) break;
  }
  assert(told[0]! >= 10 && told.at(-1) === 100, `${told} were told after each start`);
});
