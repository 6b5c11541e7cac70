import { sleep, VirtualClock } from "../lib/core/mod.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionFeed } from "../lib/live/session_feed.ts";
import type { DeploymentSource, SessionOptions, SessionSlot } from "../lib/live/session_options.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { JournaledDeployment } from "../lib/trading/journal_facts.ts";
import { assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { decideBy, memorySession } from "./fixtures/session_fixture.ts";

const opened = await openSimulated({
  world: { kind: "regime", drift: 0.3, stay: 0.97 },
  ...{ instrument: findInstrument("MES"), bars: 400, intervalMs: 3_600_000, seed: 3 },
  ...{ start: Date.UTC(2019, 0, 2), startPrice: 6_000, volatilityTicks: 40 },
});

function slotOf(bars: number): SessionSlot {
  const { instrument, intervalMs, time } = opened.bars;
  return {
    ...{ instrument, intervalMs, costs: { feePerSideMicros: 620_000, slippageTicks: 1 } },
    ...{ marginPerLotUsd: 2_400, maxLots: 4, sizing: { kind: "fixed", lots: 4 } } as const,
    ...{ flattenAtSessionEnd: false, from: time[100]!, warmupBars: bars },
    deployment: deploymentOf(bars),
    start: decideBy(timeSeriesMomentum(bars), opened, 60),
  };
}

function deploymentOf(bars: number): JournaledDeployment {
  const sha256 = String(bars).padStart(64, "0");
  return { system: `momentum@${bars}`, sha256, alias: "champion", sizeFactor: 1 };
}

/** A challenger from the moment that is counted as 30 until that of 200. */
function shadowing(count: () => number, challenger = slotOf(50)): DeploymentSource {
  return {
    current: () => count() >= 30 && count() < 200 ? challenger.deployment : deploymentOf(20),
    open: () => Promise.resolve(challenger),
  };
}

function saidBy(journal: MemoryJournal, kind: "forecast" | "shadow"): Map<number, number | null> {
  return new Map(
    journal.kept.flatMap((entry) =>
      entry.kind === kind ? [[entry.sessionTime!, entry.forecast?.exposure ?? null] as const] : []
    ),
  );
}

/** A session as if nobody had been in the shadow. */
function tradedIn(journal: MemoryJournal) {
  return journal.kept.flatMap(({ sequence: _, ...entry }) =>
    entry.kind === "shadow" || entry.kind === "state" ? [] : [JSON.stringify(entry)]
  );
}

async function sessionWith(challenger?: SessionSlot, changes: Partial<SessionOptions> = {}) {
  const journal = new MemoryJournal();
  let moments = 0;
  const shadows = shadowing(() => moments, challenger);
  const onMoment = (): void => void moments++;
  await runSession(
    memorySession([opened], [slotOf(20)], { journal, shadows, onMoment, ...changes }),
  );
  return journal;
}

const alone = new MemoryJournal();
await runSession(memorySession([opened], [slotOf(20)], { journal: alone }));

Deno.test("a challenger in the shadow says what it would say alone, and nothing of what trades changes", async () => {
  const journal = await sessionWith();
  assertEquals(tradedIn(journal), tradedIn(alone));
  const trading = new MemoryJournal();
  await runSession(memorySession([opened], [slotOf(50)], { journal: trading }));
  const should = saidBy(trading, "forecast"), said = saidBy(journal, "shadow");
  assertEquals(said.size, 170);
  for (const [time, exposure] of said) assertEquals(exposure, should.get(time));
});

Deno.test("a challenger that breaks, cannot open or never answers is written down once and stops nobody", async () => {
  const broken = (change: Partial<SessionSlot>): SessionSlot => ({ ...slotOf(50), ...change });
  const cases: readonly (readonly [string, SessionSlot])[] = [
    ["no such model", broken({ start: () => Promise.reject(new Error("no such model")) })],
    [
      "out of range",
      broken({
        start: async (saved) => ({
          ...await slotOf(50).start(saved),
          decide: () => Promise.reject(new Error("out of range")),
        }),
      }),
    ],
  ];
  for (const [fault, challenger] of cases) {
    const journal = await sessionWith(challenger);
    const entries = journal.kept.flatMap((entry) => entry.kind === "shadow" ? [entry] : []);
    assertEquals(entries.map(({ by, forecast, why }) => [by, forecast, why]), [
      ["momentum@50", null, fault],
    ]);
    assertEquals(tradedIn(journal), tradedIn(alone));
  }
  const clock = new VirtualClock();
  let asked = false;
  const silent = broken({
    start: async (saved) => ({
      ...await slotOf(50).start(saved),
      decide: () => (asked = true, new Promise(() => {})),
    }),
  });
  const running = sessionWith(silent, { clock });
  let isOver = false;
  running.then(() => isOver = true);
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve));
    if (asked) await clock.advance(1_000);
  }
  const journal = await running;
  const said = journal.kept.flatMap((entry) => entry.kind === "shadow" ? [entry.why] : []);
  assertEquals(said, ["no answer within 5000 ms"]);
  assertEquals([...saidBy(journal, "forecast")], [...saidBy(alone, "forecast")]);
});

Deno.test("a challenger that takes longer to open than a bar waits joins at a later one; one that never opens is written down", async () => {
  const clock = new VirtualClock();
  const opening = (milliseconds: number): SessionSlot => ({
    ...slotOf(50),
    start: async (saved) => {
      await sleep(clock, milliseconds);
      return slotOf(50).start(saved);
    },
  });
  /** Bars come a second apart. */
  const paced = async (challenger: SessionSlot): Promise<MemoryJournal> => {
    const running = sessionWith(challenger, {
      clock,
      feed: withPauses(memorySession([opened], [slotOf(20)]).feed, () => sleep(clock, 1_000)),
    });
    let isOver = false;
    running.then(() => isOver = true);
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve));
      await clock.advance(1_000);
    }
    return await running;
  };
  const late = await paced(opening(20_000));
  assertEquals(decisionsOf(late), decisionsOf(alone));
  const whole = saidBy(await sessionWith(), "shadow"), said = saidBy(late, "shadow");
  // A bar waits for five seconds, and the next ones come a second apart.
  assertEquals(said.size, whole.size - 15);
  // It was asked for the first time there, with nothing held.
  const [first] = said.keys();
  assertEquals(first, [...whole.keys()][15]);
  const never = await paced(opening(1e9));
  const entries = never.kept.flatMap((entry) => entry.kind === "shadow" ? [entry] : []);
  assertEquals(entries.map(({ forecast, why }) => [forecast, why]), [
    [null, "it was not open within 120 s"],
  ]);
  assertEquals(decisionsOf(never), decisionsOf(alone));
});

function withPauses(feed: SessionFeed, pause: () => Promise<void>): SessionFeed {
  return {
    ...feed,
    async next() {
      await pause();
      return await feed.next();
    },
  };
}

/** What was decided and traded, whatever the hour. */
function decisionsOf(journal: MemoryJournal) {
  return journal.kept.flatMap((entry) =>
    entry.kind === "forecast"
      ? [[entry.sessionTime, entry.forecast.exposure]]
      : entry.kind === "filled"
      ? [[entry.fill.time, entry.fill.lots, entry.fill.priceTicks]]
      : []
  );
}
