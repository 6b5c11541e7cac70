import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { findInstrument } from "../lib/market/mod.ts";
import type { FaultPlan, TradovateGuesses } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { type BrokerReport, createMemoryTransport, type Order } from "../lib/trading/mod.ts";
import { memoryLedger } from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { tradovateScenario } from "./fixtures/tradovate_scenarios.ts";
import { runTradovateSession, tradovateVenue } from "./fixtures/tradovate_session.ts";

const MES = findInstrument("MES"), MINUTE = 60_000;

/** A broker at the double, and what it has told of two orders. */
async function opened(
  faults: readonly FaultPlan[] = [],
  guesses: Partial<TradovateGuesses> = {},
) {
  const bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 60, seed: 3 },
    ...{ intervalMs: MINUTE, start: Date.parse("2026-11-24T15:00Z"), startPrice: 6_000 },
    volatilityTicks: 6,
  });
  const clock = new VirtualClock(bars.time[10]! + 200), venue = tradovateVenue([], guesses);
  const sandbox = venue.double({ clock, bars, seed: 3, feePerSideMicros: 950_000, lotsAtOnce: 10 });
  const transport = createMemoryTransport(clock, sandbox.servers, { delayMs: () => 20 });
  const troubles: string[] = [], reports: BrokerReport[] = [];
  const opening = venue.open({
    ...{ transport, clock, ledger: memoryLedger(), random: createRandom(1), onHalt: () => {} },
    onTrouble: (reason) => troubles.push(reason),
  });
  await clock.advance(10_000);
  const broker = await opening.broker;
  broker.onReport((_, report) => void reports.push(report));
  broker.onBar("MES", bars, 9);
  for (const fault of faults) sandbox.addFault(fault);
  const priceTicks = Math.round(bars.close[9]! / MES.tickSize);
  return {
    ...{ broker, clock, priceTicks, reports, sandbox, troubles },
    submit: (id: number, order: Omit<Order, "id" | "reason" | "decidedAt">) =>
      broker.submit("MES", { id, group: 1, reason: "signal", decidedAt: 0, ...order }),
    told: (id: number) =>
      reports.flatMap((report) => {
        const of = report.kind === "filled" ? report.fill.orderId : report.orderId;
        return of === id ? [report.kind] : [];
      }),
    lots: () => sandbox.truth().accounts[0]!.positions.reduce((sum, { lots }) => sum + lots, 0),
    async end() {
      await broker.close();
      sandbox.close();
    },
  };
}

/** Far from the market, and beyond it: the second trades at once. */
const far = (priceTicks: number) => ({ kind: "limit", limitTicks: priceTicks - 200 }) as const;
const near = (priceTicks: number) => ({ kind: "limit", limitTicks: priceTicks + 40 }) as const;

Deno.test("two orders of a group go as one, and when one trades the other is taken back", async () => {
  for (const pairDelayMs of [20, 60_000]) {
    const desk = await opened([], { pairDelayMs });
    const { clock, priceTicks, sandbox, told } = desk;
    void desk.submit(1, { lots: 2, terms: far(priceTicks) });
    await clock.advance(50);
    assertEquals([told(1), sandbox.truth().accounts[0]!.orders.length], [[], 0]);
    void desk.submit(2, { lots: 2, terms: near(priceTicks) });
    // A venue that is late with it is not waited for.
    await clock.advance(5_000);
    assertEquals([told(1).at(-1), told(2).at(-1), desk.lots()], ["cancelled", "filled", 2]);
    const [first, second] = sandbox.truth().accounts[0]!.orders;
    assertEquals([first!.ocoId, second!.ocoId], [second!.id, first!.id]);
    assertEquals([first!.status, second!.status], ["Canceled", "Filled"]);
    await desk.end();
  }
});

Deno.test("what both orders of a group have traded is put back to one of them", async () => {
  const desk = await opened([{ name: "both-legs-fill" }]);
  const { clock, priceTicks, troubles } = desk;
  void desk.submit(1, { lots: 2, terms: far(priceTicks) });
  void desk.submit(2, { lots: 2, terms: near(priceTicks) });
  await clock.advance(15_000);
  assertEquals([desk.lots(), troubles.length], [2, 1]);
  assert(/have both traded: 2 lots are put back/.test(troubles[0]!), troubles[0]);
  const told = desk.reports.reduce(
    (sum, report) => report.kind === "filled" ? sum + report.fill.lots : sum,
    0,
  );
  assertEquals(told, 2);
  await desk.end();
});

