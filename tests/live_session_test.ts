import { join } from "node:path";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { rebuildBooks, type SessionDay, sessionDays } from "../lib/journal/mod.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionOutcome, SessionSlot, SessionView } from "../lib/live/session_options.ts";
import { ManualControls } from "../lib/live/controls.ts";
import type { VirtualClock } from "../lib/core/virtual_clock.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { createRandom } from "../lib/core/random.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { Fill } from "../lib/trading/fill.ts";
import { assert, assertEquals } from "./assert.ts";
import { TRENDING } from "./fixtures/blend_fixture.ts";
import { decideBy, sessionOptions, simulatedBroker } from "./fixtures/session_fixture.ts";
import { mortal } from "./fixtures/mortal_session.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const LOOK_BACK = 20, FROM = 100;
const opened = await openSimulated({ ...TRENDING, bars: 5_000 });
const strategy = timeSeriesMomentum(LOOK_BACK);

/** What decides, in a session and in a backtest. */
const CONDITIONS = {
  costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
  marginPerLotUsd: 2_400,
  maxLots: 2,
  sizing: { kind: "fixed", lots: 2 },
  flattenAtSessionEnd: true,
} as const;

function slotOf(opened: OpenedData): SessionSlot {
  const { bars } = opened;
  const { instrument, intervalMs } = bars;
  return {
    ...CONDITIONS,
    ...{ instrument, intervalMs, from: bars.time[FROM]!, warmupBars: LOOK_BACK },
    deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(strategy, opened, LOOK_BACK),
  };
}

function backtest({ bars, session }: OpenedData) {
  return runEngine(bars, {
    ...CONDITIONS,
    strategy,
    executor: createSimulatedExecutor(CONDITIONS.costs),
    initialCashUsd: 100_000,
    session,
    from: FROM,
    to: bars.length,
    closesAtEnd: false,
  });
}

/** Without the row, which is that of a window in a session. */
function plain({ bar: _, ...fill }: Fill): Omit<Fill, "bar"> {
  return fill;
}

Deno.test("a session over stored bars fills what the backtest fills, and its journal rebuilds the books", () =>
  inFolder(async (folder) => {
    using options = sessionOptions(folder, [opened], [slotOf(opened)]);
    const outcome = await runSession(options);
    const expected = backtest(opened);
    assert(expected.fills.length > 50, `only ${expected.fills.length} fills`);
    assertEquals(
      outcome.fills.map(({ symbol: _, ...fill }) => plain(fill)),
      expected.fills.map(plain),
    );
    assertEquals(outcome.reason, "feed ended");
    assertEquals(outcome.bars, opened.bars.length - FROM);
    assertEquals(outcome.equityMicros, expected.equityMicros.at(-1));
    assertEquals(outcome.orders, expected.totals.orders);
    const books = await rebuildBooks(options.journal.entries());
    assertEquals(books.equityMicros, outcome.equityMicros);
    assertEquals(books.slots[0]!.positionLots, outcome.slots[0]!.positionLots);
    const days = await sessionDays(options.journal.entries());
    const total = (of: (day: SessionDay) => number) => days.reduce((sum, day) => sum + of(day), 0);
    assertEquals(total(({ profitMicros }) => profitMicros), books.profitMicros);
    assertEquals(total(({ fills }) => fills), outcome.fills.length);
    assertEquals(total(({ bars }) => bars), outcome.bars);
  }));

const KILLS = 30;

Deno.test("a session that is killed at any write goes on with the broker's books, nothing lost or doubled", () =>
  inFolder(async (folder) => {
    const short = { ...opened, bars: sliceBars(opened.bars, 0, 500) };
    const total = await writesOf(join(folder, "whole"), short);
    const random = createRandom(15);
    for (let kill = 0; kill < KILLS; kill++) {
      const sessions = join(folder, `${kill}`), slots = [slotOf(short)];
      const broker = simulatedBroker([short], slots, 100_000);
      const at = 1 + random.integer(total - 1);
      {
        using options = sessionOptions(sessions, [short], slots, { broker });
        const { killed, options: mortals } = mortal(options, at);
        assertEquals(await Promise.race([killed, runSession(mortals)]), "killed");
      }
      using options = sessionOptions(sessions, [short], slots, { broker });
      const outcome = await runSession(options);
      assertEquals(outcome.reason, "feed ended", `killed at write ${at}`);
      const [books, snapshot] = [
        await rebuildBooks(options.journal.entries()),
        await broker.snapshot(),
      ];
      const lots = snapshot.positions[0]?.lots ?? 0;
      assertEquals(outcome.slots[0]!.positionLots, lots, `killed at write ${at}`);
      assertEquals(books.slots[0]!.positionLots, lots, `killed at write ${at}`);
      assertEquals(books.cashMicros, outcome.cashMicros);
      assertEquals(books.executionIds.length, snapshot.fills.length, `killed at write ${at}`);
      assertEquals(books.equityMicros, outcome.equityMicros);
    }
  }));

/** How often a session writes from beginning to end. */
async function writesOf(sessions: string, opened: OpenedData): Promise<number> {
  using options = sessionOptions(sessions, [opened], [slotOf(opened)]);
  const most = 1e9;
  let left = most;
  const { journal } = options;
  await runSession({
    ...options,
    journal: {
      last: (kind) => journal.last(kind),
      entries: (after) => journal.entries(after),
      append: (entry, signal) => (left--, journal.append(entry, signal)),
      note: (entry) => (left--, journal.note(entry)),
    },
  });
  return most - left;
}

Deno.test("what a person tells a session is done at once, written down, and outlives a restart", () =>
  inFolder(async (folder) => {
    const slots = [slotOf(opened)], broker = simulatedBroker([opened], slots, 100_000);
    const controls = new ManualControls();
    let moments = 0;
    const onMoment = ({ slots: [slot] }: SessionView): void => {
      if (++moments < 300 || slot!.positionLots === 0 || moments > 1_000) return;
      moments = 1_001;
      controls.tell({ kind: "flatten", via: "test", reason: "enough" });
    };
    {
      using options = sessionOptions(folder, [opened], slots, { broker, controls, onMoment });
      const outcome = await runSession(options);
      assertEquals(outcome.halted, "enough (flatten by test)");
      assertEquals(outcome.positions, "flat");
      assert(outcome.fills.length < backtest(opened).fills.length);
    }
    {
      using options = sessionOptions(folder, [opened], slots, { broker });
      const outcome = await runSession(options);
      assertEquals([outcome.isRestart, outcome.halted], [true, "enough (flatten by test)"]);
    }
  }));

Deno.test("a decider that does not answer halts the session and ends it, what is held is closed", () =>
  inFolder(async (folder) => {
    const slot = slotOf(opened);
    let decisions = 0;
    const start: SessionSlot["start"] = async (saved) => {
      const decider = await slot.start(saved);
      return {
        ...decider,
        decide: (held) => ++decisions > 400 ? new Promise(() => {}) : decider.decide(held),
      };
    };
    using options = sessionOptions(folder, [opened], [{ ...slot, start }]);
    const clock = options.clock as VirtualClock;
    const running = runSession(options);
    let outcome: SessionOutcome | null = null;
    running.then((ended) => outcome = ended);
    while (outcome === null) {
      await new Promise((resolve) => setTimeout(resolve));
      if (decisions > 400) clock.advance(1_000);
    }
    const { halted, reason } = await running;
    assertEquals([reason, halted], ["decider hangs", "what decides does not answer"]);
  }));
