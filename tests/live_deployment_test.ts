import { RefusedError } from "../lib/core/errors.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { carryState } from "../lib/live/carry_state.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { DeploymentSource, SessionSlot } from "../lib/live/session_options.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import type { TradingSystem } from "../lib/records/mod.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { JournaledDeployment } from "../lib/trading/journal_facts.ts";
import { assert, assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { mortal } from "./fixtures/mortal_session.ts";
import { decideBy, memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";

const FROM = 100, SWITCH = 200;

function world(symbol: string): Promise<OpenedData> {
  return openSimulated({
    world: { kind: "regime", drift: 0.3, stay: 0.97 },
    ...{ instrument: findInstrument(symbol), bars: 500, intervalMs: 3_600_000, seed: 3 },
    ...{ start: Date.UTC(2019, 0, 2), startPrice: 6_000, volatilityTicks: 40 },
  });
}

const opened = await world("MES");

/** Momentum over so many bars, in so many lots. */
function slotOf(bars: number, lots: number, data = opened): SessionSlot {
  const { instrument, intervalMs, time } = data.bars;
  return {
    ...{ instrument, intervalMs, costs: { feePerSideMicros: 620_000, slippageTicks: 1 } },
    ...{ marginPerLotUsd: 2_400, maxLots: lots, sizing: { kind: "fixed", lots } } as const,
    ...{ flattenAtSessionEnd: false, from: time[FROM]!, warmupBars: bars },
    deployment: deploymentOf(bars, lots),
    start: decideBy(timeSeriesMomentum(bars), data, 60),
  };
}

function deploymentOf(bars: number, lots: number): JournaledDeployment {
  return {
    system: `momentum@${bars}`,
    sha256: String(bars).padStart(64, "0"),
    alias: "champion",
    sizeFactor: lots / 4,
  };
}

const BEFORE = deploymentOf(20, 4), AFTER = deploymentOf(50, 2);

/** The alias moves from the first to the second once so many moments have passed. */
function moving(moved: () => boolean, after = AFTER): DeploymentSource {
  return {
    current: () => moved() ? after : BEFORE,
    open: (_, { system, sizeFactor }) =>
      Promise.resolve(slotOf(Number(system.split("@")[1]), sizeFactor * 4)),
  };
}

function session(journal: MemoryJournal, changes: Parameters<typeof memorySession>[2] = {}) {
  let moments = journal.kept.filter(({ kind }) => kind === "clock").length;
  return memorySession([opened], [slotOf(20, 4)], {
    ...{ journal, deployments: moving(() => moments >= SWITCH) },
    onMoment: () => void moments++,
    ...changes,
  });
}

/** What each system decided, by the close of its bar. */
function decided(journal: MemoryJournal): Map<number, readonly [string | null, number]> {
  return new Map(
    journal.kept.flatMap((entry) =>
      entry.kind === "forecast"
        ? [[entry.sessionTime!, [entry.by, entry.forecast.exposure] as const]]
        : []
    ),
  );
}

Deno.test("a moved alias is taken up at the next bar, with the position that is held, and decides as if it always had", async () => {
  const journal = new MemoryJournal();
  const outcome = await runSession(session(journal));
  assertEquals(outcome.reason, "feed ended");
  const at = journal.kept.findIndex((entry) =>
    entry.kind === "deployment" && entry.deployment.system === AFTER.system
  );
  const taken = journal.kept[at]!;
  assertEquals(taken.kind === "deployment" && taken.deployment, AFTER);
  // Nothing can come between what trades and the state that it begins with.
  assertEquals(journal.kept[at + 1]!.kind, "state");
  const alone = new MemoryJournal();
  await runSession(memorySession([opened], [slotOf(50, 2)], { journal: alone }));
  const should = decided(alone);
  let byNew = 0;
  for (const [time, [by, exposure]] of decided(journal)) {
    assertEquals(by, time <= taken.sessionTime! ? BEFORE.system : AFTER.system);
    if (by === AFTER.system) assertEquals(exposure, should.get(time)![1], String(++byNew));
  }
  assertEquals(taken.sessionTime, opened.bars.time[FROM + SWITCH + 1]);
  // It was held through, and is cut to the new size by the next decision.
  const lots = new Set<number>();
  let held = 0;
  for (const entry of journal.kept) {
    if (entry.kind !== "filled") continue;
    held += entry.fill.lots;
    lots.add(Math.abs(held));
    if (entry.sequence > taken.sequence) assert(Math.abs(held) <= 4);
  }
  assertEquals([...lots].sort(), [0, 2, 4].filter((size) => lots.has(size)));
  assert(lots.has(2) && lots.has(4));
  assertEquals(journal.kept.filter(({ kind }) => kind === "close").length, 0);
});

Deno.test("a size factor alone changes sizes and nothing else", async () => {
  const journal = new MemoryJournal();
  let moments = 0, started = 0;
  const counted = (slot: SessionSlot): SessionSlot => ({
    ...slot,
    start: (saved) => (started++, slot.start(saved)),
  });
  await runSession(memorySession([opened], [counted(slotOf(20, 4))], {
    journal,
    onMoment: () => void moments++,
    deployments: {
      current: () => ({ ...BEFORE, sizeFactor: moments >= SWITCH ? 0.25 : 1 }),
      open: (_, { sizeFactor }) => Promise.resolve(counted(slotOf(20, 4 * sizeFactor))),
    },
  }));
  assertEquals(started, 1);
  const plain = new MemoryJournal();
  await runSession(memorySession([opened], [slotOf(20, 4)], { journal: plain }));
  assertEquals([...decided(journal)], [...decided(plain)]);
  const last = journal.kept.findLast(({ kind }) => kind === "filled")!;
  assertEquals(last.kind === "filled" && Math.abs(last.fill.lots) <= 2, true);
});

Deno.test("what cannot be taken up is refused in words once, and the old one goes on", async () => {
  const other = await world("MNQ");
  const opens: readonly (readonly [string, DeploymentSource["open"]])[] = [
    ["MNQ", () => Promise.resolve(slotOf(50, 2, other))],
    ["seen", () => Promise.reject(new RefusedError("it has seen these bars"))],
  ];
  for (const [word, open] of opens) {
    const journal = new MemoryJournal();
    let moments = 0;
    const outcome = await runSession(memorySession([opened], [slotOf(20, 4)], {
      journal,
      onMoment: () => void moments++,
      deployments: { current: () => moments >= SWITCH ? AFTER : BEFORE, open },
    }));
    assertEquals(outcome.reason, "feed ended");
    const refused = journal.kept.flatMap((entry) =>
      entry.kind === "deployment-refused" ? [entry] : []
    );
    assertEquals(refused.map(({ deployment }) => deployment), [AFTER]);
    assert(refused[0]!.reason.includes(word), refused[0]!.reason);
    assert(refused[0]!.reason.includes("momentum@50 is not taken up, momentum@20 goes on"));
    assertEquals(
      new Set([...decided(journal).values()].map(([by]) => by)),
      new Set(["momentum@20"]),
    );
  }
});

Deno.test("a session that is killed around a switch decides each bar by one system, and ends with its broker's books", async () => {
  const whole = new MemoryJournal();
  await runSession(session(whole));
  const switched = whole.kept.findIndex((entry) =>
    entry.kind === "deployment" && entry.deployment.system === AFTER.system
  );
  for (let at = switched - 6; at < switched + 8; at += 2) {
    const journal = new MemoryJournal();
    const broker = simulatedBroker([opened], [slotOf(20, 4)], 100_000);
    const { killed, options } = mortal(session(journal, { broker }), at);
    assertEquals(await Promise.race([killed, runSession(options)]), "killed");
    const outcome = await runSession(session(journal, { broker }));
    const snapshot = await broker.snapshot();
    assertEquals(outcome.slots[0]!.positionLots, snapshot.positions[0]?.lots ?? 0, `${at}`);
    const bySystem = [...decided(journal).values()].map(([by]) => by);
    const first = bySystem.indexOf(AFTER.system);
    assert(first > 0, `killed at ${at}`);
    assertEquals(new Set(bySystem.slice(first)), new Set([AFTER.system]), `killed at ${at}`);
    // Bars whose decision was cut off have none; all others are those of the session that was not.
    for (const [time, [by, exposure]] of decided(journal)) {
      const [, should] = decided(whole).get(time)!;
      if (by === decided(whole).get(time)![0]) assertEquals(exposure, should);
    }
  }
});

Deno.test("an alias that was moved while the session was stopped is taken up like any other", async () => {
  const journal = new MemoryJournal();
  const broker = simulatedBroker([opened], [slotOf(20, 4)], 100_000);
  const stop = new AbortController();
  let moments = 0;
  await runSession(
    memorySession([opened], [slotOf(20, 4)], {
      ...{ journal, broker },
      onMoment: () => ++moments === 150 && stop.abort(),
    }),
    stop.signal,
  );
  const options = memorySession([opened], [slotOf(50, 2)], { journal, broker });
  await assertRefusesOther(options);
  await runSession({ ...options, deployments: moving(() => true) });
  const systems = journal.kept.flatMap((entry) =>
    entry.kind === "deployment" ? [[entry.deployment.system, entry.state]] : []
  );
  assertEquals(systems, [
    ["momentum@20", "begun"],
    ["momentum@20", "kept"],
    ["momentum@50", "begun"],
  ]);
});

async function assertRefusesOther(options: Parameters<typeof runSession>[0]): Promise<void> {
  const { message } = await runSession(options).then(
    () => new Error("it went on"),
    (error) => error,
  );
  assert(message.includes("as the session was traded by momentum@20"), message);
}

Deno.test("weights go over to the parts whose hashes stay, whatever their order", () => {
  const system = (...parts: string[]) => ({
    parts: parts.map((name) => ({ name, onnxSha256: name, manifestSha256: name })),
    blend: { rule: { kind: "hedge", learning: { returnBound: 0.01, rate: null } }, bet: null },
    sizing: { kind: "fixed", lots: 1 },
    limits: {},
  } as unknown as TradingSystem);
  const blend = {
    ...{ kind: "hedge", experts: ["a", "b", "flat"], weights: [0.6, 0.3, 0.1] },
    ...{ steps: 9, learntTo: 7 },
  };
  const saved = { live: 1, forecaster: { blend, recent: [[1, -1], [0, 1]] }, bars: [] };
  const fresh = { live: 2, forecaster: null, bars: [3] };
  const carry = (...parts: string[]) =>
    carryState(fresh, system(...parts), { system: system("a", "b"), saved });
  assertEquals(carry("a", "b").state, { ...fresh, forecaster: saved.forecaster });
  const more = carry("c", "b", "a");
  assertEquals(more.kept, "weights kept of b, a");
  const total = 0.25 + 0.3 + 0.6 + 0.1;
  assertEquals(more.state, {
    ...fresh,
    forecaster: {
      blend: {
        ...blend,
        experts: ["c", "b", "a", "flat"],
        weights: [0.25, 0.3, 0.6, 0.1].map((share) => share / total),
      },
      recent: [[0, -1, 1], [0, 1, 0]],
    },
  });
  assertEquals(carry("c").kept, "begun");
});