Deno.test("an order of a group that cannot go as a pair is rejected before anything is sent", async () => {
  const desk = await opened();
  const { priceTicks, reports, sandbox } = desk;
  const reasons = (): readonly string[] =>
    reports.flatMap((report) => report.kind === "rejected" ? [report.reason] : []);
  await desk.submit(2, { lots: 2, group: 2, terms: far(priceTicks) });
  await desk.submit(3, { lots: 1, group: 2, terms: near(priceTicks) });
  await desk.submit(4, { lots: 1, group: 4 });
  await desk.submit(5, { lots: 1, group: 5, terms: far(priceTicks) });
  await desk.broker.cancel(5);
  assertEquals(reasons(), [
    "the venue takes orders that cancel one another for the same lots only",
    "the venue takes orders that cancel one another for the same lots only",
    "orders of a group wait for their price: one for the moment is in none",
  ]);
  assertEquals(desk.told(5), ["cancelled"]);
  assertEquals(sandbox.truth().accounts[0]!.orders, []);
  await desk.end();
});

Deno.test("an order whose group has no other goes by itself, and what comes later is rejected", async () => {
  const desk = await opened();
  const { clock, priceTicks, sandbox, told } = desk;
  await desk.submit(1, { lots: 2, terms: far(priceTicks) });
  await clock.advance(1_900);
  assertEquals(sandbox.truth().accounts[0]!.orders, []);
  await clock.advance(1_000);
  assertEquals(told(1), ["accepted"]);
  await desk.submit(2, { lots: 2, terms: near(priceTicks) });
  assertEquals([told(2), sandbox.truth().accounts[0]!.orders.length], [["rejected"], 1]);
  await desk.end();
});

Deno.test("where one of a pair is taken back the other works on, whatever the venue makes of it", async () => {
  for (const pairOfCancel of ["stays", "cancelled"] as const) {
    const desk = await opened([], { pairOfCancel });
    const { clock, priceTicks, sandbox, told } = desk;
    void desk.submit(1, { lots: 2, terms: far(priceTicks) });
    void desk.submit(2, { lots: 2, terms: { kind: "stop", stopTicks: priceTicks + 200 } });
    await clock.advance(2_000);
    void desk.broker.cancel(1);
    await clock.advance(5_000);
    assertEquals([told(1), told(2)], [["accepted", "cancelled"], ["accepted"]]);
    const live = sandbox.truth().accounts[0]!.orders.filter(({ status }) => status === "Working");
    assertEquals(live.map(({ lots, stopPrice }) => [lots, stopPrice]), [
      [2, (priceTicks + 200) * MES.tickSize],
    ]);
    await desk.end();
  }
});

Deno.test("a pair whose answer is lost is found by what both carry, and never sent again", async () => {
  const desk = await opened([{ name: "lost-answer", on: "placeoco", times: 1 }]);
  const { clock, priceTicks, sandbox, told } = desk;
  void desk.submit(1, { lots: 1, terms: far(priceTicks) });
  void desk.submit(2, { lots: -1, terms: { kind: "limit", limitTicks: priceTicks + 200 } });
  await clock.advance(20_000);
  assertEquals(sandbox.truth().faults.length, 1);
  assertEquals([told(1).at(-1), told(2).at(-1)], ["accepted", "accepted"]);
  assertEquals(sandbox.truth().accounts[0]!.orders.map(({ clOrdId }) => clOrdId), ["s.1", "s.2"]);
  await desk.end();
});

Deno.test("sessions with pairs under random faults and guesses end with the venue's own books", async () => {
  for (let seed = 50_001; seed <= 50_024; seed++) {
    const scenario = tradovateScenario(seed);
    const names = scenario.faults.map(({ name }) => name).join(", ");
    const { assumed, doubled, lost, wrong } = await runTradovateSession({
      ...{ ...scenario, bars: 6, pairs: true },
    });
    assertEquals(
      { lost, doubled, assumed, wrong },
      { lost: 0, doubled: 0, assumed: 0, wrong: [] },
      `seed ${seed}: ${names}`,
    );
  }
});
