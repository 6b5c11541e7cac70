import type { OpenedData } from "../lib/data/open_data.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { rebuildBooks } from "../lib/journal/mod.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionSlot } from "../lib/live/session_options.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import { InputError } from "../lib/core/errors.ts";
import { BarWindow } from "../lib/feeds/bar_window.ts";
import { barOfRow, barsOfRows } from "../lib/trading/bar_of_row.ts";
import type { Fill } from "../lib/trading/fill.ts";
import { expiringOpenTicks, isRoll } from "../lib/trading/roll.ts";
import { assert, assertEquals } from "./assert.ts";
import { assertRejects } from "./fixtures/temporary_folder.ts";
import { joinedWorld } from "./fixtures/joined_world.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { decideBy, memorySession, simulatedBroker } from "./fixtures/session_fixture.ts";

const LOOK_BACK = 20, FROM = 40, BARS = 400, SESSIONS = 24;
const CONDITIONS = {
  costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
  marginPerLotUsd: 2_400,
  maxLots: 3,
  sizing: { kind: "fixed", lots: 3 },
} as const;
const strategy = timeSeriesMomentum(LOOK_BACK);

function slotOf(opened: OpenedData, flattenAtSessionEnd: boolean): SessionSlot {
  const { instrument, intervalMs, time } = opened.bars;
  return {
    ...{ ...CONDITIONS, flattenAtSessionEnd, instrument, intervalMs, from: time[FROM]! },
    warmupBars: LOOK_BACK,
    deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(strategy, opened, LOOK_BACK),
  };
}

/** Without the row, which is that of a window in a session. */
function plain({ bar: _, ...fill }: Fill): Omit<Fill, "bar"> {
  return fill;
}

/** A session that is stopped and goes on so many times, at the same broker. */
async function session(opened: OpenedData, flattens: boolean, stops: readonly number[] = []) {
  const journal = new MemoryJournal(), slot = slotOf(opened, flattens);
  const broker = simulatedBroker([opened], [slot], 100_000);
  let moments = 0;
  for (const until of [...stops, Infinity]) {
    const stopping = new AbortController();
    const onMoment = (): void => {
      if (++moments === until) stopping.abort();
    };
    await runSession(
      memorySession([opened], [slot], { journal, broker, onMoment }),
      stopping.signal,
    );
  }
  const fills = journal.kept.flatMap((entry) => entry.kind === "filled" ? [entry.fill] : []);
  return { broker, fills, journal, slot };
}

function backtest({ bars, session }: OpenedData, flattenAtSessionEnd: boolean) {
  return runEngine(bars, {
    ...{ ...CONDITIONS, flattenAtSessionEnd, strategy, session },
    executor: createSimulatedExecutor(CONDITIONS.costs),
    initialCashUsd: 100_000,
    ...{ from: FROM, to: bars.length, closesAtEnd: false },
  });
}

/** The largest position between two fills of a roll beside those around it, in lots. */
function largestWithin(
  fills: readonly Fill[],
): { readonly during: number; readonly around: number } {
  let held = 0, during = 0, around = 0;
  fills.forEach(({ lots, reason }, index) => {
    const before = held;
    held += lots;
    const isFirst = reason === "roll" && fills[index + 1]?.reason === "roll" && before !== 0;
    if (!isFirst) return;
    during = Math.max(during, Math.abs(held));
    around = Math.max(around, Math.abs(before));
  });
  return { during, around };
}

