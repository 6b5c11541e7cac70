import { runEngine } from "../lib/engine/run_engine.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { type JsonValue, sleep } from "../lib/core/mod.ts";
import { InputError, RefusedError } from "../lib/core/errors.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { createRandom } from "../lib/core/random.ts";
import { ManualControls } from "../lib/live/controls.ts";
import { requireRulesConfirmed } from "../lib/live/confirm_rules.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionSlot, SessionView } from "../lib/live/session_options.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { parseAccountRequest, resolveAccount, type ResolvedAccount } from "../lib/risk/mod.ts";
import type { RiskLimits } from "../lib/risk/risk_limits.ts";
import { buyAndHold, timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { BarBroker } from "../lib/trading/broker.ts";
import type { Fill } from "../lib/trading/fill.ts";
import type { Order } from "../lib/trading/order.ts";
import { assert, assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { mortal } from "./fixtures/mortal_session.ts";
import { assertRejects } from "./fixtures/temporary_folder.ts";
import { decideBy, memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";

const LOOK_BACK = 20, FROM = 100, INITIAL = 100_000;
const strategy = timeSeriesMomentum(LOOK_BACK);

function world(symbol: string, seed: number, bars = 1_500): Promise<OpenedData> {
  return openSimulated({
    world: { kind: "regime", drift: 0.3, stay: 0.97 },
    ...{ instrument: findInstrument(symbol), bars, intervalMs: 3_600_000, seed },
    ...{ start: Date.UTC(2019, 0, 2), startPrice: 6_000, volatilityTicks: 40 },
  });
}

const opened = await world("MES", 1);
const CONDITIONS = {
  costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
  marginPerLotUsd: 2_400,
  maxLots: 4,
  sizing: { kind: "fixed", lots: 4 },
  flattenAtSessionEnd: false,
} as const;

function slotOf(
  opened: OpenedData,
  changes: Partial<SessionSlot> = {},
  system = "momentum@1",
): SessionSlot {
  const { instrument, intervalMs, time } = opened.bars;
  return {
    ...CONDITIONS,
    ...{ instrument, intervalMs, from: time[FROM]!, warmupBars: LOOK_BACK },
    deployment: { system, sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(strategy, opened, LOOK_BACK),
    ...changes,
  };
}

function backtest({ bars, session }: OpenedData, limits: RiskLimits) {
  return runEngine(bars, {
    ...CONDITIONS,
    ...{ strategy, session, limits, from: FROM, to: bars.length, closesAtEnd: false },
    executor: createSimulatedExecutor(CONDITIONS.costs),
    initialCashUsd: INITIAL,
  });
}

/** What traded, without the row, which is that of a window in a session, and the reason. */
function traded({ lots, priceTicks, time }: Fill): readonly number[] {
  return [time, lots, priceTicks];
}

function rulesWritten(journal: MemoryJournal): readonly string[] {
  return journal.kept.flatMap((entry) => entry.kind === "risk" ? [entry.rule] : []);
}

const LIMITS: readonly (readonly [string, RiskLimits])[] = [
  ["daily-loss", { dailyLossMicros: 300e6 }],
  ["trailing-drawdown", {
    trailingDrawdown: { basis: "intraday", amountMicros: 5_000e6, stopsAtMicros: null },
  }],
  ["trailing-drawdown", {
    account: {
      ...{ rules: "mine", automation: "allowed" },
      lossLimit: {
        drawdown: { basis: "end-of-day", amountMicros: 4_000e6, stopsAtMicros: null },
        ...{ watched: "live", breach: "touch" },
      },
    },
  }],
  ["flat-by", {
    account: {
      ...{ rules: "mine", automation: "allowed" },
      contracts: { minis: 3, micros: 3, microsPerMini: 10, counting: "separate" },
      session: {
        flatBy: { time: "15:10", timeZone: "America/Chicago" },
        open: { time: "17:00", timeZone: "America/Chicago" },
        ...{ beforeCloseMs: 600_000, leadMs: 60_000 },
      },
    },
  }],
];

for (const [rule, limits] of LIMITS) {
  Deno.test(`the account keeps ${rule} of ${Object.keys(limits)} as the backtest of its limits does`, async () => {
    const journal = new MemoryJournal();
    const views: SessionView[] = [];
    const outcome = await runSession(memorySession([opened], [slotOf(opened)], {
      ...{ journal, limits: [{ source: "risk.json", limits }] },
      onMoment: (view) => views.push(view),
    }));
    const expected = backtest(opened, limits);
    assert(expected.fills.length > 10);
    assertEquals(outcome.fills.map(traded), expected.fills.map(traded));
    assert(rulesWritten(journal).includes(rule), String(rulesWritten(journal)));
    const stops = views.filter(({ slots: [slot] }) => slot!.stop !== null);
    assert(stops.length > 0 && stops.length < views.length);
    const { distance } = views.at(-1)!.slots[0]!;
    assert(Object.values(distance).some((value) => value !== null));
    if (limits.dailyLossMicros !== undefined) {
      for (const { slots: [slot] } of views) {
        assert(slot!.distance.dailyLossMicros! > 0 || slot!.stop !== null);
      }
    }
  });
}

Deno.test("a session that is killed under rules keeps them as one that was not", async () => {
  const limits: RiskLimits = {
    ...{ dailyLossMicros: 300e6, maxOrdersPerMinute: 1 },
    trailingDrawdown: { basis: "end-of-day", amountMicros: 6_000e6, stopsAtMicros: null },
  };
  const short = { ...opened };
  const run = (journal: MemoryJournal, broker: ReturnType<typeof simulatedBroker>) =>
    memorySession([short], [slotOf(short)], {
      ...{ journal, broker, limits: [{ source: "risk.json", limits }] },
    });
  const whole = new MemoryJournal();
  const expected = await runSession(
    run(whole, simulatedBroker([short], [slotOf(short)], INITIAL)),
  );
  assert(rulesWritten(whole).length > 3, String(rulesWritten(whole)));
  const random = createRandom(15);
  let same = 0;
  for (let kill = 0; kill < 8; kill++) {
    const journal = new MemoryJournal();
    const broker = simulatedBroker([short], [slotOf(short)], INITIAL);
    const { killed, options } = mortal(
      run(journal, broker),
      1 + random.integer(whole.kept.length - 1),
    );
    assertEquals(await Promise.race([killed, runSession(options)]), "killed");
    const outcome = await runSession(run(journal, broker));
    assertEquals(outcome.slots[0]!.positionLots, (await broker.snapshot()).positions[0]?.lots ?? 0);
    // A bar that was cut off before its decision has none: only then may anything differ.
    if (outcome.equityMicros !== expected.equityMicros) continue;
    same++;
    assertEquals(rulesOf(journal), rulesOf(whole), `kill ${kill}`);
  }
  assert(same > 2, `only ${same} ended with the same equity`);
});

/** What the rules of an account remember at the end of a journal. */
function rulesOf(journal: MemoryJournal): JsonValue {
  return (journal.last("state")!.state as { readonly rules: JsonValue }).rules;
}

Deno.test("two systems of one account share its contracts, its order rate and its day", async () => {
  const micro = await world("MNQ", 2);
  const both = [opened, micro];
  const slots = [slotOf(opened), slotOf(micro, {}, "momentum@2")];
  const limits: RiskLimits = {
    ...{ dailyLossMicros: 400e6, maxOrdersPerMinute: 1 },
    account: {
      ...{ rules: "mine", automation: "allowed" },
      contracts: { minis: 5, micros: 5, microsPerMini: 10, counting: "separate" },
    },
  };
  const journal = new MemoryJournal(), views: SessionView[] = [];
  await runSession(memorySession(both, slots, {
    ...{ journal, limits: [{ source: "risk.json", limits }] },
    onMoment: (view) => views.push(view),
  }));
  const lots = ({ slots }: SessionView): number =>
    slots.reduce((sum, { positionLots }) => sum + Math.abs(positionLots), 0);
  assertEquals(Math.max(...views.map(lots)), 5);
  assert(views.some(({ slots }) => slots.every(({ positionLots }) => positionLots !== 0)));
  const rules = rulesWritten(journal);
  for (const rule of ["daily-loss", "order-rate"]) assert(rules.includes(rule), rule);
  // One breach closes both.
  const breach = journal.kept.find((entry) =>
    entry.kind === "risk" && entry.rule === "daily-loss"
  )!;
  const after = views.find(({ time }) => time! > breach.sessionTime!)!;
  assertEquals(lots(after), 0);
  // In a minute one entry is sent, whoever wants it.
  const entries = new Map<number, number>();
  const held = [0, 0];
  for (const entry of journal.kept) {
    if (entry.kind === "filled") held[entry.slot]! += entry.fill.lots;
    if (entry.kind !== "submit") continue;
    const { lots } = entry.order;
    const reduces = Math.sign(lots) === -Math.sign(held[entry.slot]!) &&
      Math.abs(lots) <= Math.abs(held[entry.slot]!);
    if (reduces) continue;
    entries.set(entry.sessionTime!, (entries.get(entry.sessionTime!) ?? 0) + 1);
  }
  assertEquals(new Set(entries.values()), new Set([1]));
});

Deno.test("reduce-only and a pause let positions shrink alone, and end as they were told to", async () => {
  const controls = new ManualControls(), journal = new MemoryJournal();
  const views: SessionView[] = [];
  const pauseUntil = opened.bars.time[700]!;
  await runSession(memorySession([opened], [slotOf(opened)], {
    ...{ controls, journal },
    onMoment(view) {
      views.push(view);
      const tell = { via: "test", reason: "drill" } as const;
      if (views.length === 200) controls.tell({ kind: "reduce-only", ...tell });
      if (views.length === 300) controls.tell({ kind: "resume", ...tell });
      if (views.length === 400) controls.tell({ kind: "pause", ...tell, until: pauseUntil });
    },
  }));
  const sizes = views.map(({ slots: [slot] }) => slot!.positionLots);
  const grows = (i: number): boolean =>
    Math.abs(sizes[i]!) > Math.abs(sizes[i - 1]!) ||
    Math.sign(sizes[i]!) === -Math.sign(sizes[i - 1]!) && sizes[i] !== 0;
  const grown = sizes.flatMap((_, i) => i > 0 && grows(i) ? [i] : []);
  const between = (from: number, to: number) => grown.filter((i) => i >= from && i < to).length;
  assertEquals([between(201, 300), between(401, 600)], [0, 0]);
  assert(between(0, 200) > 3 && between(300, 400) > 1 && between(601, views.length) > 3);
  assertEquals(views[250]!.slots[0]!.stop, "drill (reduce-only by a person)");
  assertEquals(views[450]!.slots[0]!.stop, "drill (pause by a person)");
  assertEquals(views.at(-1)!.slots[0]!.stop, null);
});

Deno.test("the rules of an account are confirmed once, and asked for again when they change", async () => {
  const resolve = (rules: string, stated = {}) =>
    resolveAccount(parseAccountRequest({ rules, ...stated }, "risk.json"), "risk.json");
  const stated = { minis: 5, counting: "weighted", automation: "allowed" };
  const mine = resolve("fundednext_rapid_50k", stated);
  const journal = new MemoryJournal(), clock = { now: () => 0 };
  const confirm = (resolved: ResolvedAccount, typed: string | null, attended = false) =>
    requireRulesConfirmed(journal, resolved, { account: "one", typed, attended }, clock);
  await assertRejects(confirm(mine, null), RefusedError, "nobody confirmed");
  await assertRejects(confirm(mine, "mine"), InputError, "Cannot confirm 'mine'");
  await confirm(mine, "fundednext_rapid_50k");
  await confirm(mine, null);
  const larger = resolve("fundednext_rapid_50k", { ...stated, minis: 10 });
  await assertRejects(confirm(larger, null), RefusedError, "they changed since");
  const banned = resolve("tradeday_funded_live_50k", {
    dailyLossUsd: "none",
    flatBy: "none",
    minis: 5,
  });
  await assertRejects(
    confirm(banned, "tradeday_funded_live_50k", true),
    RefusedError,
    "with a program",
  );
  const watched = resolve("fundednext_rapid_50k", { ...stated, automation: "attended" });
  await assertRejects(confirm(watched, "fundednext_rapid_50k"), RefusedError, "unattended");
  await confirm(watched, "fundednext_rapid_50k", true);
  // What he said once holds for a restart too.
  await confirm(watched, null);
});

Deno.test("a session that goes on under other limits keeps its highs, and no breach of limits that are gone", async () => {
  const broker = simulatedBroker([opened], [slotOf(opened)], INITIAL);
  const journal = new MemoryJournal();
  const part = async (limits: RiskLimits | null, moments: number, source = "risk.json") => {
    const stop = new AbortController(), views: SessionView[] = [];
    await runSession(
      memorySession([opened], [slotOf(opened)], {
        ...{ journal, broker, limits: limits === null ? [] : [{ source, limits }] },
        onMoment: (view) => views.push(view) === moments && stop.abort(),
      }),
      stop.signal,
    );
    return views;
  };
  const drawdown = (amountUsd: number): RiskLimits => ({
    trailingDrawdown: { basis: "intraday", amountMicros: amountUsd * 1e6, stopsAtMicros: null },
  });
  const first = await part(drawdown(5_000), 300);
  const high = Math.max(INITIAL * 1e6, ...first.map(({ equityMicros }) => equityMicros));
  const [second] = await part(drawdown(9_000), 1);
  const floor = second!.equityMicros - second!.slots[0]!.distance.floorMicros!;
  assertEquals(floor, Math.max(high, second!.equityMicros) - 9_000e6);
  const [third] = await part(drawdown(50), 1, "other.json");
  assert(third!.slots[0]!.stop !== null);
  const [fourth] = await part(null, 1);
  assertEquals([fourth!.slots[0]!.stop, fourth!.slots[0]!.distance.floorMicros], [null, null]);
});

Deno.test("two systems of one instrument that are killed go on with their own positions", async () => {
  const slots = () => [slotOf(opened), slotOf(opened, { maxLots: 1 }, "momentum@2")];
  const both = [opened, opened];
  const whole = new MemoryJournal();
  await runSession(memorySession(both, slots(), { journal: whole }));
  const random = createRandom(4);
  for (let kill = 0; kill < 5; kill++) {
    const journal = new MemoryJournal(), broker = simulatedBroker(both, slots(), INITIAL);
    const at = 1 + random.integer(whole.kept.length - 1);
    const { killed, options } = mortal(memorySession(both, slots(), { journal, broker }), at);
    assertEquals(await Promise.race([killed, runSession(options)]), "killed");
    const outcome = await runSession(memorySession(both, slots(), { journal, broker }));
    assertEquals(outcome.halted, null, `killed at ${at}`);
    const { positions } = await broker.snapshot();
    const lots = outcome.slots.reduce((sum, { positionLots }) => sum + positionLots, 0);
    assertEquals(lots, positions[0]?.lots ?? 0, `killed at ${at}`);
    assert(outcome.slots.every(({ positionLots }, i) => Math.abs(positionLots) <= [4, 1][i]!));
  }
});

/** A broker that takes so long to hear of orders that close at once, and how many of them came. */
function slowToClose(broker: BarBroker, clock: VirtualClock, delayMs: number) {
  const closing: Order[] = [];
  const slow: BarBroker = {
    ...{ name: broker.name, capabilities: broker.capabilities },
    async submit(symbol, order) {
      if (order.atClose === true) {
        closing.push(order);
        await sleep(clock, delayMs);
      }
      await broker.submit(symbol, order);
    },
    modify: (orderId, lots) => broker.modify(orderId, lots),
    cancel: (orderId) => broker.cancel(orderId),
    onReport: (listener) => broker.onReport(listener),
    snapshot: () => broker.snapshot(),
    close: () => broker.close(),
    onBar: (symbol, bars, row) => broker.onBar(symbol, bars, row),
  };
  return { slow, closing };
}

Deno.test("a feed that falls silent holds no position over the time at which it must be flat", async () => {
  const from = opened.bars.time.findIndex((time) => new Date(time).getUTCHours() === 16);
  const clock = new VirtualClock(opened.bars.time[from + 3]!);
  const broker = simulatedBroker([opened], [slotOf(opened)], INITIAL);
  const { closing, slow } = slowToClose(broker, clock, 5_000);
  let row = from, end = (): void => {};
  const silence = new Promise<null>((resolve) => end = () => resolve(null));
  const journal = new MemoryJournal();
  const running = runSession(memorySession([opened], [
    slotOf(opened, {
      ...{ from: opened.bars.time[from]!, warmupBars: 0 },
      start: decideBy(buyAndHold(), opened, 2),
    }),
  ], {
    ...{ clock, broker: slow, journal },
    limits: [{ source: "risk.json", limits: LIMITS.at(-1)![1] }],
    feed: {
      name: "silent",
      next() {
        if (row >= from + 3) return silence;
        const bar = {
          ...{ slot: 0, bars: opened.bars, row, origin: "feed", isRepaired: false } as const,
          lateMs: 0,
          receivedAt: clock.now(),
        };
        row++;
        return Promise.resolve([bar]);
      },
    },
  }));
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  while (row < from + 3) await turn();
  for (let i = 0; i < 5; i++) await turn();
  const held = async () => (await broker.snapshot()).positions.length > 0;
  const flatAt = Date.parse(new Date(clock.now()).toISOString().slice(0, 10) + "T21:09:00Z");
  await clock.advance(flatAt - 2_000 - clock.now());
  assert(await held());
  // It is closed once, however long that takes.
  await clock.advance(10_000);
  assertEquals([await held(), closing.length], [false, 1]);
  assert(rulesWritten(journal).includes("flat-by"));
  end();
  assertEquals((await running).positions, "flat");
});
