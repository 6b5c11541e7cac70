import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { expectedSpans } from "../lib/data/mod.ts";
import { createVenueFeed } from "../lib/feeds/mod.ts";
import { ManualControls, runSession, type SessionOutcome, shareFeed } from "../lib/live/mod.ts";
import { createCalendar, findInstrument, sessionMarks } from "../lib/market/mod.ts";
import { createTradovateSandbox, type FaultPlan, SANDBOX_USER } from "../lib/sandbox/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { timeSeriesMomentum } from "../lib/strategies/mod.ts";
import { createMemoryTransport } from "../lib/trading/mod.ts";
import {
  createTradovateBars,
  memoryLedger,
  memoryTokenStore,
  openTradovateBroker,
  TRADOVATE_DEMO,
  TradovateClient,
} from "../lib/venues/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { decideBy } from "./fixtures/session_fixture.ts";

const MES = findInstrument("MES"), MINUTE = 60_000, LOOK_BACK = 3, FEE = 950_000;

/** A market, its venue, and processes that trade it one after the other with what they have kept. */
class Rehearsal {
  readonly bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 200, seed: 4 },
    ...{ intervalMs: MINUTE, start: Date.parse("2026-11-24T15:00Z"), startPrice: 6_000 },
    volatilityTicks: 8,
  });
  readonly clock = new VirtualClock(this.bars.time[60]! + 20_000);
  readonly sandbox;
  readonly journal = new MemoryJournal();
  readonly #tokens = memoryTokenStore();
  readonly #ledger = memoryLedger();

  constructor(faults: readonly FaultPlan[]) {
    const { bars, clock } = this;
    this.sandbox = createTradovateSandbox({ clock, bars, seed: 4, faults, feePerSideMicros: FEE });
  }

  /** One process, for so many minutes; then it is stopped. */
  async run(minutes: number): Promise<SessionOutcome | null> {
    const { clock } = this, stopping = new AbortController();
    const transport = createMemoryTransport(clock, this.sandbox.servers, { delayMs: () => 30 });
    const controls = new ManualControls();
    const client = new TradovateClient({
      ...{ transport, clock, random: createRandom(1), urls: TRADOVATE_DEMO, tokens: this.#tokens },
      credentials: { ...SANDBOX_USER, appVersion: "1", deviceId: "device" },
    });
    const session = async (): Promise<SessionOutcome> => {
      const { broker } = await openTradovateBroker({
        ...{ client, account: "DEMO1", tag: "live", ledger: this.#ledger },
        markets: [{ instrument: MES, contract: "MESZ6", feePerSideMicros: FEE }],
        onHalt: (reason) => controls.tell({ kind: "halt", via: "venue", reason }),
      });
      const market = { instrument: MES, intervalMs: MINUTE };
      const calendar = createCalendar(MES);
      const way = createTradovateBars({ client, contract: "MESZ6", intervalMs: MINUTE });
      const feed = await shareFeed(
        "venue",
        1,
        (onNews) =>
          Promise.resolve(createVenueFeed(way.venue, {
            ...{
              name: "venue",
              market,
              lookBack: 50,
              history: 10,
              openSpans: expectedSpans(calendar, MINUTE),
            },
            ...{ clock, transport: way.transport, onNews, signal: stopping.signal },
          })),
      );
      const empty = { ...this.bars, length: 0 };
      const opened = {
        ...{ bars: empty, calendar, session: sessionMarks(empty, calendar), problemCounts: {} },
        ...{ notes: [], source: { path: "test", bytes: 0, sha256: "", request: null } },
      };
      return await runSession({
        ...{ name: "live", mode: "demo", initialCashUsd: 50_000, feed, broker, clock, controls },
        slots: [{
          ...{ instrument: MES, intervalMs: MINUTE, from: 0, warmupBars: LOOK_BACK + 1 },
          ...{ marginPerLotUsd: 1_000, maxLots: 2, sizing: { kind: "fixed", lots: 2 } },
          costs: { feePerSideMicros: FEE, slippageTicks: 1 },
          flattenAtSessionEnd: false,
          deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
          start: decideBy(timeSeriesMomentum(LOOK_BACK), opened, LOOK_BACK),
        }],
        ...{ journal: this.journal, checklist: [], settings: null },
        program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
      }, stopping.signal).finally(() => broker.close());
    };
    let outcome: SessionOutcome | null = null;
    const ended = session().then((told) => outcome = told);
    ended.catch(() => {});
    await clock.advance(minutes * MINUTE);
    stopping.abort();
    await clock.advance(10_000);
    await ended;
    return outcome;
  }
}

Deno.test("a session trades at the venue as it does on paper, and ends with the venue's books", async () => {
  const rehearsal = new Rehearsal([]);
  const outcome = (await rehearsal.run(40))!;
  const [account] = rehearsal.sandbox.truth().accounts;
  assertEquals([outcome.reason, outcome.halted], ["stopped", null]);
  assert(
    outcome.bars >= 37 && outcome.fills.length > 4,
    `${outcome.bars}, ${outcome.fills.length}`,
  );
  const lots = account!.positions.reduce((sum, position) => sum + position.lots, 0);
  assertEquals(outcome.slots[0]!.positionLots, lots);
  assertEquals(outcome.fills.length, account!.fills.length);
  const told = outcome.fills.reduce((sum, fill) => sum - fill.lots * fill.priceTicks, 0);
  assertEquals(told, account!.fills.reduce((sum, fill) => sum - fill.lots * fill.ticks, 0));
  // Nothing is sent that is not in the journal first.
  const submitted = rehearsal.journal.kept.filter(({ kind }) => kind === "submit").length;
  assertEquals(submitted, account!.orders.length);
});

Deno.test("a session with lost answers, lost events and broken lines ends with the venue's books", async () => {
  const rehearsal = new Rehearsal([
    { name: "lost-answer", probability: 0.1 },
    { name: "event-lost", probability: 0.1 },
    { name: "socket-drop", probability: 0.02 },
  ]);
  const outcome = (await rehearsal.run(40))!;
  rehearsal.sandbox.clearFaults();
  const { accounts: [account], faults } = rehearsal.sandbox.truth();
  assert(faults.length > 10, `${faults.length} faults struck`);
  const lots = account!.positions.reduce((sum, position) => sum + position.lots, 0);
  assertEquals([outcome.slots[0]!.positionLots, outcome.halted], [lots, null]);
  assertEquals(new Set(account!.orders.map(({ clOrdId }) => clOrdId)).size, account!.orders.length);
});
