import { join } from "node:path";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { BINANCE_SPOT } from "../lib/feeds/binance/binance_market.ts";
import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { recordedBars } from "../lib/feeds/kinds/recorded_bars.ts";
import type { BarFeed } from "../lib/trading/bar_feed.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { openFrameRecorder } from "../lib/feeds/frames/frame_recorder.ts";
import { recordTransport } from "../lib/feeds/frames/recording_transport.ts";
import type { FeedRequest } from "../lib/feeds/kinds/feed_kind.ts";
import { parseFeed } from "../lib/feeds/kinds/parse_feed.ts";
import { InputError } from "../lib/core/errors.ts";
import { requestedInstrument } from "../lib/data/requested_instrument.ts";
import { openJournal } from "../lib/journal/mod.ts";
import { ManualControls } from "../lib/live/controls.ts";
import { observeJournal } from "../lib/live/observe_journal.ts";
import { runSession } from "../lib/live/run_session.ts";
import { shareFeed } from "../lib/live/session_feed.ts";
import type { SessionOutcome, SessionSlot } from "../lib/live/session_options.ts";
import type { Bars } from "../lib/market/bars.ts";
import { createCalendar, sessionMarks } from "../lib/market/calendar.ts";

import type { Alert } from "../lib/monitor/alerts/alert.ts";
import { logOf } from "../lib/monitor/log/log.ts";
import { SessionWatch } from "../lib/monitor/session/session_watch.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import type { KeptEntry } from "../lib/trading/journal.ts";
import type { JournaledBar } from "../lib/trading/journal_facts.ts";
import { createMemoryTransport } from "../lib/trading/memory_transport.ts";
import type { Transport } from "../lib/trading/transport.ts";
import { assert, assertEquals } from "./assert.ts";
import { CryptoVenue, type Trouble } from "./fixtures/crypto_venue.ts";
import { barsOfRows } from "./fixtures/feed_bars.ts";
import { decideBy } from "./fixtures/session_fixture.ts";
import { HEADER, linesOf, minutesFrom } from "./fixtures/tail_fixture.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";
import { at, MINUTE, trouble } from "./fixtures/venue_fixture.ts";

const LOOK_BACK = 3, WARM_UP = 5;
const SYMBOL = "BTCUSDT";
const INSTRUMENT = requestedInstrument({ symbol: SYMBOL, fxRate: 1 });
const CONDITIONS = {
  costs: { feePerSideMicros: 10_000, slippageTicks: 1 },
  marginPerLotUsd: null,
  maxLots: 2,
  sizing: { kind: "fixed", lots: 2 },
  flattenAtSessionEnd: false,
} as const;
const CASH_USD = 1e6;
const REQUEST: FeedRequest = {
  data: { symbol: SYMBOL, fxRate: 1, intervalMs: MINUTE, load: {} },
  ...{ history: WARM_UP, lookBack: 50, speed: null },
  simulation: { bars: 1, seed: 1, start: 0, startPrice: 1, volatilityTicks: 1 },
};

const strategy = timeSeriesMomentum(LOOK_BACK);
const EMPTY = { ...barsOfRows([], MINUTE), instrument: INSTRUMENT };

function opened(rows: readonly JournaledBar[]) {
  const bars: Bars = { ...barsOfRows(rows, MINUTE), instrument: INSTRUMENT };
  const calendar = createCalendar(INSTRUMENT);
  const source = { path: "test", bytes: 0, sha256: "", request: null };
  return {
    ...{ bars, calendar, session: sessionMarks(bars, calendar) },
    ...{ problemCounts: {}, notes: [], source },
  };
}

function slot(): SessionSlot {
  return {
    ...CONDITIONS,
    ...{ instrument: INSTRUMENT, intervalMs: MINUTE, from: 0, warmupBars: WARM_UP },
    deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(strategy, opened([]), LOOK_BACK),
  };
}

function createBroker() {
  const markets = { [SYMBOL]: { bars: EMPTY, costs: CONDITIONS.costs } };
  return createSimulatedBroker(markets, CASH_USD, { now: () => 0 });
}