Deno.test(`${SESSIONS} seeded sessions roll what they hold as their backtests do, stopped or not, and an audit finds nothing`, async () => {
  let rolled = 0;
  for (let seed = 0; seed < SESSIONS; seed++) {
    const opened = await joinedWorld(seed, BARS, seed % 3 === 2 ? "ratio" : "difference");
    const flattens = seed % 2 === 1;
    const stops = seed % 4 < 2 ? [] : [60 + seed, 150 + 2 * seed];
    const { broker, fills, journal, slot } = await session(opened, flattens, stops);
    const tested = backtest(opened, flattens);
    assertEquals(fills.map(plain), tested.fills.map(plain), `seed ${seed}`);
    rolled += fills.filter(({ reason }) => reason === "roll").length / 2;
    const { around, during } = largestWithin(fills);
    assert(during <= around, `seed ${seed}: ${during} lots while ${around} were rolled`);

    const { equityMicros, slots } = await rebuildBooks(journal.entries());
    assertEquals(equityMicros, tested.equityMicros.at(-1));
    const { positions } = await broker.snapshot();
    assertEquals(
      positions.map(({ lots }) => lots),
      slots.flatMap(({ positionLots }) => positionLots === 0 ? [] : [positionLots]),
    );

    const found = await auditSession(await readStory(journal.entries()), {
      systems: { slotOf: () => slot, start: (_, __, saved) => slot.start(saved) },
      reference: null,
      program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
    });
    assertEquals([found.residualMicros, found.causes, found.differences], [0, [], []], `${seed}`);
  }
  assert(rolled > 40, `only ${rolled} rolls`);
});

Deno.test("a journal names the contract of each bar, and the gap of a roll is nobody's profit", async () => {
  const opened = await joinedWorld(7, BARS);
  const { journal } = await session(opened, false);
  const { contract, contracts } = opened.bars.continuous!;
  const names = journal.kept.flatMap((entry) =>
    entry.kind === "bar" ? [entry.bar.contract?.name] : []
  );
  assertEquals(names, Array.from(contract.subarray(FROM), (number) => contracts[number]));
  // The same prices without gaps: the rolls cost their fees and ticks, and nothing else.
  const { bars } = opened;
  const { adjustment } = bars.continuous!;
  const shifted = (column: Float64Array) => column.map((price, row) => price + adjustment[row]!);
  const flat = {
    ...opened,
    bars: {
      ...bars,
      ...{ open: shifted(bars.open), high: shifted(bars.high) },
      ...{ low: shifted(bars.low), close: shifted(bars.close) },
      continuous: { ...bars.continuous!, adjustment: new Float64Array(bars.length) },
    },
  };
  const { journal: smooth } = await session(flat, false);
  const [joined, single] = await Promise.all(
    [journal, smooth].map((one) => rebuildBooks(one.entries())),
  );
  assertEquals(joined!.profitMicros, single!.profitMicros);
});

Deno.test("joined contracts have one owner and are traded on paper alone: anything else is one line, before an order", async () => {
  const opened = await joinedWorld(3, 100);
  const slot = slotOf(opened, false);
  const cases = [
    [{ slots: [slot, slot] }, "Cannot trade several systems on joined contracts"],
    [{ mode: "demo" }, "Cannot trade joined contracts in mode demo"],
  ] as const;
  for (const [changes, part] of cases) {
    const journal = new MemoryJournal();
    const slots = "slots" in changes ? changes.slots : [slot];
    const options = memorySession(slots.map(() => opened), slots, { journal, ...changes });
    await assertRejects(runSession(options), InputError, part);
    assertEquals(journal.kept.filter(({ kind }) => kind === "submit"), []);
  }
});

Deno.test("a series whose file names no contracts is rolled by its adjustments, however it is cut into windows", async () => {
  const { bars } = await joinedWorld(11, 300);
  const rows = Array.from({ length: bars.length }, (_, row) => barOfRow(bars, row))
    .map((bar) => ({ ...bar, contract: { ...bar.contract!, name: "#1" } }));
  const window = new BarWindow(bars, 1);
  const whole = barsOfRows(bars, rows);
  rows.forEach((bar, row) => {
    window.push(bar);
    const { bars: visible } = window, last = visible.length - 1;
    const expected = row > 0 &&
      bars.continuous!.adjustment[row] !== bars.continuous!.adjustment[row - 1];
    assertEquals([isRoll(visible, last), isRoll(whole, row)], [expected, expected], `row ${row}`);
    if (expected) assertEquals(expiringOpenTicks(visible, last), expiringOpenTicks(bars, row));
  });
});
