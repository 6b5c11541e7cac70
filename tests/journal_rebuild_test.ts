import { createRandom, type Random } from "../lib/core/random.ts";
import type { AccountOptions } from "../lib/engine/engine.ts";
import { reconcile } from "../lib/execution/reconcile.ts";
import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import {
  BookKeeper,
  type JournalBooks,
  openJournalReader,
  rebuildBooks,
} from "../lib/journal/mod.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import type { KeptEntry, OrderTerms } from "../lib/trading/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, FUTURE, TICK } from "./fixtures/engine_fixture.ts";
import { ACCOUNT, entriesOf } from "./fixtures/journal_fixture.ts";
import { beliefsOfBooks, beliefsOfEngine, JournaledRun } from "./fixtures/journaled_run.ts";
import { BrokerProcess, openProcessBroker, type ProcessBroker } from "./fixtures/process_broker.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const CASH_USD = 1_000_000;

const slotOf = (symbol: string): AccountOptions["slots"][number] => ({
  instrument: { ...FUTURE, symbol },
  intervalMs: 60_000,
  costs: { feePerSideMicros: 500_000, slippageTicks: 0 },
  marginPerLotUsd: 1_000,
  maxLots: 20,
  sizing: fixedLots(10),
});

/** The arithmetic of a slot's equity that needs no order of its fills. */
function equityOf(entries: readonly KeptEntry[], slot: number, markTicks: number): number {
  return entries.reduce((sum, entry) => {
    if (entry.kind !== "filled" || entry.slot !== slot) return sum;
    const { feeMicros, lots, priceTicks } = entry.fill;
    return sum + lots * (markTicks - priceTicks) * TICK - feeMicros;
  }, 0);
}

/** Whatever was written first is a state that an account can be in, and every step follows. */
async function checkPrefixes(entries: readonly KeptEntry[], books: JournalBooks): Promise<void> {
  const keeper = new BookKeeper();
  const submitted = new Set<number>();
  for (const [i, entry] of entries.entries()) {
    keeper.take(entry);
    if (entry.kind === "submit") {
      const { exits = [], id } = entry.order;
      for (const each of [id, ...exits.map((exit) => exit.id)]) submitted.add(each);
    }
    const prefix = keeper.books(), before = entries.slice(0, i + 1);
    assertEquals(prefix.sequence, i + 1);
    const open = prefix.slots.flatMap(({ orders }) => orders.map(({ id }) => id));
    assertEquals(new Set(open).size, open.length);
    assert(open.every((id) => submitted.has(id)));
    for (const [slot, { equityMicros, markTicks, positionLots }] of prefix.slots.entries()) {
      const lots = before.reduce(
        (sum, each) => each.kind === "filled" && each.slot === slot ? sum + each.fill.lots : sum,
        0,
      );
      assertEquals(positionLots, lots);
      const own = prefix.slots.length === 1 ? prefix.initialMicros : 0;
      assertEquals(equityMicros, own + equityOf(before, slot, markTicks));
    }
  }
  assertEquals(keeper.books(), books);
  // Books that were kept on the way and taken up again come to the same.
  const half = entries.length >> 1;
  const kept = JSON.stringify(await rebuildBooks(entries.slice(0, half)));
  assertEquals(await rebuildBooks(entries.slice(half), JSON.parse(kept)), books);
}

async function compareBooks(run: JournaledRun, message: string): Promise<JournalBooks> {
  await run.settled();
  const books = await rebuildBooks(run.journal.entries());
  assertEquals(beliefsOfBooks(books), beliefsOfEngine(run.engine), message);
  return books;
}

/** Fills, as the books know them, are those that the broker has. */
async function reconcileWith(run: JournaledRun, broker: ProcessBroker): Promise<void> {
  await run.settled();
  const { orders, positionLots } = run.engine.slot(0);
  const belief = { symbol: "TEST", orders: orders.all(), positionLots };
  const found = reconcile([belief], broker.known, await broker.snapshot());
  broker.learn(found.executionIds);
  for (const { report } of found.reports) run.take({ kind: "report", slot: 0, report });
  await run.settled();
  const { fills } = await broker.snapshot();
  run.take({ kind: "executions", slot: 0, fills: fills.map(({ fill }) => fill) });
  const books = await compareBooks(run, "after comparing");
  assertEquals(
    [...books.executionIds].toSorted(),
    fills.map(({ executionId }) => executionId).toSorted(),
  );
}

