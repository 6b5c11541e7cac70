import fc from "fast-check";
import { createRandom } from "../lib/core/random.ts";
import { driveBroker } from "../lib/engine/drive_broker.ts";
import { Engine, type EngineState } from "../lib/engine/engine.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { Bars } from "../lib/market/bars.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import type { BrokerReport, Command } from "../lib/trading/events.ts";
import { assert, assertEquals } from "./assert.ts";
import { FUTURE, optionsFor, randomBars, scripted } from "./fixtures/engine_fixture.ts";

const COSTS = { feePerSideMicros: 500_000, slippageTicks: 1 };
const LENGTH = 300;

interface Told {
  readonly commands: readonly Command[];
  readonly reports: readonly BrokerReport[];
  readonly positionLots: Int32Array;
}

/** The same decisions through a broker's port, the engine made anew at some bars. */
async function throughBroker(
  bars: Bars,
  targets: readonly number[],
  restoredAt: ReadonlySet<number>,
): Promise<Told & { readonly cashMicros: number; readonly brokerCash: number }> {
  const { limits, ...options } = optionsFor(bars, scripted([]));
  const account = {
    initialCashUsd: options.initialCashUsd,
    slots: [{ ...options, instrument: FUTURE, intervalMs: bars.intervalMs }],
  };
  assertEquals(limits, undefined);
  const broker = createSimulatedBroker(
    { TEST: { bars, costs: COSTS } },
    options.initialCashUsd,
    { now: () => 0 },
  );
  const commands: Command[] = [], reports: BrokerReport[] = [];
  const observer = {
    onCommand: (command: Command) => void commands.push(command),
    onReport: (_: number, report: BrokerReport) => void reports.push(report),
  };
  let engine = new Engine(account);
  let driven = driveBroker(engine, broker, ["TEST"], observer);
  const positionLots = new Int32Array(bars.length);
  for (let row = 0; row < bars.length; row++) {
    broker.onBar("TEST", bars, row);
    if (restoredAt.has(row)) {
      engine = new Engine(account, JSON.parse(JSON.stringify(engine.save())) as EngineState);
      driven = driveBroker(engine, broker, ["TEST"], observer);
    }
    positionLots[row] = engine.slot(0).positionLots;
    driven.take({ kind: "bar", slot: 0, bars, row, tradeDay: 0, endsSession: false });
    driven.take({ kind: "clock", time: bars.time[row]! });
    const exposure = targets[row]! / 100;
    const forecast = { exposure, intent: "resize", probability: null } as const;
    if (row + 1 < bars.length) driven.take({ kind: "forecast", slot: 0, forecast });
    await driven.settled();
  }
  driven.take({ kind: "close", slot: 0, reason: "end-of-data", atClose: true });
  await driven.settled();
  const { cashMicros } = engine;
  return {
    commands,
    reports,
    positionLots,
    cashMicros,
    brokerCash: (await broker.snapshot()).cashMicros,
  };
}

Deno.test("an engine on a broker's port, killed and restored, decides what a backtest decides", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
      const bars = randomBars(seed, LENGTH), random = createRandom(seed + 1);
      const targets = Array.from({ length: LENGTH }, () => random.integer(7) - 3);
      const stops = new Set(Array.from({ length: 20 }, () => random.integer(LENGTH)));
      const expected = runEngine(
        bars,
        optionsFor(bars, scripted(targets), { executor: createSimulatedExecutor(COSTS) }),
      );
      const live = await throughBroker(bars, targets, stops);
      const fills = live.reports.flatMap((report) => report.kind === "filled" ? [report.fill] : []);
      assertEquals(fills, expected.fills);
      assertEquals(live.positionLots, expected.positionLots);
      assertEquals(live.cashMicros, expected.equityMicros.at(-1));
      assertEquals(live.brokerCash, live.cashMicros);
      assertEquals(await throughBroker(bars, targets, new Set()), live);
    }),
    { numRuns: 12 },
  );
});

Deno.test("an engine keeps nothing for each bar: its state is as large after a million", () => {
  const bars = randomBars(5, 1_000), random = createRandom(6);
  const engine = new Engine({
    initialCashUsd: 1e8,
    slots: [{
      ...{ instrument: FUTURE, intervalMs: 60_000, costs: COSTS, marginPerLotUsd: 100 },
      ...{ maxLots: 10, sizing: fixedLots(4), limits: { maxOrdersPerMinute: 50 } },
    }],
  });
  const executor = createSimulatedExecutor(COSTS);
  const step = (row: number): void => {
    for (const fill of executor.onBar(bars, row)) {
      engine.take({ kind: "report", slot: 0, report: { kind: "filled", fill } });
    }
    const endsSession = row % 100 === 99;
    engine.take({ kind: "bar", slot: 0, bars, row, tradeDay: 0, endsSession });
    engine.take({ kind: "clock", time: row });
    const exposure = (random.integer(5) - 2) / 2;
    const forecast = { exposure, intent: "resize", probability: null } as const;
    for (const command of engine.take({ kind: "forecast", slot: 0, forecast })) {
      assert(command.kind === "submit");
      executor.submit(command.order);
    }
  };
  const sizes: number[] = [];
  for (let bar = 0; bar < 1_000_000; bar++) {
    step(bar % bars.length);
    if (bar % 100_000 === 99_999) sizes.push(JSON.stringify(engine.save()).length);
  }
  assert(Math.max(...sizes) - Math.min(...sizes) < 1_000, `${sizes}`);
});

Deno.test("reports go to the slot that knows the order, and of strangers only the observer hears", async () => {
  const tell: ((symbol: string, report: BrokerReport) => void)[] = [];
  const done = () => Promise.resolve();
  const broker = {
    ...createSimulatedBroker({ TEST: { bars: randomBars(1, 2), costs: COSTS } }, 1, {
      now: () => 0,
    }),
    ...{ submit: done, cancel: done, modify: done },
    onReport: (listener: typeof tell[number]) => void tell.push(listener),
  };
  const slot = {
    ...{ instrument: FUTURE, intervalMs: 60_000, costs: COSTS, marginPerLotUsd: 100 },
    ...{ maxLots: 10, sizing: fixedLots(2) },
  };
  const engine = new Engine({ initialCashUsd: 1e6, slots: [slot, slot] });
  const strangers: string[] = [];
  const driven = driveBroker(engine, broker, ["TEST", "TEST"], {
    onStranger: (symbol) => void strangers.push(symbol),
  });
  const forecast = { exposure: 1, intent: "enter", probability: null } as const;
  for (const each of [0, 1]) driven.take({ kind: "forecast", slot: each, forecast });
  const [second] = engine.slot(1).orders.all();
  const fill = {
    ...{ orderId: second!.id, bar: 0, time: 0, lots: 2, priceTicks: 4_000 },
    ...{ slippageTicks: 0, feeMicros: 0 },
    moment: "open" as const,
    reason: "signal" as const,
  };
  tell[0]!("TEST", { kind: "filled", fill });
  assertEquals([engine.slot(0).positionLots, engine.slot(1).positionLots], [0, 2]);
  tell[0]!("OTHER", { kind: "filled", fill });
  assertEquals([strangers, engine.slot(1).positionLots], [["OTHER"], 2]);
  await driven.settled();
});
