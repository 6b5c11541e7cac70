import { createRandom } from "../lib/core/random.ts";
import { driveBroker } from "../lib/engine/drive_broker.ts";
import { Engine, type EngineState } from "../lib/engine/engine.ts";
import { reconcile } from "../lib/execution/reconcile.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import type { AccountOptions } from "../lib/engine/engine.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, FUTURE } from "./fixtures/engine_fixture.ts";
import {
  type BrokerFaults,
  BrokerProcess,
  openProcessBroker,
  type ProcessBroker,
} from "./fixtures/process_broker.ts";

const SESSIONS = 1_000, STEPS = 24, RECONCILED_EVERY = 8;
const CASH_USD = 1_000_000;
const ACCOUNT: AccountOptions = {
  initialCashUsd: CASH_USD,
  slots: [{
    instrument: FUTURE,
    intervalMs: 60_000,
    costs: { feePerSideMicros: 500_000, slippageTicks: 0 },
    marginPerLotUsd: 1_000,
    maxLots: 20,
    sizing: fixedLots(10),
  }],
};

/** A session in which everything goes wrong that the seed wants; the engine is restored half-way. */
async function session(process: BrokerProcess, seed: number): Promise<Record<string, number>> {
  const random = createRandom(seed);
  const chance = (most: number): number => random.uniform() < 0.5 ? 0 : most * random.uniform();
  const faults: BrokerFaults = {
    loseRequest: chance(0.3),
    loseMessage: chance(0.4),
    reject: chance(0.3),
    delay: chance(0.6),
    repeat: chance(0.3),
  };
  const broker = await openProcessBroker(process, "TEST", {
    ...{ seed, faults, mostLots: 1 + random.integer(8), cashMicros: CASH_USD * 1e6 },
  });
  let engine = new Engine(ACCOUNT);
  const counts: Record<string, number> = {};
  const drive = () =>
    driveBroker(engine, broker, ["TEST"], {
      onReport: (_, { kind }) => void (counts[kind] = (counts[kind] ?? 0) + 1),
    });
  let driven = drive();
  let priceTicks = 4_000;
  const restoredAt = random.integer(STEPS);
  for (let step = 0; step < STEPS; step++) {
    priceTicks += random.integer(11) - 5;
    await broker.step(priceTicks);
    const bars = barsOf([priceTicks], [priceTicks]);
    driven.take({ kind: "bar", slot: 0, bars, row: 0, tradeDay: 0, endsSession: false });
    driven.take({ kind: "clock", time: step * 60_000 });
    if (step === restoredAt) {
      const text = JSON.stringify(engine.save());
      engine = new Engine(ACCOUNT, JSON.parse(text) as EngineState);
      assertEquals(JSON.stringify(engine.save()), text);
      driven = drive();
    }
    act(engine, driven, random);
    await driven.settled();
    if (step % RECONCILED_EVERY === RECONCILED_EVERY - 1) await compare(engine, driven, broker);
  }
  await compare(engine, driven, broker);
  await assertSameBooks(engine, broker, seed);
  return counts;
}

type Driven = ReturnType<typeof driveBroker>;

/** A forecast, a resting order, or taking one back. */
function act(engine: Engine, driven: Driven, random: ReturnType<typeof createRandom>): void {
  const pick = random.uniform();
  if (pick < 0.6) {
    const exposure = (random.integer(5) - 2) / 2;
    driven.take({
      ...{ kind: "forecast", slot: 0 },
      forecast: { exposure, intent: "resize", probability: null },
    });
  } else if (pick < 0.8) {
    const limitTicks = 4_000 + random.integer(41) - 20;
    engine.gateway(0).submit({
      lots: random.uniform() < 0.5 ? 3 : -3,
      terms: { kind: "limit", limitTicks },
    });
    driven.take({ kind: "mark", slot: 0, priceTicks: 4_000 });
  } else {
    engine.gateway(0).cancelAll();
    driven.take({ kind: "mark", slot: 0, priceTicks: 4_000 });
  }
}

/** What reports did not tell is told by the books. */
async function compare(engine: Engine, driven: Driven, broker: ProcessBroker): Promise<void> {
  await driven.settled();
  const { orders, positionLots } = engine.slot(0);
  const belief = { symbol: "TEST", orders: orders.all(), positionLots };
  const found = reconcile([belief], broker.known, await broker.snapshot());
  broker.learn(found.executionIds);
  for (const { report } of found.reports) driven.take({ kind: "report", slot: 0, report });
  assertEquals(found.unexplainedLots, {});
  await driven.settled();
  const equityMicros = engine.equityMicros;
  const fills = (await broker.snapshot()).fills.map(({ fill }) => fill);
  driven.take({ kind: "executions", slot: 0, fills });
  assertEquals(engine.equityMicros, equityMicros);
}

async function assertSameBooks(
  engine: Engine,
  broker: ProcessBroker,
  seed: number,
): Promise<void> {
  const books = await broker.snapshot();
  const { cashMicros, orders, positionLots } = engine.slot(0);
  assertEquals(
    {
      lots: positionLots,
      cashMicros,
      orders: orders.working().map(({ id, lots }) => ({ id, lots })),
    },
    {
      lots: books.positions[0]?.lots ?? 0,
      cashMicros: books.cashMicros,
      orders: books.orders.map(({ id, lots }) => ({ id, lots })),
    },
    `session ${seed}`,
  );
}

Deno.test(`${SESSIONS} sessions against a broker that loses, rejects, repeats and is late end with its books`, async () => {
  await using process = new BrokerProcess();
  const total: Record<string, number> = {};
  for (let seed = 1; seed <= SESSIONS; seed++) {
    for (const [kind, count] of Object.entries(await session(process, seed))) {
      total[kind] = (total[kind] ?? 0) + count;
    }
  }
  for (const kind of ["accepted", "filled", "rejected", "cancelled", "unknown"]) {
    assert((total[kind] ?? 0) > SESSIONS / 2, `too few were ${kind}: ${total[kind]}`);
  }
});