function act(run: JournaledRun, random: Random): void {
  const pick = random.uniform();
  if (pick < 0.6) {
    const exposure = (random.integer(5) - 2) / 2;
    const forecast = { exposure, intent: "resize", probability: null } as const;
    return run.take({ kind: "forecast", slot: 0, forecast });
  }
  if (pick < 0.8) {
    const limitTicks = 4_000 + random.integer(41) - 20;
    const lots = random.uniform() < 0.5 ? 3 : -3;
    run.engine.gateway(0).submit({ lots, terms: { kind: "limit", limitTicks } });
  } else run.engine.gateway(0).cancelAll();
  run.take({ kind: "mark", slot: 0, priceTicks: 4_000 });
}

/** A session against a broker that loses, rejects, repeats and is late, restarted half-way. */
async function misbehaving(
  process: BrokerProcess,
  sessions: string,
  seed: number,
): Promise<Record<string, number>> {
  const random = createRandom(seed), steps = 16;
  const chance = (most: number): number => random.uniform() < 0.5 ? 0 : most * random.uniform();
  const broker = await openProcessBroker(process, "TEST", {
    ...{ seed, mostLots: 1 + random.integer(8), cashMicros: CASH_USD * 1e6 },
    faults: {
      ...{ loseRequest: chance(0.3), loseMessage: chance(0.4), reject: chance(0.3) },
      ...{ delay: chance(0.6), repeat: chance(0.3) },
    },
  });
  const run = new JournaledRun(
    sessions,
    { initialCashUsd: CASH_USD, slots: [slotOf("TEST")] },
    broker,
  );
  const restartedAt = random.integer(steps);
  let priceTicks = 4_000;
  for (let step = 0; step < steps; step++) {
    priceTicks += random.integer(11) - 5;
    await broker.step(priceTicks);
    const bars = barsOf([priceTicks], [priceTicks]);
    run.take({ kind: "bar", slot: 0, bars, row: 0, tradeDay: 0, endsSession: false });
    run.take({ kind: "clock", time: step * 60_000 });
    if (step === restartedAt) await run.restart();
    act(run, random);
    if (random.uniform() < 0.3) await compareBooks(run, `seed ${seed}, step ${step}`);
    if (random.uniform() < 0.1) run.take({ kind: "halt", reason: "stopped by hand" });
    await run.settled();
    if (step % 8 === 7) await reconcileWith(run, broker);
  }
  const books = await compareBooks(run, `seed ${seed}, end`);
  await checkPrefixes(await entriesOf(run.journal), books);
  run.journal[Symbol.dispose]();
  using reader = openJournalReader(sessions, ACCOUNT.name);
  assertEquals(await rebuildBooks(reader.entries()), books);
  assertEquals(reader.check().fault, null);
  return run.counts;
}

const TERMS: readonly ((ticks: number, side: number) => OrderTerms)[] = [
  () => ({ kind: "market" }),
  (ticks, side) => ({ kind: "limit", limitTicks: ticks - 4 * side }),
  (ticks, side) => ({ kind: "stop", stopTicks: ticks + 4 * side }),
  () => ({ kind: "trailing-stop", distanceTicks: 6 }),
];