interface Running {
  readonly outcome: Promise<SessionOutcome>;
  readonly alerts: readonly Alert[];
  readonly entries: readonly KeptEntry[];
  /** Waits until its feed is open and it has begun, which takes none of the time that a test moves. */
  begun(): Promise<void>;
  /** Lets time pass until then, or until so many bars are in the journal. */
  until(time: number, bars?: number): Promise<void>;
  stop(): void;
}

/** A session on a feed whose time a test moves. */
function run(
  folder: string,
  clock: VirtualClock,
  feedText: string,
  broker: ReturnType<typeof createBroker>,
  { since, transport }: { readonly since?: number; readonly transport?: Transport } = {},
): Running {
  const alerts: Alert[] = [], entries: KeptEntry[] = [], stopping = new AbortController();
  const running = async (): Promise<SessionOutcome> => {
    using journal = openJournal({
      sessions: folder,
      account: { name: "test", broker: "simulated", number: "1", mode: "paper" },
      ...{ owner: "test", clock },
    });
    using watch = new SessionWatch({
      account: "test",
      outbox: { add: (alert) => void alerts.push(alert) },
      log: logOf("session"),
      clock,
    });
    const { kind, target } = parseFeed(feedText);
    const request = since === undefined ? REQUEST : { ...REQUEST, since };
    const feed = await shareFeed(feedText, 1, async (onNews) => {
      const resources = { clock, onNews, signal: stopping.signal };
      const way = transport === undefined ? {} : { transport };
      return (await kind.open(target, request, { ...resources, ...way })).feed;
    });
    return await runSession({
      ...{ name: "test", mode: "paper", initialCashUsd: CASH_USD, slots: [slot()], feed, broker },
      journal: observeJournal(journal, (entry) => {
        entries.push(entry);
        watch.take(entry);
      }),
      ...{ clock, controls: new ManualControls(), checklist: [], settings: null },
      program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
    }, stopping.signal);
  };
  let isOver = false;
  const outcome = running().finally(() => isOver = true);
  outcome.catch(() => {});
  const stepMs = feedText.startsWith("tail:") ? 1_000 : 5_000;
  const bars = (): number => entries.filter(({ kind }) => kind === "bar").length;
  return {
    ...{ outcome, alerts, entries },
    async begun() {
      while (!isOver && !entries.some(({ kind }) => kind === "session-started")) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    async until(time, wanted = Infinity) {
      while (clock.now() < time && !isOver && bars() < wanted) {
        await clock.advance(stepMs);
        // Files are read in a time of their own.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    stop: () => stopping.abort(),
  };
}

/** A session on the minutes of a double, 12:00 to so many minutes later. */
async function onVenue(
  folder: string,
  minutes: number,
  troubles: readonly Trouble[] = [],
  { clientAheadMs = 0, frames }: {
    readonly clientAheadMs?: number;
    /** Folder in which what passes is recorded. */
    readonly frames?: string;
  } = {},
) {
  const clock = new VirtualClock(at(0, 17) + clientAheadMs);
  const venue = new CryptoVenue(clock, {
    ...{ symbol: SYMBOL, interval: "1m", intervalMs: MINUTE, seed: 11, since: at(-600) },
    ...{ troubles, clientAheadMs },
  });
  const hosts = Object.values(BINANCE_SPOT.hosts).map((url) => [new URL(url).host, venue]);
  const memory = createMemoryTransport(clock, Object.fromEntries(hosts), { delayMs: () => 40 });
  const recorder = frames === undefined ? null : await openFrameRecorder(frames, {
    ...{ clock, feed: `binance:${SYMBOL}`, freeBytes: () => Promise.resolve(1e15) },
  });
  const transport = recorder === null ? memory : recordTransport(memory, recorder, clock);
  const session = run(folder, clock, `binance:${SYMBOL}`, createBroker(), { transport });
  await session.until(at(minutes, 30) + clientAheadMs);
  session.stop();
  const outcome = await session.outcome;
  recorder?.close();
  return { ...session, outcome, venue };
}

function facts<Kind extends KeptEntry["kind"]>(entries: readonly KeptEntry[], kind: Kind) {
  return entries.filter((entry): entry is KeptEntry & { readonly kind: Kind } =>
    entry.kind === kind
  );
}

function plain({ bar: _, symbol: _symbol, ...fill }: { bar: number; symbol?: string }) {
  return fill;
}

Deno.test("a paper session on a venue's bars fills what the backtest of these bars fills", () =>
  inFolder(async (folder) => {
    const { alerts, entries, outcome, venue } = await onVenue(folder, 60);
    const rows = venue.bars(at(-WARM_UP), at(60));
    const bars = facts(entries, "bar");
    assertEquals(bars.map(({ bar }) => bar), rows.slice(WARM_UP));
    assert(bars.every(({ origin, receivedAt }) => origin === "feed" && receivedAt !== null));
    const stored = opened(rows);
    const expected = runEngine(stored.bars, {
      ...CONDITIONS,
      ...{ strategy, executor: createSimulatedExecutor(CONDITIONS.costs) },
      ...{ initialCashUsd: CASH_USD, session: stored.session },
      ...{ from: WARM_UP, to: rows.length, closesAtEnd: false },
    });
    assert(expected.fills.length > 10, `only ${expected.fills.length} fills`);
    assertEquals(outcome.fills.map(plain), expected.fills.map(plain));
    assertEquals(outcome.reason, "stopped");
    const states = facts(entries, "feed").map(({ state }) => state);
    assertEquals(states, ["live", "ended"]);
    assertEquals(alerts.map(({ title }) => title), ["The session ended with open positions"]);
  }));

Deno.test("what a venue loses is asked for and marked, what it has not is a gap, and both are said", () =>
  inFolder(async (folder) => {
    const troubles = [
      trouble("drop", 10, 10.2),
      trouble("missing", 20, 22),
      trouble("restart", 30, 34),
      trouble("revised", 30, 36),
    ];
    const { alerts, entries } = await onVenue(folder, 45, troubles);
    const bars = facts(entries, "bar");
    const times = bars.map(({ bar }) => (bar.time - at(0)) / MINUTE);
    assertEquals(
      times,
      Array.from({ length: 45 }, (_, i) => i).filter((i) => i !== 20 && i !== 21),
    );
    assertEquals(
      facts(entries, "gap").map((
        { found, from, missing },
      ) => [(from - at(0)) / MINUTE, missing, found])
        .filter(([, , found]) => found === 0),
      [[20, 2, 0]],
    );
    const backfilled = bars.filter(({ origin }) => origin === "backfill").map(({ bar }) =>
      bar.time
    );
    assert(backfilled.includes(at(31)) && backfilled.includes(at(32)), backfilled.join());
    // What comes when the next bar is over is traded and not decided on.
    const answers = entries.filter(({ kind }) => kind === "forecast" || kind === "no-forecast");
    const isLate = bars.map(({ bar, receivedAt }) => receivedAt! - bar.time > 2 * MINUTE);
    assertEquals(
      answers.map(({ kind }) => kind),
      isLate.map((late) => late ? "no-forecast" : "forecast"),
    );
    assertEquals(
      bars.filter((_, i) => isLate[i]).map(({ bar }) => (bar.time - at(0)) / MINUTE),
      [29, 30, 31, 32],
    );
    const states = facts(entries, "feed").map(({ state }) => state);
    assert(states.includes("reconnecting"), states.join());
    const said = alerts.map(({ id, severity, title }) => [id, severity, title]);
    const gap = facts(entries, "gap").find(({ found }) => found === 0)!;
    assert(
      said.some(([id, , title]) => id === `test/${gap.sequence}` && title === "2 bars are missing"),
    );
    const feed = said.map(([, , title]) => title).filter((title) => title!.includes("binance"));
    const [lost, back] = [
      `No bars come from binance:${SYMBOL}`,
      `Bars come again from binance:${SYMBOL}`,
    ];
    // Minutes without bars, and a server that is away for minutes; a line that is cut is back at once.
    assertEquals(feed, [lost, back, lost, back]);
  }));

Deno.test("a session on the frames of another one takes in and trades what that one did", () =>
  inFolder(async (folder) => {
    const troubles = [
      trouble("drop", 10, 10.2),
      trouble("missing", 20, 22),
      trouble("leaky", 30, 40),
    ];
    const frames = join(folder, "frames");
    const first = await onVenue(join(folder, "first"), 45, troubles, { frames });
    const clock = new VirtualClock(), sessions = join(folder, "second");
    const second = run(sessions, clock, `frames:${frames}`, createBroker());
    const outcome = await second.outcome;
    assertEquals(outcome.reason, "feed ended");
    const seen = (entries: readonly KeptEntry[]) =>
      entries.flatMap((entry) => {
        const { at: _at, note: _note, sequence: _sequence, ...fact } = entry;
        return ["bar", "gap", "revision", "forecast", "filled"].includes(fact.kind)
          ? [{ ...fact, latencyMs: null }]
          : [];
      });
    assertEquals(seen(second.entries), seen(first.entries));
    assert(facts(second.entries, "bar").some(({ origin }) => origin === "backfill"));
    assertEquals(outcome.fills, first.outcome.fills);
    const cases = [
      [`frames:${frames}@2`, "the beginning of their recording is gone"],
      [`frames:${folder}/none`, "Cannot find a recording of a feed"],
    ] as const;
    for (const [text, says] of cases) {
      const failed = run(join(folder, "third"), clock, text, createBroker());
      await assertRejects(failed.outcome, InputError, says);
    }
    const { kind, target } = parseFeed(`frames:${frames}`);
    assertEquals(kind.symbolOf(target, []), SYMBOL);
  }));

Deno.test("a clock that is 5 minutes ahead is told, and takes no bar before its end", () =>
  inFolder(async (folder) => {
    const { alerts, entries, venue } = await onVenue(folder, 5, [], { clientAheadMs: 300_000 });
    assertEquals(
      facts(entries, "bar").map(({ bar }) => bar),
      venue.bars(at(0), at(5)),
    );
    const [clock] = alerts.filter(({ title }) => title.includes("clock"));
    assertEquals(clock?.title, "This machine's clock is 300.0 s ahead of the venue's");
  }));

Deno.test("a session on a file that grows goes on after a stop, and decides nothing on what it missed", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv"), start = at(0), rows = minutesFrom(start, 60);
    const write = (from: number, to: number): void =>
      Deno.writeTextFileSync(path, linesOf(rows.slice(from, to)), { append: true });
    Deno.writeTextFileSync(path, HEADER);
    write(0, 20);
    const clock = new VirtualClock(start + 20 * MINUTE + 5_000), broker = createBroker();
    const first = run(folder, clock, `tail:${path}`, broker);
    await first.begun();
    await first.until(clock.now() + 3_000);
    write(20, 30);
    await clock.advance(10 * MINUTE);
    await first.until(clock.now() + 10 * MINUTE, 10);
    first.stop();
    const before = await first.outcome;
    assertEquals(facts(first.entries, "bar").map(({ bar }) => bar), rows.slice(20, 30));

    write(30, 40);
    await clock.advance(10 * MINUTE);
    const second = run(folder, clock, `tail:${path}`, broker, { since: rows[29]!.time });
    await second.until(clock.now() + 10 * MINUTE, 10);
    write(40, 50);
    await clock.advance(10 * MINUTE);
    await second.until(clock.now() + 10 * MINUTE, 20);
    second.stop();
    const after = await second.outcome;
    const bars = facts(second.entries, "bar");
    assertEquals(bars.map(({ bar }) => bar), rows.slice(30, 50));
    assertEquals(
      bars.map(({ origin }) => origin),
      [...Array(10).fill("backfill"), ...Array(10).fill("feed")],
    );
    const answers = second.entries.filter(({ kind }) =>
      kind === "forecast" || kind === "no-forecast"
    );
    // A machine that is busy reads files late, by the clock of this test.
    assertEquals(answers.length, 20);
    assert(answers.slice(0, 10).every(({ kind }) => kind === "no-forecast"));
    const held = (await broker.snapshot()).positions.find(({ symbol }) => symbol === SYMBOL);
    assertEquals(after.slots[0]!.positionLots, held?.lots ?? 0);
    assertEquals([before.isRestart, after.isRestart, after.halted], [false, true, null]);
    // A third one has nothing to go through that the journal does not know.
    const third = run(folder, clock, `tail:${path}`, broker, { since: rows[49]!.time });
    await third.begun();
    await third.until(clock.now() + 2_000);
    third.stop();
    assertEquals((await third.outcome).equityMicros, after.equityMicros);
  }));

Deno.test("a file with fewer bars than a system looks back on is refused in one line", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bars.csv");
    Deno.writeTextFileSync(path, HEADER + linesOf(minutesFrom(at(0), 4)));
    const clock = new VirtualClock(at(10));
    const session = run(folder, clock, `tail:${path}`, createBroker());
    await assertRejects(
      session.outcome,
      InputError,
      "Cannot warm up on 5 bars as there are only 4",
    );
  }));

