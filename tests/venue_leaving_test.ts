import { createRandom } from "../lib/core/random.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { leavingTime, ManualControls, runSession, type SessionSlot } from "../lib/live/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { createMemoryTransport } from "../lib/trading/memory_transport.ts";
import { stateless } from "../lib/trading/strategy.ts";
import { memoryLedger } from "../lib/venues/mod.ts";
import { assertEquals } from "./assert.ts";
import { MemoryJournal } from "./fixtures/memory_journal.ts";
import { projectXVenue } from "./fixtures/projectx_session.ts";
import { decideBy } from "./fixtures/session_fixture.ts";
import { tradovateVenue } from "./fixtures/tradovate_session.ts";
import type { TriedVenue } from "./fixtures/venue_session.ts";

const MES = findInstrument("MES"), MINUTE = 60_000, FEE = 950_000;
const BARS = simulateBars({
  ...{ world: { kind: "gbm", drift: 0 }, instrument: MES, bars: 1_400, seed: 5 },
  ...{ intervalMs: MINUTE, start: Date.parse("2026-12-16T23:00Z"), startPrice: 6_000 },
  volatilityTicks: 4,
});
const LEAVING = leavingTime("MESZ6", BARS.time[0]!, MES)!;
/** The firm at ProjectX closes everything at 15:10 in Chicago: a contract is left before. */
const VENUES: Readonly<Record<string, readonly [() => TriedVenue, flatBy: number]>> = {
  tradovate: [() => tradovateVenue(), LEAVING.flatBy],
  projectx: [() => projectXVenue(), LEAVING.flatBy - 55 * MINUTE],
};

/** Always in on one side, with a stop that is never reached. */
function slotOf(side: 1 | -1, from: number, flatBy: number): SessionSlot {
  const strategy = stateless({
    name: `always ${side}`,
    warmupBars: 0,
    forecast: () => ({ exposure: side, intent: "resize", probability: null }),
    explain: () => "always in",
  });
  return {
    ...{ instrument: MES, intervalMs: MINUTE, from, warmupBars: 0 },
    ...{ costs: { feePerSideMicros: FEE, slippageTicks: 1 }, marginPerLotUsd: 1_000 },
    ...{ maxLots: 2, sizing: { kind: "fixed", lots: side === 1 ? 2 : 1 } },
    ...{ flattenAtSessionEnd: false, leaving: { ...LEAVING, flatBy } },
    limits: { bracket: { stopLossTicks: 400 } },
    deployment: {
      ...{ system: `always${side}@1`, sha256: `${side + 2}`.repeat(64), alias: null },
      sizeFactor: 1,
    },
    start: decideBy(
      strategy,
      {
        ...{ bars: BARS, problemCounts: {}, notes: [] },
      } as unknown as Parameters<typeof decideBy>[1],
      2,
    ),
  };
}

/** Trades several systems of one root up to the end of its contract and beyond. */
async function tradeToTheEnd(venue: TriedVenue, flatBy: number, sides: readonly (1 | -1)[]) {
  const first = BARS.time.indexOf(flatBy - 15 * MINUTE), from = BARS.time[first]!;
  const clock = new VirtualClock(from);
  const double = venue.double({
    ...{ clock, bars: BARS, seed: 5, feePerSideMicros: FEE, lotsAtOnce: 10 },
  });
  const controls = new ManualControls(), journal = new MemoryJournal();
  const halts: string[] = [];
  const { broker: opening } = venue.open({
    transport: createMemoryTransport(clock, double.servers, { delayMs: () => 20 }),
    ...{ clock, random: createRandom(1), ledger: memoryLedger(), onTrouble: () => {} },
    onHalt: (reason) => halts.push(reason),
  });
  await clock.advance(10_000);
  const broker = await opening;
  let row = first;
  const running = runSession({
    ...{ name: "leaving", mode: "demo", initialCashUsd: 50_000, broker, clock, controls, journal },
    ...{ slots: sides.map((side) => slotOf(side, from, flatBy)), checklist: [], settings: null },
    program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
    feed: {
      name: "venue",
      next: () =>
        new Promise((resolve) => {
          const at = row++;
          if (at === first + 25) return resolve(null);
          const closeMs = BARS.time[at]! + MINUTE + 1_000 - clock.now();
          clock.after(Math.max(0, closeMs), () =>
            resolve(sides.map((_, slot) => ({
              ...{ slot, bars: BARS, row: at, origin: "feed", isRepaired: false, lateMs: 0 },
              receivedAt: clock.now(),
            }))));
        }),
    },
  });
  const lotsAt = async (time: number) => {
    await clock.advance(time - clock.now());
    const [account] = double.truth().accounts;
    return account!.positions.reduce((sum, { lots }) => sum + lots, 0);
  };
  const before = await lotsAt(flatBy - 5 * MINUTE);
  const after = await lotsAt(flatBy);
  const sent = double.truth().accounts[0]!.orders.length;
  await clock.advance(BARS.time[first + 25]! + MINUTE - clock.now());
  const outcome = await running;
  await broker.close();
  const account = double.truth().accounts[0]!;
  double.close();
  return { account, after, before, halts, journal, outcome, sent };
}

Deno.test("several systems of one root leave their contract in time at either venue, and hold nothing of the next", async () => {
  for (const [name, [venue, flatBy]] of Object.entries(VENUES)) {
    for (const sides of [[1, 1], [1, -1]] as const) {
      const what = `${name} ${sides}`;
      const traded = await tradeToTheEnd(venue(), flatBy, sides);
      const { account, after, before, halts, journal, outcome, sent } = traded;
      // Two lots on one side, and two or one on the other or the same.
      assertEquals(before, sides[1] === 1 ? 4 : 1, what);
      assertEquals([after, halts, outcome.halted], [0, [], null], what);
      // Nothing is sent from then on, and no exit is left behind.
      assertEquals(account.orders.length, sent, what);
      const working = account.orders.filter(({ status }) => status === "Working");
      assertEquals(working, [], what);
      const rules = journal.kept.flatMap((entry) => entry.kind === "risk" ? [entry.rule] : []);
      assertEquals(new Set(rules), new Set(["contract-end"]), what);
      assertEquals(
        outcome.slots.map(({ openOrders, positionLots }) => [positionLots, openOrders]),
        [
          [0, 0],
          [0, 0],
        ],
        what,
      );
      assertEquals(outcome.slots[0]!.stop, LEAVING.reason, what);
    }
  }
});