/** Two instruments with brackets, groups, settlements and forced closes. */
async function settling(sessions: string, seed: number): Promise<Record<string, number>> {
  const random = createRandom(seed), symbols = ["TEST", "OTHER"], prices = [4_000, 4_000];
  const costs = { feePerSideMicros: 500_000, slippageTicks: 1 };
  const barOf = (slot: number, step: number) => {
    const moves = [0, 1, 2, 3].map(() => prices[slot]! + random.integer(13) - 6);
    prices[slot] = moves[3]!;
    const bars = barsOf([moves[0]!], [moves[3]!]);
    bars.high[0] = Math.max(...moves) * FUTURE.tickSize;
    bars.low[0] = Math.min(...moves) * FUTURE.tickSize;
    bars.time[0] = step * 60_000;
    return { ...bars, instrument: { ...FUTURE, symbol: symbols[slot]! } };
  };
  const tradeDay = new Int32Array(1);
  const broker = createSimulatedBroker(
    Object.fromEntries(symbols.map((symbol, slot) => [
      symbol,
      { bars: barOf(slot, 0), costs, assumptions: { session: { tradeDay } } },
    ])),
    CASH_USD,
    { now: () => 0 },
  );
  const run = new JournaledRun(
    sessions,
    { initialCashUsd: CASH_USD, slots: symbols.map(slotOf) },
    broker,
  );
  for (let step = 1; step <= 24; step++) {
    const endsSession = step % 6 === 0;
    tradeDay[0] = Math.floor((step - 1) / 6);
    for (const [slot, symbol] of symbols.entries()) {
      const bars = barOf(slot, step);
      broker.onBar(symbol, bars, 0);
      run.take({ kind: "bar", slot, bars, row: 0, tradeDay: tradeDay[0], endsSession });
    }
    run.take({ kind: "clock", time: (step + 1) * 60_000 });
    const slot = random.integer(2), side = random.uniform() < 0.5 ? 1 : -1;
    const terms = TERMS[random.integer(TERMS.length)]!(prices[slot]!, side);
    const pick = random.uniform();
    if (pick < 0.4) {
      run.engine.gateway(slot).submit({
        ...{ lots: side * (1 + random.integer(3)), terms },
        exits: [
          { kind: "take-profit", distanceTicks: 5 },
          { kind: "stop-loss", distanceTicks: 4 },
        ],
      });
    } else if (pick < 0.6) {
      run.engine.gateway(slot).submitOneCancelsOther([
        { lots: 2, terms: { kind: "limit", limitTicks: prices[slot]! - 3 } },
        { lots: -2, terms: { kind: "limit", limitTicks: prices[slot]! + 3 } },
      ]);
    } else if (pick < 0.8) {
      const forecast = { exposure: side / 2, intent: "resize", probability: 0.5 } as const;
      run.take({ kind: "forecast", slot, forecast });
    } else if (pick < 0.9) {
      run.take({ kind: "close", slot, reason: "session-close", atClose: false });
    } else if (endsSession) {
      run.take({ kind: "close", slot, reason: "session-close", atClose: true });
    }
    run.take({ kind: "mark", slot, priceTicks: prices[slot]! });
    if (random.uniform() < 0.3) await compareBooks(run, `seed ${seed}, step ${step}`);
    await run.settled();
    if (step === 13) await run.restart();
  }
  const books = await compareBooks(run, `seed ${seed}, end`);
  await checkPrefixes(await entriesOf(run.journal), books);
  assertEquals(books.profitMicros, books.equityMicros - CASH_USD * 1e6);
  run.journal[Symbol.dispose]();
  return run.counts;
}

function add(total: Record<string, number>, counts: Record<string, number>): void {
  for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count;
}

Deno.test("the books of 100 sessions with a misbehaving broker are the engine's, from the journal alone", async () => {
  await using process = new BrokerProcess();
  const total: Record<string, number> = {};
  for (let seed = 1; seed <= 100; seed++) {
    await inFolder(async (folder) => add(total, await misbehaving(process, folder, seed)));
  }
  for (const kind of ["accepted", "filled", "rejected", "cancelled", "unknown"]) {
    assert((total[kind] ?? 0) > 30, `too few were ${kind}: ${total[kind]}`);
  }
});

Deno.test("so are those of 60 sessions with brackets, groups, settlements and two instruments", async () => {
  const total: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    await inFolder(async (folder) => add(total, await settling(folder, seed)));
  }
  for (const kind of ["accepted", "filled", "cancelled", "expired"]) {
    assert((total[kind] ?? 0) > 30, `too few were ${kind}: ${total[kind]}`);
  }
});