Deno.test("an audit names the bar that a feed handed on otherwise than its frames say, and the one that it kept back", () =>
  inFolder(async (folder) => {
    const frames = join(folder, "frames");
    const troubles = [trouble("drop", 10, 10.2), trouble("leaky", 30, 40)];
    const { entries } = await onVenue(join(folder, "first"), 45, troubles, { frames });
    const recorded = await recordedBars(frames, REQUEST);
    assertEquals(recorded!.notes, []);
    const auditOf = async (kept: readonly KeptEntry[]) =>
      await auditSession(await readStory(kept), {
        systems: { slotOf: () => slot(), start: (_, __, saved) => slot().start(saved) },
        reference: null,
        frames: () => recorded!.bars,
        program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
      });
    const fromFrames = /frames/;
    const named = ({ causes }: Awaited<ReturnType<typeof auditOf>>) =>
      causes.flatMap(({ evidence, name }) =>
        evidence.flatMap(({ text }) => fromFrames.test(text) ? [[name, text]] : [])
      );
    const honest = await auditOf(entries);
    assertEquals([named(honest), honest.residualMicros], [[], 0]);

    // The same session by a feed that shifts one bar and swallows another.
    const shifted = at(20), swallowed = at(25);
    const lied = await session(frames, { shifted, swallowed });
    const found = await auditOf(lied);
    assertEquals(named(found), [
      ["missing-data", `bar ${stamp(swallowed)} is in the frames and was not handed on`],
      ["repaired-data", `bar ${stamp(shifted)} was handed on otherwise than its frames say`],
    ]);
    assertEquals(found.residualMicros, 0);
  }));

