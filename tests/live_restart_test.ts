import { openSimulated } from "../lib/evaluation/simulation.ts";
import { Engine } from "../lib/engine/mod.ts";
import { rebuildBooks } from "../lib/journal/mod.ts";
import type { Control, Controls } from "../lib/live/controls.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionSlot } from "../lib/live/session_options.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { BarBroker } from "../lib/trading/broker.ts";
import type { BrokerReport } from "../lib/trading/events.ts";
import type { KeptEntry } from "../lib/trading/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { TRENDING } from "./fixtures/blend_fixture.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { decideBy, memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";

const LOOK_BACK = 20, FROM = 100, CASH = 100_000;
const opened = await openSimulated({ ...TRENDING, bars: 2_000 });
const { instrument, intervalMs } = opened.bars;
const slot: SessionSlot = {
  ...{ costs: { feePerSideMicros: 620_000, slippageTicks: 1 }, marginPerLotUsd: 2_400, maxLots: 2 },
  ...{ sizing: { kind: "fixed", lots: 2 }, flattenAtSessionEnd: true },
  ...{ instrument, intervalMs, from: opened.bars.time[FROM]!, warmupBars: LOOK_BACK },
  deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
  start: decideBy(timeSeriesMomentum(LOOK_BACK), opened, LOOK_BACK),
};
const FLATTEN: Control = { kind: "flatten", via: "file", reason: "a" };

/** What lies there when a session begins, as a file does. */
function waiting(...all: readonly Control[]): Controls {
  return { onControl: (listener) => all.forEach(listener) };
}

/** A session over the first bars, from where it was. */
function run(
  journal: MemoryJournal,
  broker: BarBroker,
  bars: number,
  controls: Controls = waiting(),
) {
  const short = { ...opened, bars: sliceBars(opened.bars, 0, bars) };
  return runSession(memorySession([short], [slot], { journal, broker, controls }));
}

async function lotsAt(broker: BarBroker): Promise<number> {
  return (await broker.snapshot()).positions[0]?.lots ?? 0;
}

/** A session that has ended while it held something and had no order out. */
async function endedWithPosition() {
  for (let bars = 400;; bars++) {
    const journal = new MemoryJournal(), broker = simulatedBroker([opened], [slot], CASH);
    await run(journal, broker, bars);
    const { orders, positions } = await broker.snapshot();
    const lots = positions[0]?.lots ?? 0;
    if (lots !== 0 && orders.length === 0) return { bars, broker, journal, lots };
  }
}

function kindsFrom(journal: MemoryJournal, sequence: number): readonly string[] {
  return journal.kept.slice(sequence).map(({ kind }) => kind);
}

function fillsOf(journal: MemoryJournal): readonly (string | undefined)[] {
  return journal.kept.flatMap((entry) => entry.kind === "filled" ? [entry.executionId] : []);
}

Deno.test("what people want at a restart is done once the broker's books were heard, and booked once", async () => {
  const { bars, broker, journal } = await endedWithPosition();
  const before = journal.kept.length;
  const outcome = await run(journal, broker, bars, waiting(FLATTEN));
  assertEquals([outcome.positions, outcome.halted], ["flat", "a (flatten by file)"]);
  assertEquals(await lotsAt(broker), 0);
  const kinds = kindsFrom(journal, before);
  assertEquals(kinds[0], "session-started");
  assert(kinds.indexOf("reconciled") < kinds.indexOf("user-command"), kinds.join());
  const reconciled = journal.kept.findLast(({ kind }) => kind === "reconciled");
  assert(reconciled?.kind === "reconciled");
  assertEquals([reconciled.missed, reconciled.unexplainedLots], [0, {}]);
  const books = await rebuildBooks(journal.entries());
  assertEquals(books.slots[0]!.positionLots, 0);
  assertEquals(books.executionIds.length, fillsOf(journal).length);
  // Halted and flat it sends nothing any more, however often it goes on.
  const sent = (await broker.snapshot()).fills.length;
  for (const more of [100, 400]) {
    const later = await run(journal, broker, bars + more);
    assertEquals([later.positions, later.orders], ["flat", 0]);
  }
  assertEquals((await broker.snapshot()).fills.length, sent);
});

Deno.test("two who flatten at once close once, also where the broker answers later", async () => {
  const { bars, broker, journal } = await endedWithPosition();
  const slow: BarBroker = {
    ...broker,
    submit: async (symbol, order) => {
      await new Promise((resolve) => setTimeout(resolve));
      return broker.submit(symbol, order);
    },
  };
  const outcome = await run(journal, slow, bars, waiting({ ...FLATTEN, via: "signal" }, FLATTEN));
  assertEquals([outcome.positions, await lotsAt(broker)], ["flat", 0]);
});

Deno.test("an execution that a broker tells twice is booked once, by the session, its journal and its restart", async () => {
  const twice = (broker: BarBroker): BarBroker => ({
    ...broker,
    onReport: (listener) =>
      broker.onReport((symbol, report) => {
        listener(symbol, report);
        if (report.kind === "filled") listener(symbol, report);
      }),
  });
  const plain = new MemoryJournal(), journal = new MemoryJournal();
  const expected = await run(plain, simulatedBroker([opened], [slot], CASH), 600);
  const broker = simulatedBroker([opened], [slot], CASH);
  await run(journal, twice(broker), 350);
  const outcome = await run(journal, twice(broker), 600);
  assert(expected.fills.length > 5);
  assertEquals(fillsOf(journal), fillsOf(plain));
  assertEquals(outcome.equityMicros, expected.equityMicros);
  // A journal in which one was written twice, by a program that did not know better.
  const doubled = journal.kept.flatMap((entry): readonly KeptEntry[] =>
    entry.kind === "filled" ? [entry, entry] : [entry]
  );
  const books = await rebuildBooks(doubled);
  assertEquals(books.equityMicros, outcome.equityMicros);
});

Deno.test("a session whose broker holds what nothing explains sends nothing that could make it larger", async () => {
  const { bars, broker, journal, lots } = await endedWithPosition();
  // Somebody else closes it, and the broker does not say by which execution.
  const stranger = 9_999;
  broker.onReport(() => {});
  await broker.submit(instrument.symbol, {
    ...{ id: stranger, lots: -lots, reason: "risk", decidedAt: 0, atClose: true },
  });
  assertEquals(await lotsAt(broker), 0);
  const sent: number[] = [];
  const silent: BarBroker = {
    ...broker,
    submit: (symbol, order) => (sent.push(order.lots), broker.submit(symbol, order)),
    async snapshot() {
      const { fills, ...books } = await broker.snapshot();
      return { ...books, fills: fills.filter(({ fill }) => fill.orderId !== stranger) };
    },
  };
  const reasons: string[] = [];
  for (const more of [0, 300, 600]) {
    const outcome = await run(journal, silent, bars + more, waiting(FLATTEN));
    assert(outcome.halted !== null);
    assert(
      journal.kept.some((entry) =>
        entry.kind === "halt" &&
        entry.reason ===
          `the broker holds 0 lots of ${instrument.symbol}, the journal explains ${lots}`
      ),
    );
    assertEquals([sent, await lotsAt(broker)], [[], 0]);
  }
  for (const entry of journal.kept) if (entry.kind === "rejected") reasons.push(entry.reason);
  assert(reasons.some((reason) => reason.startsWith("not sent: ")), reasons.join());
});

Deno.test("a halted engine sends nothing for a forecast that could open a position, whatever is on its way", () => {
  const begin = (heldLots: number) => {
    const engine = new Engine({ initialCashUsd: CASH, slots: [slot] });
    const forecast = (exposure: number) =>
      engine.take({
        ...{ kind: "forecast", slot: 0 },
        forecast: { exposure, intent: "enter", probability: null },
      });
    const fill = (orderId: number, lots: number): BrokerReport => ({
      kind: "filled",
      fill: {
        ...{ orderId, lots, bar: 0, time: 0, moment: "open", priceTicks: 16_000 },
        ...{ slippageTicks: 0, feeMicros: 0, reason: "signal" },
      },
    });
    engine.take({ kind: "mark", slot: 0, priceTicks: 16_000 });
    if (heldLots !== 0) {
      forecast(Math.sign(heldLots));
      engine.take({ kind: "report", slot: 0, report: fill(1, heldLots) });
    }
    return { engine, forecast };
  };
  const submits = (commands: readonly { readonly kind: string }[]) =>
    commands.filter(({ kind }) => kind === "submit").length;
  // An entry that is being taken back may have been taken back already.
  const flat = begin(0);
  assertEquals(submits(flat.forecast(1)), 1);
  assertEquals(flat.engine.take({ kind: "halt", reason: "drill" }).map(({ kind }) => kind), [
    "cancel",
  ]);
  for (const exposure of [0, -1, 1]) assertEquals(submits(flat.forecast(exposure)), 0);
  // What closes at once is on its way: a second exit would open the other side.
  const closing = begin(2);
  closing.engine.take({ kind: "halt", reason: "drill" });
  assertEquals(
    submits(closing.engine.take({ kind: "close", slot: 0, reason: "risk", atClose: true })),
    1,
  );
  for (const exposure of [0, -1, 1]) assertEquals(submits(closing.forecast(exposure)), 0);
  // An exit still passes, and only to flat.
  const held = begin(2);
  held.engine.take({ kind: "halt", reason: "drill" });
  const [exit] = held.forecast(-1);
  assert(exit?.kind === "submit");
  assertEquals(exit.order.lots, -2);
});