/** A session on the frames of another, by a feed with faults. */
async function session(
  frames: string,
  { shifted, swallowed }: { readonly shifted: number; readonly swallowed: number },
): Promise<readonly KeptEntry[]> {
  const { kind, target } = parseFeed(`frames:${frames}`);
  const feed = await shareFeed("lying", 1, async (onNews) => {
    const { feed: honest } = await kind.open(target, REQUEST, {
      clock: new VirtualClock(),
      onNews,
    });
    return lying(honest, { shifted, swallowed });
  });
  const journal = new MemoryJournal();
  await runSession({
    ...{ name: "test", mode: "paper", initialCashUsd: CASH_USD, slots: [slot()], feed, journal },
    ...{ broker: createBroker(), clock: new VirtualClock(), controls: new ManualControls() },
    ...{ checklist: [], settings: null },
    program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
  });
  return journal.kept;
}

function lying(
  honest: BarFeed,
  { shifted, swallowed }: { readonly shifted: number; readonly swallowed: number },
): BarFeed {
  return {
    name: honest.name,
    get bars() {
      const { bars } = honest;
      const close = bars.close.map((price, row) =>
        bars.time[row] === shifted ? bars.low[row]! + bars.high[row]! - price : price
      );
      return { ...bars, close };
    },
    get marks() {
      return honest.marks;
    },
    get status() {
      return honest.status;
    },
    clockOffset: null,
    async next() {
      const row = await honest.next();
      return row !== null && honest.bars.time[row] === swallowed ? await honest.next() : row;
    },
  };
}

function stamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
